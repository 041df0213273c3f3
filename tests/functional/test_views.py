"""The views on data with a known answer: parsed as Athena's SQL, run on DuckDB."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import duckdb
import pytest
import sqlglot
from pixelweave.field import FIELDS
from sqlglot import exp

from tests.functional.link_row import at, make_event, make_forget, make_link, make_merge, make_node
from tests.functional.view_lake import ViewLake, list_views

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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


def test_each_view_is_one_statement_that_athena_can_parse() -> None:
    assert list(list_views()) == ["person_root", "leaf_span", "events_stitched", "people"]
    for text in list_views().values():
        assert text.isascii()
        assert not text.rstrip().endswith(";")
        (tree,) = sqlglot.parse(text, read="athena")
        assert isinstance(tree, exp.Select)


def test_a_view_reads_tables_and_earlier_views_only_by_their_bare_names() -> None:
    known = {"events", "links"}
    for name, text in list_views().items():
        tree = sqlglot.parse_one(text, read="athena")
        inside = {cte.alias for cte in tree.find_all(exp.CTE)}
        tables = [table for table in tree.find_all(exp.Table) if table.name not in inside]
        assert {table.sql() for table in (exp.table_(table.name) for table in tables)} <= known
        assert not any(table.db for table in tables)
        known.add(name)


def test_no_query_with_a_name_is_mentioned_twice() -> None:
    """Trino runs a WITH query once per mention: what is named in a chain of doublings would be read 128 times."""
    for text in list_views().values():
        tree = sqlglot.parse_one(text, read="athena")
        inside = {cte.alias for cte in tree.find_all(exp.CTE)}
        mentions = [table.name for table in tree.find_all(exp.Table) if table.name in inside]
        assert len(mentions) == len(set(mentions))


def test_stitched_events_have_every_column_of_the_log(lake: ViewLake) -> None:
    lake.fill("links", [])
    lake.fill("events", [make_event("10:00")])
    (row,) = lake.read("events_stitched")
    assert list(row) == [
        *(field.name for field in FIELDS),
        "dt", "hit_key", "person_id", "attributed", "is_back_attributed",
    ]  # fmt: skip
    assert row["event_id"] == "event-10:00"
    assert row["dt"] == "2025-06-30"


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
    links = [make_link("B", "10:00", event_id="2"), make_link("A", "10:00", event_id="1")]
    assert tell(lake, links, [make_event("09:00"), make_event("10:00")]) == [A_BEFORE, B_VISITOR]


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
    event = make_event("10:30", workspace_id=workspace_id, pixel_id="px_any")
    ((found, _, _),) = tell(lake, links, [event])
    assert found == person_id


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
    links += [make_link("A", "10:00", session="s")]
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
    assert [told[0] for told in tell(lake, links[:50], events)] == ["p00", "p01", "p02", "p03", "p49"]


def test_repeats_are_counted_once(lake: ViewLake) -> None:
    message = {"message_id": "m", "event_id": "1"}
    rows: list[Row] = [
        make_event("10:00", **message),
        make_event("10:01", **message | {"event_id": "2"}),  # the client tried again
        make_event("10:00", **message),  # the stream delivered again
        make_event("10:02", **message | {"event_id": "3", "pixel_id": "px_two"}),
        make_event("10:03", **message | {"event_id": "4", "outcome": "rejected"}),
        make_event("10:04", **message | {"event_id": "5", "outcome": "rejected"}),
        make_event("10:04", **message | {"event_id": "5", "outcome": "rejected"}),
        make_event("10:05", event_id="6"),
        make_event("10:06", event_id="7"),
        make_event("10:06", event_id="m"),  # an event_id is no message_id
    ]
    random.Random(1).shuffle(rows)
    lake.fill("links", [])
    lake.fill("events", rows)
    assert [row["event_id"] for row in lake.read("events_stitched", ["event_id"])] == list("134567m")


def test_a_repeat_on_another_day_of_receipt_has_the_same_key_and_is_counted_once_in_people(
    lake: ViewLake,
) -> None:
    first = make_event("23:59:59", message_id="m", type="purchase")
    repeat = {"event_id": "2", "received_at": at("23:59:59") + timedelta(seconds=2), "dt": "2025-07-01"}
    other = {"event_id": "3", "pixel_id": "px_two"}
    (person,) = read_people(lake, [make_link("A", "10:00")], [first, first | repeat, first | other])
    assert (person["events"], person["purchases"], person["last_seen"]) == (2, 2, at("23:59:59"))
    assert lake.read("events_stitched", ["dt", "pixel_id", "hit_key"]) == [
        {"dt": "2025-06-30", "pixel_id": "px_one", "hit_key": "message:m"},
        {"dt": "2025-06-30", "pixel_id": "px_two", "hit_key": "message:m"},
        {"dt": "2025-07-01", "pixel_id": "px_one", "hit_key": "message:m"},
    ]


@pytest.mark.parametrize(
    "condition", ["dt = '2025-06-03'", "dt BETWEEN '2025-06-03' AND '2025-06-03'", "dt IN ('2025-06-03')"]
)
def test_a_condition_on_the_day_keeps_other_partitions_unread(tmp_path: Path, condition: str) -> None:
    days = [f"2025-06-0{number}" for number in range(1, 6)]
    with ViewLake() as writer:
        for day in days:
            writer.fill("events", [make_event("10:00", event_id=day, dt=day)])
            writer.write_partition(tmp_path / f"dt={day}")
    for day in days[1:]:
        if day != "2025-06-03":
            (tmp_path / f"dt={day}" / "part.parquet").write_bytes(b"whoever opens this fails")
    statement = "SELECT event_id FROM events_stitched WHERE "
    with ViewLake(events_from=tmp_path) as lake:
        assert lake.query(statement + condition) == [("2025-06-03",)]
        with pytest.raises(duckdb.InvalidInputException, match="magic bytes"):
            lake.query(statement + "event_id = '2025-06-03'")


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
    "sessions": 2,
    "conversions": 1,
    "purchases": 1,
    "leads": 1,
    "is_known": True,
    "email_sha256": "d2",
}


def test_people_tell_when_a_person_was_seen_and_what_they_did(lake: ViewLake) -> None:
    links = [
        make_link("A", "10:00"),
        make_merge("C", "A"),
        make_node("A", "email_sha256", "d1", "10:00"),
        make_node("C", "email_sha256", "d2", "11:00"),
        make_node("C", "email_md5", "zz", "11:30"),
    ]
    events = [
        make_event("09:00", session_id="s1", type="lead"),
        make_event("10:00", session_id="s1", type="conversion"),
        make_event("10:30", session_id="s2", type="purchase", message_id="m"),
        make_event("10:31", session_id="s2", type="purchase", message_id="m"),
        make_event("11:00"),
        *(make_event("23:00", event_id=outcome, outcome=outcome) for outcome in ("rejected", "bot", "test")),
    ]
    assert read_people(lake, links + links, events) == [PERSON]


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
