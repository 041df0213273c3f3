"""History over days that are packed, or are packed while it is counted: nothing counts twice, nothing is missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pixelweave.packing import LAYOUTS
from pixelweave_aws.compaction import Compaction, Limits
from pixelweave_aws.day_report import CLEANED, PACKED
from pixelweave_aws.packed_day import LogStore
from pixelweave_aws.partition import Partitions
from pixelweave_parquet.object_packing import Content, ObjectPacking

from tests.functional.goal_stack import PURCHASES, YESTERDAY, GoalStack
from tests.functional.tool_stack import BUCKET

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DAY = YESTERDAY.date()
NO_WAIT = Limits(after_hours=0, grace_hours=0)


def pack(sources: Sequence[Path], target: Path) -> Content:
    with ObjectPacking(LAYOUTS["events"], target.parent, memory_mb=256) as packing:
        return packing.pack(sources, target)


def make_compaction(stack: GoalStack) -> Compaction:
    """What packs the day at once."""
    partitions = Partitions(stack.glue.client(), "lake", "events")
    partitions.register(DAY, DAY)
    store = LogStore(stack.s3, BUCKET, "events")
    return Compaction("events", partitions, store, pack, limits=NO_WAIT, now=lambda: stack.now)


@pytest.fixture
def counted(stack: GoalStack) -> GoalStack:
    """Three objects of a day, with purchases and a repeat, all counted."""
    stack.ask("goals", "add", "Purchase", *PURCHASES)
    for number in (1, 2, 3):
        stack.say(number, type="purchase", value="4", currency="EUR", order_id=f"o{number % 2}")
        stack.land()
    return stack


def test_a_day_that_is_packed_recounts_to_what_was_counted(counted: GoalStack) -> None:
    items = counted.read_items()
    compaction = make_compaction(counted)
    for state in (PACKED, CLEANED):
        assert compaction.settle(DAY).state == state
        assert counted.ask("goals", "recount", "--check") == []
        assert counted.ask("goals", "recount", "--yes") == []
        assert counted.read_items() == items
    (only,) = counted.runtime.log_objects.list_events(DAY, DAY)
    assert only.is_packed


def test_a_goal_is_counted_over_packed_days_and_what_came_late(counted: GoalStack) -> None:
    assert make_compaction(counted).settle(DAY).state == PACKED
    counted.say(9, type="purchase", value="7", currency="EUR", order_id="late")
    counted.land()
    counted.ask("goals", "add", "Sold", *PURCHASES)
    counted.ask("goals", "backfill", "Sold", "--from", "3d", "--yes")
    (row,) = [each for each in counted.ask("report", "goals") if each.get("goal") == "Sold"]
    assert int(row["conversions"]) == 3


def test_a_day_that_is_packed_while_it_is_recounted_counts_once(
    counted: GoalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = counted.runtime.log_objects
    list_events, compaction = log.list_events, make_compaction(counted)
    states: list[str] = []

    def pack_after(first: object, last: object) -> object:
        found = list_events(first, last)  # type: ignore[arg-type] # days, as they came
        states.append(compaction.settle(DAY).state)
        return found

    monkeypatch.setattr(log, "list_events", pack_after)
    assert counted.ask("goals", "recount", "--check") == []
    assert states[0] == PACKED


def test_hits_that_were_never_counted_are_put_right_from_the_packed_day(stack: GoalStack) -> None:
    for number in (1, 2):
        stack.say(number)
        stack.land(count=False)
    compaction = make_compaction(stack)
    assert [compaction.settle(DAY).state for _ in range(2)] == [PACKED, CLEANED]
    told = stack.ask("goals", "recount", "--yes")
    assert {(each["what"], each["log"]) for each in told if each["day"] == "total"} == {("accepted", "2")}
    assert stack.ask("goals", "recount", "--check") == []
