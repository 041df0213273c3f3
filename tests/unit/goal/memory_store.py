"""The reporting table in memory, with the conditions of the real one, and a place to break at before and after each call."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from pixelweave.goal_store import MAX_PARTS, CountConflictError, CountPlan, Mark

from tests.unit.goal.oracle import count_entries, count_marks, drop_zeros

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from pixelweave.goal_store import CounterKey, Entry, EntryKey, HitTally, MarkKey

    from tests.unit.goal.oracle import Sums


class MemoryStore:
    """`before` and `after` are called around each call with its name; either may raise.

    After each commit it holds marks and counters against the entries, so that no moment is missed at which they differ.
    """

    def __init__(self) -> None:
        self.entries: dict[EntryKey, Entry] = {}
        self.marks: dict[MarkKey, Mark] = {}
        self.counters: dict[tuple[CounterKey, int], dict[str, Decimal]] = {}
        self.hits: defaultdict[tuple[str, str], defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.objects: set[tuple[str, str, str]] = set()
        self.plans: list[CountPlan] = []
        self.reads = 0
        self.before: Callable[[str], None] = lambda _: None
        self.after: Callable[[str], None] = lambda _: None

    def read_entries(self, keys: Collection[EntryKey]) -> dict[EntryKey, Entry]:
        self.before("read_entries")
        self.reads += 1
        return {key: self.entries[key] for key in keys if key in self.entries}

    def read_marks(self, keys: Collection[MarkKey]) -> dict[MarkKey, Mark]:
        self.before("read_marks")
        return {key: self.marks[key] for key in keys if key in self.marks}

    def commit(self, plan: CountPlan, shard: int) -> None:
        self.before("commit")
        _check_form(plan)
        self.check_entries(plan)
        self.check_marks(plan)
        self.apply(plan, shard)
        self.after("commit")

    def check_entries(self, plan: CountPlan) -> None:
        """NEW, ENTRY_UNCHANGED."""
        if any(self.entries.get(key) != before for key, (before, _) in plan.entries.items()):
            raise CountConflictError("entry")

    def check_marks(self, plan: CountPlan) -> None:
        """MARK_UNCHANGED."""
        for key, (before, _) in plan.marks.items():
            if self.marks.get(key, Mark({})).version != before.version:
                raise CountConflictError("mark")

    def apply(self, plan: CountPlan, shard: int) -> None:
        """Write what a plan says, and hold the whole table against its entries."""
        self.plans.append(plan)
        for key, (_, entry) in plan.entries.items():
            if entry is None:
                del self.entries[key]
            else:
                self.entries[key] = entry
        self.marks |= {mark_key: mark for mark_key, (_, mark) in plan.marks.items()}
        for counter, increments in plan.increments.items():
            amounts = self.counters.setdefault((counter, shard), defaultdict(Decimal))
            for attribute, amount in increments.items():
                amounts[attribute] += amount
        assert self.sums() == count_entries(self.entries)
        assert {key: mark.counts for key, mark in self.marks.items() if mark.counts} == count_marks(
            self.entries
        )

    def count_hits(self, object_key: str, tally: HitTally, shard: int) -> bool:
        self.before("count_hits")
        written = (object_key, tally.pixel_id, tally.day)
        is_new = written not in self.objects
        if is_new:
            self.objects.add(written)
            for (hour, outcome), number in tally.rows.items():
                self.hits[tally.pixel_id, tally.day][outcome + hour] += number
        self.after("count_hits")
        return is_new

    def sums(self) -> Sums:
        """The counters over all shards, without zeros."""
        sums: Sums = defaultdict(lambda: defaultdict(Decimal))
        for (key, _), amounts in self.counters.items():
            for attribute, amount in amounts.items():
                sums[key][attribute] += amount
        return drop_zeros(sums)


def _check_form(plan: CountPlan) -> None:
    """What every plan must be, whatever the table has."""
    assert plan.parts <= MAX_PARTS
    assert plan.entries, "counters and marks change with entries only"
    assert all(before != after for before, after in plan.entries.values())
    for key, (old, new) in plan.marks.items():
        assert new.counts != old.counts, key
        assert new.version == old.version + 1
        assert all(number > 0 for number in new.counts.values())
        assert key.day is not None or set(new.counts) <= {""}
    for counter, increments in plan.increments.items():
        assert increments, counter
        assert all(increments.values()), counter
        assert counter.day is not None or set(increments) <= {"n", "v", "s"}
