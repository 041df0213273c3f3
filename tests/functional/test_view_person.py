"""Whose an event is: links, merges and tombstones with a known answer."""

from __future__ import annotations

import random
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.functional.link_row import at, make_event, make_forget, make_link, make_merge, make_node
from tests.functional.view_lake import ViewLake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.functional.link_row import Row


type Told = tuple[str | None, str | None, bool]

A_VISITOR: Told = ("A", "visitor", False)
B_VISITOR: Told = ("B", "visitor", False)
A_BEFORE: Told = ("A", "visitor", True)
NOBODY: Told = (None, None, False)


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        yield lake


def tell(lake: ViewLake, links: list[Row], events: list[Row]) -> list[Told]:
    """Return who each event is by, how that is known, and whether backwards; in the order of the events."""
    lake.fill("links", links)
    lake.fill("events", [event | {"title": str(number)} for number, event in enumerate(events)])
    columns = ["CAST(title AS INTEGER) AS number", "person_id", "attributed", "is_back_attributed"]
    rows = lake.read("events_stitched", columns)
    assert [row["number"] for row in rows] == list(range(len(events)))
    return [(row["person_id"], row["attributed"], row["is_back_attributed"]) for row in rows]


SHARED = [make_link("A", "10:00"), make_link("B", "11:00")]


@pytest.mark.parametrize(
    ("clock", "told"),
    [
        ("09:00", A_BEFORE),
        ("09:59:59.999", A_BEFORE),
        ("10:00", A_VISITOR),
        ("10:00:00.001", A_VISITOR),
        ("10:59:59.999", A_VISITOR),
        ("11:00", B_VISITOR),
        ("23:59:59.999", B_VISITOR),
    ],
)
def test_a_shared_device_is_whose_login_was_last(lake: ViewLake, clock: str, told: Told) -> None:
    assert tell(lake, SHARED, [make_event(clock)]) == [told]


def test_an_event_that_nothing_else_leads_from_is_the_persons_that_it_named(lake: ViewLake) -> None:
    own = {"visitor_id": None, "event_id": "e-1"}
    events = [
        make_event("10:30", **own),
        make_event("10:30", **own | {"event_id": "e-2"}),
        make_event("10:30", **own, pixel_id="px_two", workspace_id="other"),
        make_event("10:30", **own, pixel_id="px_two", dt="2025-07-01"),
    ]
    links = [*SHARED, make_link("C", "10:30", event="e-1"), make_merge("C", "A")]
    assert tell(lake, links, events) == [("A", "event", False), NOBODY, NOBODY, NOBODY]


def test_links_may_come_in_any_order_and_more_than_once(lake: ViewLake) -> None:
    links = [*SHARED, make_link("A", "12:00"), make_link("B", "13:00")]
    redelivered = {"recorded_at": at("14:00")}
    rows = [row | changes for row in links for changes in ({}, {}, redelivered)]
    random.Random(7).shuffle(rows)
    events = [make_event(clock) for clock in ("09:00", "10:30", "11:30", "12:30", "13:30")]
    assert tell(lake, rows, events) == [A_BEFORE, A_VISITOR, B_VISITOR, A_VISITOR, B_VISITOR]


def test_of_two_links_at_one_moment_the_greater_event_id_wins_as_in_the_identity_table(
    lake: ViewLake,
) -> None:
    links = [make_link("A", "10:00", event_id="2"), make_link("B", "10:00", event_id="1")]
    assert tell(lake, links, [make_event("09:00"), make_event("10:00")]) == [
        ("B", "visitor", True),
        A_VISITOR,
    ]


def test_a_visitor_has_no_scope_whether_that_is_empty_or_missing(lake: ViewLake) -> None:
    links = [make_link("A", "10:00", scope=None), make_link("B", "11:00")]
    assert tell(lake, links, [make_event("10:30"), make_event("11:30")]) == [A_VISITOR, B_VISITOR]


def test_spans_of_a_leaf_touch_and_name_the_survivor(lake: ViewLake) -> None:
    links = [*SHARED, make_link("C", "11:30"), make_link("A", "12:00"), make_merge("C", "B")]
    lake.fill("links", [*links, make_node("A", "fbid", "1")])
    spans = lake.read("leaf_span", ["starts_at", "ends_at", "since", "person_id", "leaf"])
    assert [tuple(span.values()) for span in spans] == [
        (datetime(1, 1, 1), at("11:00"), at("10:00"), "A", "cookie"),  # noqa: DTZ001 - the log's are UTC
        (at("11:00"), at("12:00"), at("11:00"), "B", "cookie"),
        (at("12:00"), datetime(9999, 12, 31), at("12:00"), "A", "cookie"),  # noqa: DTZ001 - the same
    ]


def test_without_links_events_are_nobodys(lake: ViewLake) -> None:
    assert tell(lake, [], [make_event("10:00", session_id="s"), make_event("10:01", visitor_id=None)]) == [
        NOBODY,
        NOBODY,
    ]
    assert lake.read("person_root") == []


@pytest.mark.parametrize(
    ("clock", "told"),
    [
        ("08:00", ("B", "session", True)),  # neither is in force: the session's first
        ("09:00", A_VISITOR),  # the cookie is A's, and B has not logged in
        ("09:59:59.999", A_VISITOR),
        ("10:00", ("B", "session", False)),  # both are in force
    ],
)
def test_a_session_beats_a_visitor_and_a_link_in_force_beats_one_to_come(
    lake: ViewLake, clock: str, told: Told
) -> None:
    links = [make_link("A", "09:00"), make_link("B", "10:00", session="s")]
    assert tell(lake, links, [make_event(clock, session_id="s")]) == [told]


