"""Each condition of the goals table has a case that fails without it, and a plan is done whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from pixelweave.goal_counting import remove_entries
from pixelweave.goal_plan import list_marks, plan_changes
from pixelweave.goal_store import CountConflictError, CounterKey, CountPlan, EntryKey, HitTally
from pixelweave_aws.goal_history import HitKey, ShardCounter

from tests.unit.goal.sample import DAY, GOALS, T0, enter, make

if TYPE_CHECKING:
    from pixelweave.conversion import Conversion

    from tests.functional.goal.goal_room import GoalRoom

TALLY = HitTally("px", DAY, {("22", "accepted"): 3, ("23", "bot"): 1, ("23", "accepted"): 2})
NOTHING = (ShardCounter({}),) * 4


def plan(room: GoalRoom, before: Conversion | None, after: Conversion | None) -> CountPlan:
    """What changes one conversion's entry from what was read to what shall be."""
    old, new = (enter(each) if each else {} for each in (before, after))
    changes = {key: (old.get(key), new.get(key)) for key in old | new}
    return plan_changes(changes, room.table.read_marks(list_marks(changes)))


class TestNew:
    def test_of_two_who_saw_no_entry_one_writes_it(self, room: GoalRoom) -> None:
        first, second = make(1, session="a"), make(2, session="b")
        plans = [plan(room, None, first), plan(room, None, second)]
        room.table.commit(plans[0], 0)
        before = room.items()
        with pytest.raises(CountConflictError):
            room.table.commit(plans[1], 1)
        assert room.items() == before

    def test_of_two_who_saw_no_mark_one_makes_it_and_the_other_counts_nothing(self, room: GoalRoom) -> None:
        plans = [plan(room, None, make(number, f"order:{number}", session="a")) for number in (1, 2)]
        room.table.commit(plans[0], 0)
        before = room.items()
        with pytest.raises(CountConflictError):
            room.table.commit(plans[1], 0)
        assert room.items() == before

    def test_an_object_is_counted_once_a_pixel_and_day(self, room: GoalRoom) -> None:
        assert room.table.count_hits("events/a", TALLY, 1) is True
        before = room.items()
        assert room.table.count_hits("events/a", TALLY, 1) is False
        assert room.items() == before
        assert room.table.count_hits("events/a", replace(TALLY, day="2026-07-02"), 1) is True
        assert room.table.count_hits("events/a", replace(TALLY, pixel_id="py"), 1) is True
        assert room.table.count_hits("events/b", TALLY, 2) is True
        (day,) = room.table.read_days("px", DAY, DAY).hits
        assert day.rows == {"accepted": 10, "accepted22": 6, "accepted23": 4, "bot": 2, "bot23": 2}


class TestEntryUnchanged:
    @pytest.mark.parametrize("after", [make(0, at=T0 - 1, value="1"), None])
    def test_an_entry_that_was_replaced_meanwhile_is_neither_replaced_nor_removed(
        self, room: GoalRoom, after: Conversion | None
    ) -> None:
        late, early = make(2, at=T0 + 2), make(1, at=T0 + 1)
        room.count(late)
        stale = plan(room, late, after)
        room.count(early)
        before = room.items()
        with pytest.raises(CountConflictError):
            room.table.commit(stale, 0)
        assert room.items() == before

    @pytest.mark.parametrize(
        "other",
        [
            make(2, value="2", session="a"),
            make(1, value="1", session="a"),
            make(1, session="a"),
            make(1, value="2", session="a", unit="EUR"),
            make(1, value="2", session="b"),
            make(1, value="2"),
            make(1, value="2", session="a", at=T0 + 1),
        ],
    )
    def test_any_difference_of_what_was_read_is_seen(self, room: GoalRoom, other: Conversion) -> None:
        room.count(make(1, value="2", session="a"))
        with pytest.raises(CountConflictError):
            room.table.commit(plan(room, other, make(0, at=T0 - 1)), 0)

    def test_the_form_of_a_number_is_no_difference(self, room: GoalRoom) -> None:
        room.count(make(1, value="2.5000"))
        room.table.commit(plan(room, make(1, value="2.5"), make(0, at=T0 - 1)), 0)
        assert [entry.event_id for _, entry in room.table.list_entries(GOALS[0])] == ["event-00"]


def test_a_mark_that_changed_meanwhile_is_not_overwritten(room: GoalRoom) -> None:
    """MARK_UNCHANGED."""
    room.count(make(1, "order:1", session="a"))
    stale = plan(room, None, make(2, "order:2", session="a"))
    room.count(make(3, "order:3", session="a"))
    before = room.items()
    with pytest.raises(CountConflictError):
        room.table.commit(stale, 0)
    assert room.items() == before


