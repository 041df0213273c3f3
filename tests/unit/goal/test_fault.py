"""Tables and workers that break a rule of docs/goals.md are found out: each condition is there for a reason."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import pytest
from pixelweave.goal_counting import count_conversions
from pixelweave.goal_plan import list_marks, make_entry, plan_changes
from pixelweave.goal_store import CountConflictError, EntryKey, HitTally

from tests.unit.goal.memory_store import MemoryStore
from tests.unit.goal.sample import DAY, T0, enter, make
from tests.unit.goal.schedule import CRASH_AFTER, GO, LOSE, Job, Schedule

if TYPE_CHECKING:
    from pixelweave.conversion import Conversion
    from pixelweave.goal_store import CountPlan


class NoStampStore(MemoryStore):
    """Entries are written whatever stands there."""

    def check_entries(self, plan: CountPlan) -> None:
        pass


class NoVersionStore(MemoryStore):
    """Marks are written whatever stands there."""

    def check_marks(self, plan: CountPlan) -> None:
        pass


class ResendingStore(NoStampStore):
    """A transaction without conditions and token, of which the answer is lost, is sent again by the SDK."""

    def commit(self, plan: CountPlan, shard: int) -> None:
        try:
            super().commit(plan, shard)
        except CountConflictError:
            super().commit(plan, shard)


def count_once(store: MemoryStore, conversion: Conversion) -> Job:
    def work(_: int) -> None:
        count_conversions(store, [conversion], 0, lambda _: None)

    return work


def race(store: MemoryStore, *conversions: Conversion) -> None:
    """As many workers as conversions, each one call behind the other."""
    turns = cycle(range(len(conversions)))
    Schedule(store, lambda _: next(turns), lambda: GO).run(
        [count_once(store, each) for each in conversions], len(conversions)
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(make(1), make(1), id="two workers on one object"),
        pytest.param(make(1), make(2, at=T0 + 1), id="a duplicate in another object"),
        pytest.param(make(2, at=T0 + 1), make(1), id="a duplicate that is earlier"),
    ],
)
def test_two_workers_at_one_entry_count_once_by_its_stamp(first: Conversion, second: Conversion) -> None:
    store = MemoryStore()
    race(store, first, second)
    assert store.entries == enter(make(1))
    with pytest.raises(AssertionError):
        race(NoStampStore(), first, second)


def test_two_workers_at_one_session_count_it_once_by_its_version() -> None:
    first, second = make(1, "order:1", session="a"), make(2, "order:2", session="a")
    store = MemoryStore()
    race(store, first, second)
    assert store.entries == enter(first, second)
    with pytest.raises(AssertionError):
        race(NoVersionStore(), first, second)


@pytest.mark.parametrize("fault", [LOSE, CRASH_AFTER])
def test_a_lost_answer_adds_once_because_entries_are_read_again(fault: str) -> None:
    store = MemoryStore()
    fates = iter([GO, GO, fault])
    Schedule(store, lambda _: 0, lambda: next(fates, GO)).run([count_once(store, make(1))], 1)
    assert store.entries == enter(make(1))
    assert len(store.plans) == 1


def test_what_is_only_added_adds_twice_when_an_answer_is_lost() -> None:
    fates = iter([GO, GO, LOSE])
    store = ResendingStore()
    with pytest.raises(AssertionError):
        Schedule(store, lambda _: 0, lambda: next(fates, GO)).run([count_once(store, make(1))], 1)


def test_a_plan_of_old_marks_is_refused_though_its_entries_still_stand() -> None:
    """Another entry of the session came between reading and writing."""
    store = MemoryStore()
    wanted = make(1, "order:1", session="a")
    changes = {EntryKey(wanted.goal, wanted.once): (None, make_entry(wanted))}
    plan = plan_changes(changes, store.read_marks(list_marks(changes)))
    count_once(store, make(2, "order:2", session="a"))(0)
    with pytest.raises(CountConflictError):
        store.commit(plan, 0)


def test_an_objects_hits_are_added_once() -> None:
    store = MemoryStore()
    tally = HitTally("px", DAY, {("07", "accepted"): 3, ("08", "bot"): 1})
    added = [store.count_hits(name, tally, 0) for name in ("events/1", "events/1", "events/2", "events/1")]
    assert added == [True, False, True, False]
    assert store.hits["px", DAY] == {"accepted07": 6, "bot08": 2}