@pytest.mark.parametrize(
    ("changes", "person_id"),
    [
        ({}, "A"),
        ({"pixel_id": "px_two"}, "B"),
        ({"pixel_id": "px_three"}, None),
        ({"workspace_id": "other"}, None),
        ({"session_id": "S"}, None),
    ],
)
def test_a_session_is_one_of_its_pixel(lake: ViewLake, changes: Row, person_id: str | None) -> None:
    links = [make_link("A", "10:00", session="s"), make_link("B", "10:00", session="s", pixel_id="px_two")]
    event = make_event("10:30", session_id="s", visitor_id=None) | changes
    ((found, _, _),) = tell(lake, links, [event])
    assert found == person_id


@pytest.mark.parametrize(("workspace_id", "person_id"), [("acme", "A"), ("other", "B"), ("third", None)])
def test_a_visitor_is_one_of_its_workspace(lake: ViewLake, workspace_id: str, person_id: str | None) -> None:
    links = [make_link("A", "10:00"), make_link("B", "10:00", workspace_id="other")]
    event = {"workspace_id": workspace_id, "pixel_id": "px_any"}
    told = tell(lake, links, [make_event("09:30", **event), make_event("10:30", **event)])
    assert [found for found, _, _ in told] == [person_id, person_id]


def test_a_visitor_and_a_session_of_one_name_are_two_leaves(lake: ViewLake) -> None:
    links = [make_link("A", "10:00", visitor="same"), make_link("B", "10:00", session="same")]
    events = [
        make_event("10:30", visitor_id="same"),
        make_event("10:31", visitor_id=None, session_id="same"),
    ]
    assert tell(lake, links, events) == [A_VISITOR, ("B", "session", False)]


def test_a_clock_that_runs_ahead_is_not_believed(lake: ViewLake) -> None:
    received = {"received_at": at("10:30")}
    events = [make_event("11:30") | received, make_event("11:31") | received | {"occurred_at": None}]
    assert tell(lake, SHARED, events) == [A_VISITOR, A_VISITOR]


@pytest.mark.parametrize("length", [1, 2, 3, 64, 100, 128])
def test_a_chain_of_merges_leads_to_its_survivor(lake: ViewLake, length: int) -> None:
    chain = [f"p{number:03}" for number in range(length + 1)]
    merges = [make_merge(young, old) for old, young in pairwise(chain)]
    random.Random(length).shuffle(merges)
    links = [make_link(chain[-1], "10:00"), *merges, *merges]
    assert tell(lake, links, [make_event("10:30")]) == [("p000", "visitor", False)]
    assert lake.query(
        "SELECT count(*), count(DISTINCT person_id), min(root_id), max(root_id) FROM person_root"
    ) == [(length + 1, length + 1, "p000", "p000")]


def test_a_person_without_merges_is_its_own_root(lake: ViewLake) -> None:
    lake.fill("links", [make_link("A", "10:00"), make_merge("C", "B"), make_node("D", "fbid", "d")])
    assert [(row["person_id"], row["root_id"]) for row in lake.read("person_root")] == [
        ("A", "A"),
        ("B", "B"),
        ("C", "B"),
        ("D", "D"),
    ]


def test_a_merge_makes_one_person_of_what_two_did_on_a_device(lake: ViewLake) -> None:
    events = [make_event("09:00"), make_event("10:30"), make_event("11:30")]
    assert tell(lake, [*SHARED, make_merge("B", "A")], events) == [A_BEFORE, A_VISITOR, A_VISITOR]


@pytest.mark.parametrize("forgotten", ["A", "old", "young"])
def test_the_forgotten_have_no_events_and_nobody_inherits_them(lake: ViewLake, forgotten: str) -> None:
    links = [*SHARED, make_merge("A", "old"), make_merge("young", "A"), make_forget(forgotten)]
    links += [make_link("A", "10:00", session="s"), make_node("A", "email_sha256", "digest")]
    events = [make_event(clock) for clock in ("09:00", "10:30", "11:30")]
    assert tell(lake, links, [*events, make_event("11:31", session_id="s")]) == [
        (None, "visitor", True),
        (None, "visitor", False),
        B_VISITOR,
        (None, "session", False),
    ]
    people = lake.read("people")
    assert [person["person_id"] for person in people] == ["B"]
    assert people[0]["events"] == 1


def test_a_leaf_of_everybody_keeps_its_first_and_its_last_49_changes(lake: ViewLake) -> None:
    links = [make_link(f"p{number:02}", f"10:{number:02}") for number in range(52)]
    events = [make_event(clock) for clock in ("09:00", "10:01", "10:02:59", "10:03", "10:51")]
    assert [told[0] for told in tell(lake, links, events)] == ["p00", "p00", "p00", "p03", "p51"]
    repeats = [make_link("p51", f"11:{minute}") for minute in range(10, 60)]
    assert [told[0] for told in tell(lake, links + repeats, events)] == ["p00", "p00", "p00", "p03", "p51"]
    assert [told[0] for told in tell(lake, links[:50], events)] == ["p00", "p01", "p02", "p03", "p49"]
