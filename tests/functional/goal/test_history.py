"""Whole ledgers, and what is left of a goal that is removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pixelweave.goal_store import HitTally
from pixelweave_aws.batch_call import ATTEMPTS
from pixelweave_aws.item_batch import MAX_WRITES, WriteThrottledError

from tests.functional.goal.goal_room import TABLE
from tests.unit.goal.sample import DAY, GOALS, T0, enter, make

if TYPE_CHECKING:
    from tests.functional.goal.goal_room import GoalRoom


def fill(room: GoalRoom, count: int = 40) -> None:
    """Count conversions of two goals, and hits."""
    for goal in (0, 1):
        room.count(
            *(
                make(
                    number, f"order:{number}", goal=goal, at=T0 + number, session=f"s{number % 9}", value="1"
                )
                for number in range(count)
            )
        )
    room.table.count_hits("events/a", HitTally("px", DAY, {("22", "accepted"): 80}), 0)


def leave_undone(room: GoalRoom, times: int) -> None:
    """Answer the next deletions with all but the first left undone, and leave them so."""
    left = [times]

    def cut(params: dict[str, Any], **_: Any) -> None:
        if left[0]:
            left[0] -= 1
            undone.append(params["RequestItems"][TABLE][1:])
            params["RequestItems"] = {TABLE: params["RequestItems"][TABLE][:1]}
        else:
            undone.append([])

    def answer(parsed: dict[str, Any], **_: Any) -> None:
        requests = undone.pop()
        parsed["UnprocessedItems"] = {TABLE: requests} if requests else {}

    undone: list[list[Any]] = []
    room.client.meta.events.register("provide-client-params.dynamodb.BatchWriteItem", cut)
    room.client.meta.events.register("after-call.dynamodb.BatchWriteItem", answer)


def test_a_ledger_is_listed_whole_whatever_partition_an_entry_is_in(room: GoalRoom) -> None:
    conversions = [make(number, f"order:{number}", at=T0 + number) for number in range(80)]
    room.count(*conversions, make(80, goal=1))
    found = dict(room.table.list_entries(GOALS[0]))
    assert found == enter(*conversions)
    assert {key.once[0] for key in found} == set("0123456789abcdef")


class TestPurge:
    def test_nothing_is_left_of_the_goal_and_all_of_the_others(self, room: GoalRoom) -> None:
        fill(room)
        before, heard = room.items(), list[int]()
        deleted = room.table.purge(GOALS[0], heard.append)
        after = room.items()
        assert deleted == sum(heard) == len(before) - len(after)
        assert set(heard[:-1]) == {MAX_WRITES}
        assert after == {
            place: item
            for place, item in before.items()
            if not (place[0].startswith(f"GOAL#px#{GOALS[0].key}#") or place[1].endswith(f"#{GOALS[0].key}"))
        }
        assert {each.goal for each in room.table.read_totals("px").goals} == {GOALS[1]}
        assert room.table.read_totals("px").hits[0].rows == {"accepted": 80}

    def test_what_was_begun_is_ended_the_next_time(self, room: GoalRoom) -> None:
        fill(room)

        def interrupt(deleted: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            room.table.purge(GOALS[0], interrupt)
        left = room.table.purge(GOALS[0], lambda _: None)
        assert left > 0
        assert room.table.purge(GOALS[0], lambda _: None) == 0

    def test_what_dynamodb_leaves_undone_is_asked_for_again(self, room: GoalRoom) -> None:
        fill(room)
        leave_undone(room, ATTEMPTS - 1)
        room.table.purge(GOALS[0], lambda _: None)
        assert room.table.purge(GOALS[0], lambda _: None) == 0
        assert room.pauses == [0.2, 0.4]

    def test_it_gives_up_in_the_end(self, room: GoalRoom) -> None:
        fill(room)
        leave_undone(room, ATTEMPTS)
        with pytest.raises(WriteThrottledError, match=f"{MAX_WRITES - ATTEMPTS} of {MAX_WRITES} items"):
            room.table.purge(GOALS[0], lambda _: None)


def test_the_counters_of_a_goal_are_those_of_no_other(room: GoalRoom) -> None:
    fill(room)
    counters = room.table.read_goal_counters(GOALS[1])
    assert {key.goal for key in counters} == {GOALS[1]}
    assert {(key.day, key.unit) for key in counters} == {
        (DAY, ""),
        (None, ""),
        (DAY, "points"),
        (None, "points"),
    }
    assert {len(shards) for shards in counters.values()} == {4}
