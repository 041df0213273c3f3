"""The view `people` on data with a known answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.functional.link_row import at, make_event, make_link, make_merge, make_node
from tests.functional.view_lake import ViewLake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.functional.link_row import Row


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        yield lake


def read_people(lake: ViewLake, links: list[Row], events: list[Row]) -> list[Row]:
    lake.fill("links", links)
    lake.fill("events", events)
    return lake.read("people")


PERSON = {
    "person_id": "A",
    "workspace_id": "acme",
    "first_seen": at("09:00"),
    "last_seen": at("11:30"),
    "events": 4,
    "sessions": 3,
    "conversions": 1,
    "purchases": 1,
    "leads": 1,
    "is_known": True,
    "email_sha256": "d1",
}


def test_people_tell_when_a_person_was_seen_and_what_they_did(lake: ViewLake) -> None:
    links = [
        make_link("A", "10:00"),
        make_merge("C", "A"),
        make_node("A", "email_sha256", "d2", "10:00"),
        make_node("C", "email_sha256", "d1", "11:00"),
        make_node("C", "email_md5", "zz", "11:30"),
    ]
    events = [
        make_event("09:00", session_id="s1", type="lead"),
        make_event("10:00", session_id="s1", type="conversion"),
        make_event("10:30", session_id="s2", type="purchase", message_id="m"),
        make_event("10:31", session_id="s2", type="purchase", message_id="m"),
        make_event(
            "12:00", session_id="s2", pixel_id="px_two", received_at=at("11:30")
        ),  # its clock is ahead
        *(make_event("23:00", event_id=outcome, outcome=outcome) for outcome in ("rejected", "bot", "test")),
    ]
    assert read_people(lake, links + links, events) == [PERSON]


def test_a_repeat_on_another_day_of_receipt_has_the_same_key_and_is_counted_once_in_people(
    lake: ViewLake,
) -> None:
    first = make_event("23:59:59", message_id="m", type="purchase")
    later = at("23:59:59") + timedelta(seconds=2)
    repeat = {"event_id": "2", "received_at": later, "occurred_at": later, "dt": "2025-07-01"}
    other = {"event_id": "3", "pixel_id": "px_two"}
    (person,) = read_people(lake, [make_link("A", "10:00")], [first, first | repeat, first | other])
    assert (person["events"], person["purchases"], person["last_seen"]) == (2, 2, at("23:59:59"))
    assert lake.read("events_stitched", ["dt", "pixel_id", "hit_key"]) == [
        {"dt": "2025-06-30", "pixel_id": "px_one", "hit_key": "message:m"},
        {"dt": "2025-06-30", "pixel_id": "px_two", "hit_key": "message:m"},
        {"dt": "2025-07-01", "pixel_id": "px_one", "hit_key": "message:m"},
    ]


@pytest.mark.parametrize(
    ("node_type", "is_known"),
    [
        ("email_sha256", True),
        ("email_md5", True),
        ("phone_e164_sha256", True),
        ("phone_national_md5", True),
        ("user_id", True),
        ("uuid", False),
        ("gaid", False),
        ("other2", False),
    ],
)
def test_a_person_is_known_by_an_address_a_number_or_a_user_id(
    lake: ViewLake, node_type: str, is_known: bool
) -> None:
    (person,) = read_people(lake, [make_node("A", node_type, "digest")], [])
    assert person["is_known"] is is_known
    assert person["email_sha256"] == ("digest" if node_type == "email_sha256" else None)
    assert (person["events"], person["sessions"], person["purchases"]) == (0, 0, 0)
    assert person["first_seen"] == person["last_seen"] == at("10:00")


def test_who_is_not_a_person_yet_is_a_visitor_or_else_a_session(lake: ViewLake) -> None:
    events = [
        make_event("10:00", session_id="s"),
        make_event("10:01", pixel_id="px_two"),
        make_event("10:02", visitor_id=None, session_id="s"),
        make_event("10:03", visitor_id=None),  # nobody, not even anonymous
    ]
    people = read_people(lake, [], events)
    assert [(row["person_id"], row["events"], row["sessions"], row["is_known"]) for row in people] == [
        ("session:px_one:s", 1, 1, False),
        ("visitor:acme:cookie", 2, 1, False),
    ]
    (person,) = read_people(lake, [make_link("A", "12:00"), make_link("A", "12:00", session="s")], events)
    assert (person["person_id"], person["events"]) == ("A", 3)


def test_of_two_addresses_at_one_moment_always_the_same_is_shown(lake: ViewLake) -> None:
    nodes = [make_node("A", "email_sha256", digest) for digest in ("d1", "d2")]
    for links in (nodes, nodes[::-1]):
        assert read_people(lake, links, [])[0]["email_sha256"] == "d1"
