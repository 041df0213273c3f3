"""The views `sessions` and `interests` on data with a known answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.functional.goal_row import make_goal, make_window_rows
from tests.functional.link_row import at, make_event, make_forget, make_link, make_merge
from tests.functional.view_lake import ViewLake

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.functional.link_row import Row

SITE = {"host": "shop.example", "path": "/"}


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        yield lake


def visit(clock: str, **changes: Any) -> Row:
    return make_event(clock, **{"session_id": "s"} | SITE | changes)


def read(lake: ViewLake, view: str, events: Sequence[Row], links: Sequence[Row] = ()) -> list[Row]:
    lake.fill("events", events)
    lake.fill("links", links)
    return lake.read(view)


def test_a_session_has_a_beginning_an_end_and_what_lies_between(lake: ViewLake) -> None:
    lake.fill("goal_windows", make_window_rows(make_goal("Thanks", {"field": "path", "pattern": "/thanks"})))
    campaign = {"channel": "email", "utm_source": "news", "utm_medium": "email", "utm_campaign": "june"}
    events = [
        visit("10:00", path="/shop", **campaign, referrer_host="mail.example"),
        visit("10:01", path="/item", channel="internal", country="NL", browser="Firefox"),
        visit("10:02:00.600", path="/thanks", channel="internal", country="BE", device_type="mobile"),
        visit("10:02:59.500", path=None, type="lead", dialect="native", visitor_id="late"),
    ]
    (row,) = read(lake, "sessions", events, [make_link("A", "10:01")])
    lake.fill("goal_windows", [])
    assert row == {
        "pixel_id": "px_one", "workspace_id": "acme", "session_id": "s", "started_at": at("10:00"),
        "ended_at": at("10:02:59.500"), "duration_seconds": 179, "events": 4, "page_views": 3, "conversions": 2,
        "entry_path": "/shop", "exit_path": "/thanks", "channel": "email", "utm_source": "news", "utm_medium": "email",
        "utm_campaign": "june", "country": "NL", "device_type": "mobile", "browser": "Firefox", "visitor_id": "cookie",
        "person_id": "A", "is_bounce": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("events", "is_bounce"),
    [
        ([{}], True),
        ([{}, {}], False),
        ([{}, {"type": "custom"}], True),
        ([{}, {"type": "lead", "dialect": "native"}], False),
        ([{}, {"outcome": "rejected"}], True),
        ([{"message_id": "m"}, {"message_id": "m"}], True),
        ([{"message_id": "m"}, {"message_id": "m", "dt": "2025-07-01"}], True),
    ],
)
def test_a_bounce_sees_one_page_and_does_nothing(lake: ViewLake, events: list[Row], is_bounce: bool) -> None:
    (row,) = read(lake, "sessions", [visit(f"10:0{place}", **own) for place, own in enumerate(events)])
    assert row["is_bounce"] is is_bounce


def test_a_session_is_one_of_its_pixel_and_has_an_id(lake: ViewLake) -> None:
    events = [visit("10:00"), visit("10:01", pixel_id="px_two"), visit("10:02", session_id=None)]
    assert [(row["pixel_id"], row["session_id"]) for row in read(lake, "sessions", events)] == [
        ("px_one", "s"),
        ("px_two", "s"),
    ]


def test_what_brought_a_session_is_told_by_its_first_event_from_elsewhere(lake: ViewLake) -> None:
    events = [
        visit("10:00", channel="internal", utm_source="site"),
        visit("10:01", channel="email", utm_source="news"),
        visit("10:02", channel="sms", utm_source="late"),
    ]
    (row,) = read(lake, "sessions", events)
    assert (row["channel"], row["utm_source"]) == ("email", "news")
    (row,) = read(lake, "sessions", events[:1])
    assert (row["channel"], row["utm_source"]) == ("internal", "site")


def test_a_conversion_is_in_the_session_of_the_event_that_stands(lake: ViewLake) -> None:
    lake.fill("goal_windows", make_window_rows(make_goal("Once", once="visitor")))
    rows = read(lake, "sessions", [visit("10:00"), visit("10:01", session_id="t")])
    lake.fill("goal_windows", [])
    assert [(row["session_id"], row["conversions"]) for row in rows] == [("s", 1), ("t", 0)]


def test_a_session_that_changes_hands_is_whose_it_was_last(lake: ViewLake) -> None:
    links = [make_link("A", "10:00", session="s"), make_link("B", "10:01", session="s")]
    (row,) = read(lake, "sessions", [visit("10:00"), visit("10:02")], links)
    assert row["person_id"] == "B"


def test_interests_are_the_sections_that_a_person_looks_at(lake: ViewLake) -> None:
    events = [
        visit("10:00", path="/shop/shoes"),
        visit("10:01", path="/shop"),
        visit("10:02", path="/shop/", received_at=at("10:01:30")),  # its clock is ahead
        visit("10:03", visitor_id="friend", path="/"),
        visit("10:04", path=None),
        visit("10:05", host="blog.example", path="/shop"),
        visit("10:06", path="/about", message_id="m"),
        visit("10:07", path="/about", message_id="m", dt="2025-07-01"),
        *(visit("10:08", path="/x", **own) for own in ({"type": "lead"}, {"outcome": "bot"}, {"host": None})),
    ]
    links = [make_link("A", "10:00"), make_link("B", "10:00", visitor="friend"), make_merge("B", "A")]
    columns = ["host", "section", "views", "share", "first_seen", "last_seen"]
    rows = read(lake, "interests", events, links)
    assert {(row["person_id"], row["workspace_id"]) for row in rows} == {("A", "acme")}
    assert [tuple(row[column] for column in columns) for row in rows] == [
        ("blog.example", "/shop", 1, 1 / 7, at("10:05"), at("10:05")),
        ("shop.example", "/", 2, 2 / 7, at("10:03"), at("10:04")),
        ("shop.example", "/about", 1, 1 / 7, at("10:06"), at("10:06")),
        ("shop.example", "/shop", 3, 3 / 7, at("10:00"), at("10:01:30")),
    ]


def test_interests_of_who_is_no_person_are_the_visitors_or_the_sessions(lake: ViewLake) -> None:
    events = [
        visit("10:00"),
        visit("10:01", visitor_id=None),
        visit("10:02", visitor_id=None, session_id=None),
    ]
    assert [(row["person_id"], row["share"]) for row in read(lake, "interests", events)] == [
        ("session:px_one:s", 1.0),
        ("visitor:acme:cookie", 1.0),
    ]


def test_the_forgotten_have_no_interests(lake: ViewLake) -> None:
    assert read(lake, "interests", [visit("10:00")], [make_link("A", "10:00"), make_forget("A")]) == []


def test_a_session_over_midnight_is_one(lake: ViewLake) -> None:
    later = at("23:59") + timedelta(minutes=2)
    night = visit("23:59", event_id="2", received_at=later, occurred_at=later, dt="2025-07-01")
    (row,) = read(lake, "sessions", [visit("23:59"), night])
    assert (row["events"], row["duration_seconds"]) == (2, 120)