def test_a_mark_that_was_emptied_and_filled_again_is_another_one(room: GoalRoom) -> None:
    """MARK_UNCHANGED: a version never comes back."""
    one = make(1, "order:1", session="a")
    room.count(one)
    stale = plan(room, None, make(2, "order:2", session="a"))
    remove_entries(room.table, enter(one), 0, room.attempts.append)
    room.count(one)
    with pytest.raises(CountConflictError):
        room.table.commit(stale, 0)


class TestCounterUnchanged:
    KEY = CounterKey(GOALS[0], DAY, "")

    def test_a_counter_is_set_to_what_its_ledger_says(self, room: GoalRoom) -> None:
        room.count(make(1, "order:1"), make(2, "order:2"), shard=1)
        seen = room.table.read_goal_counters(GOALS[0])[self.KEY]
        assert [shard.writes for shard in seen] == [0, 1, 0, 0]
        room.table.set_counters(self.KEY, {"n": Decimal(5), "n22": Decimal(5)}, seen)
        (counter,) = room.table.read_days("px", DAY, DAY).goals
        assert counter.values == {"n": 5, "n22": 5}
        seen = room.table.read_goal_counters(GOALS[0])[self.KEY]
        assert [shard.writes for shard in seen] == [1, 2, 1, 1]

    @pytest.mark.parametrize("shard", [0, 1, 2])
    @pytest.mark.parametrize("is_there", [False, True])
    def test_a_counter_that_moves_in_any_shard_is_left_alone(
        self, room: GoalRoom, shard: int, is_there: bool
    ) -> None:
        if is_there:
            room.count(make(1, "order:1"), shard=shard)
        seen = room.table.read_goal_counters(GOALS[0]).get(self.KEY, NOTHING)
        room.count(make(2, "order:2"), shard=shard)
        before = room.items()
        with pytest.raises(CountConflictError):
            room.table.set_counters(self.KEY, {"n": Decimal(1)}, seen)
        assert room.items() == before

    def test_hits_are_set_the_same_way(self, room: GoalRoom) -> None:
        room.table.count_hits("events/a", TALLY, 1)
        key = HitKey("px", None)
        seen = room.table.read_pixel_counters("px")[key]
        room.table.set_counters(key, {"accepted": Decimal(7)}, seen)
        assert room.table.read_totals("px").hits[0].rows == {"accepted": 7}
        with pytest.raises(CountConflictError):
            room.table.set_counters(key, {"accepted": Decimal(8)}, seen)


@pytest.mark.parametrize(
    ("code", "reasons", "is_passing"),
    [
        ("TransactionCanceledException", ["None", "ConditionalCheckFailed"], True),
        ("TransactionCanceledException", ["TransactionConflict", "None"], True),
        ("TransactionCanceledException", ["ThrottlingError", "None"], True),
        ("TransactionCanceledException", ["None", "ProvisionedThroughputExceeded"], True),
        ("TransactionCanceledException", ["ValidationError", "None"], False),
        ("TransactionInProgressException", [], True),
        ("ThrottlingException", [], True),
        ("ProvisionedThroughputExceededException", [], True),
        ("InternalServerError", [], True),
        ("ValidationException", [], False),
        ("AccessDeniedException", [], False),
        ("ResourceNotFoundException", [], False),
    ],
)
def test_what_may_do_at_the_next_look_is_a_conflict_and_nothing_else_is(
    room: GoalRoom, code: str, reasons: list[str], is_passing: bool
) -> None:
    room.refuse("TransactWriteItems", code, reasons, times=3)
    with pytest.raises(CountConflictError if is_passing else ClientError):
        room.table.commit(plan(room, None, make(1)), 0)
    with pytest.raises(CountConflictError if is_passing else ClientError):
        room.table.count_hits("events/a", replace(TALLY), 0)


@pytest.mark.parametrize(
    "reasons", [["None", "ConditionalCheckFailed"], ["TransactionConflict", "None", "None"]]
)
def test_only_the_objects_own_entry_says_that_its_hits_are_counted(
    room: GoalRoom, reasons: list[str]
) -> None:
    room.refuse("TransactWriteItems", "TransactionCanceledException", reasons)
    with pytest.raises(CountConflictError):
        room.table.count_hits("events/a", TALLY, 0)


def test_without_credentials_there_is_no_conflict(room: GoalRoom) -> None:
    def fail(**_: Any) -> None:
        raise NoCredentialsError

    room.client.meta.events.register("before-call.dynamodb.TransactWriteItems", fail)
    with pytest.raises(NoCredentialsError):
        room.table.commit(plan(room, None, make(1)), 0)


def test_a_plan_that_makes_nothing_of_nothing_is_a_mistake(room: GoalRoom) -> None:
    key = EntryKey(GOALS[0], "0" * 32)
    with pytest.raises(ValueError, match="nothing to nothing"):
        room.table.commit(CountPlan(entries={key: (None, None)}), 0)
