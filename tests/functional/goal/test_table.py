"""What the goals table writes and reads: items as docs/goals.md has them, limits, and the price of a report."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from hypothesis import given, settings
from moto import mock_aws
from pixelweave.conversion import GoalRef, make_digest
from pixelweave.goal_counting import count_conversions
from pixelweave.goal_store import SHARDS, Entry, EntryKey, HitTally, MarkKey
from pixelweave_aws.goal_item import read_entry, write_entry
from pixelweave_aws.goal_table import GoalTable

from tests.functional.aws_part import create_key_table
from tests.functional.goal.goal_room import TABLE, GoalRoom
from tests.unit.goal.memory_store import MemoryStore
from tests.unit.goal.sample import DAY, GOALS, HOUR, NEXT_DAY, T0, draw_conversions, make

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelweave.conversion import Conversion

ONCE = make_digest("order:1")
SESSION = make_digest("a")


def test_a_conversion_lies_where_the_page_says(room: GoalRoom) -> None:
    room.count(make(1, "order:1", session="a", value="2.50", unit="EUR"), shard=3)
    ledger = f"GOAL#px#d:one#{ONCE[0]}"
    sessions = f"GOAL#px#d:one#{SESSION[0]}"
    items = room.items()
    assert set(items) == {
        (ledger, f"C#{ONCE}"),
        (sessions, f"S#{SESSION}#{DAY}"),
        (sessions, f"S#{SESSION}"),
        ("PIXEL#px#3", f"{DAY}#C#EUR#d:one"),
        ("PIXEL#px#3", "TOTAL#C#EUR#d:one"),
        ("PIXEL#px#3", f"{DAY}#C##d:one"),
        ("PIXEL#px#3", "TOTAL#C##d:one"),
    }
    entry = items[ledger, f"C#{ONCE}"]
    assert {name: entry[name] for name in ("event_id", "at", "session", "value", "unit")} == {
        "event_id": {"S": "event-01"},
        "at": {"N": str(T0)},
        "session": {"S": SESSION},
        "value": {"N": "2.5"},
        "unit": {"S": "EUR"},
    }
    assert items[sessions, f"S#{SESSION}#{DAY}"]["hours"] == {"M": {"22": {"N": "1"}}}
    assert items[sessions, f"S#{SESSION}"]["days"] == {"N": "1"}
    day = items["PIXEL#px#3", f"{DAY}#C#EUR#d:one"]
    assert {name: day[name]["N"] for name in ("n", "n22", "v", "v22", "w")} == {
        "n": "1", "n22": "1", "v": "2.5", "v22": "2.5", "w": "1",
    }  # fmt: skip


def test_hits_lie_where_the_page_says(room: GoalRoom) -> None:
    room.table.count_hits("events/a b", HitTally("px", DAY, {("07", "accepted"): 2, ("08", "bot"): 1}), 2)
    items = room.items()
    assert set(items) == {
        ("OBJECT#events/a b", f"px#{DAY}"),
        ("PIXEL#px#2", f"{DAY}#H"),
        ("PIXEL#px#2", "TOTAL#H"),
    }
    rows = items["OBJECT#events/a b", f"px#{DAY}"]
    assert {name: rows[name]["N"] for name in ("accepted", "bot")} == {"accepted": "2", "bot": "1"}


@pytest.mark.parametrize("value", [None, "0", "-0.0001", "99999999999999.9999", "1.50"])
@pytest.mark.parametrize("session", [None, SESSION])
def test_an_entry_is_read_as_it_was_written(value: str | None, session: str | None) -> None:
    entry = Entry("event-1", T0, session, None if value is None else Decimal(value), "EUR")
    assert read_entry(write_entry(EntryKey(GOALS[0], ONCE), entry)) == entry


@pytest.mark.parametrize("name", ["a#b", "#", "C#x", "TOTAL", "é, 😀", "H"])
def test_a_goal_of_any_name_is_reported_under_it(room: GoalRoom, name: str) -> None:
    goal = GoalRef.make("px", "hit", name)
    from_hit = make(1)
    room.count(type(from_hit)(goal, from_hit.once, T0, "event-1"))
    (counter,) = room.table.read_totals("px").goals
    assert (counter.goal, counter.day, counter.values) == (goal, None, {"n": Decimal(1)})
    assert [key for key, _ in room.table.list_entries(goal)] == [EntryKey(goal, from_hit.once)]
    assert room.table.read_totals("px").hits == ()


class TestReport:
    def fill(self, room: GoalRoom) -> None:
        for number in range(3):
            at = T0 + number * 24 * HOUR
            room.count(make(number, f"order:{number}", at=at, value="1.5", session="a"), shard=number)
        room.table.count_hits("events/a", HitTally("px", DAY, {("22", "accepted"): 3}), 0)
        room.table.count_hits("events/b", HitTally("px", DAY, {("23", "accepted"): 4}), 1)
        room.calls.clear()

    @pytest.mark.parametrize(
        ("first", "last", "days"),
        [
            ("2026-06-30", "2026-06-30", []),
            (DAY, DAY, [DAY]),
            (DAY, NEXT_DAY, [DAY, NEXT_DAY]),
            (NEXT_DAY, "2026-07-03", [NEXT_DAY, "2026-07-03"]),
            ("2026-07-04", "2026-07-09", []),
        ],
    )
    def test_the_days_of_a_range_are_read_with_one_query_a_shard(
        self, room: GoalRoom, first: str, last: str, days: list[str]
    ) -> None:
        self.fill(room)
        counters = room.table.read_days("px", first, last)
        assert [each.day for each in counters.goals if each.unit] == days
        assert [each.day for each in counters.hits] == [day for day in days if day == DAY]
        assert room.calls == {"Query": SHARDS}

    def test_shards_are_added_up(self, room: GoalRoom) -> None:
        self.fill(room)
        totals = room.table.read_totals("px")
        assert {each.unit: each.values for each in totals.goals} == {
            "": {"s": Decimal(1)},
            "points": {"n": Decimal(3), "v": Decimal("4.5")},
        }
        assert [each.rows for each in totals.hits] == [{"accepted": 7}]
        assert room.calls == {"Query": SHARDS}

    def test_another_pixel_has_counters_of_its_own(self, room: GoalRoom) -> None:
        self.fill(room)
        assert room.table.read_totals("px2") == room.table.read_totals("p")
        assert room.table.read_totals("px2").goals == ()

    def test_every_read_is_consistent(self, room: GoalRoom) -> None:
        consistent = []

        def note(params: dict[str, Any], model: Any, **_: Any) -> None:
            asked = params.get("RequestItems", {TABLE: params})[TABLE]
            consistent.append((model.name, asked.get("ConsistentRead")))

        for operation in ("BatchGetItem", "Query"):
            room.client.meta.events.register(f"provide-client-params.dynamodb.{operation}", note)
        self.fill(room)
        room.table.read_totals("px")
        list(room.table.list_entries(GOALS[0]))
        assert set(consistent) == {("BatchGetItem", True), ("Query", True)}


@pytest.mark.parametrize(("count", "calls"), [(0, 0), (100, 1), (101, 2)])
def test_a_call_reads_100_entries(room: GoalRoom, count: int, calls: int) -> None:
    keys = [EntryKey(GOALS[0], make_digest(str(number))) for number in range(count)]
    assert room.table.read_entries(keys) == {}
    assert room.calls["BatchGetItem"] == calls


def test_entries_and_marks_of_one_session_are_told_apart(room: GoalRoom) -> None:
    room.count(make(1, session="a"), make(2, goal=1, session="a"))
    marks = room.table.read_marks([MarkKey(goal, SESSION, day) for goal in GOALS for day in (DAY, None)])
    assert {(key.goal, key.day): mark.counts for key, mark in marks.items()} == {
        (goal, day): counts for goal in GOALS for day, counts in ((DAY, {"22": 1}), (None, {"": 1}))
    }


def count_all(store: MemoryStore | GoalTable, objects: Sequence[Sequence[Conversion]]) -> None:
    for number, conversions in enumerate(objects):
        count_conversions(store, conversions, number % SHARDS, lambda _: None)


@settings(max_examples=25, deadline=None)
@given(conversions=draw_conversions())
def test_the_table_comes_to_what_the_store_in_memory_comes_to(conversions: list[Conversion]) -> None:
    half = len(conversions) // 2
    objects = [conversions[half:], conversions[:half], conversions]
    memory = MemoryStore()
    count_all(memory, objects)
    with mock_aws():
        client = boto3.client(
            "dynamodb", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b"
        )
        create_key_table(client, TABLE)
        table = GoalTable(TABLE, client)
        count_all(table, objects)
        assert table.read_entries(memory.entries) == memory.entries
        assert table.read_marks(memory.marks) == memory.marks
        stored = {
            (key, shard): {name: number for name, number in counter.values.items() if number}
            for key, shards in table.read_pixel_counters("px").items()
            for shard, counter in enumerate(shards)
        }
        kept = {
            place: {name: number for name, number in numbers.items() if number}
            for place, numbers in memory.counters.items()
        }
        assert {place: numbers for place, numbers in stored.items() if numbers} == {
            place: numbers for place, numbers in kept.items() if numbers
        }
