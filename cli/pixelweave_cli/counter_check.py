"""Counters held against what they are the sum of, and set while they stand still (docs/goals.md, «History»).

In each round the counters are read first, then what they must be. Whatever is counted in between changes a counter's `w`: then it is
not set, and the round comes again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING

from pixelweave.goal_store import SHARDS, CountConflictError, CounterKey
from pixelweave.goal_sum import sum_entries
from pixelweave_aws.goal_history import HitKey, ShardCounter

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from pixelweave.conversion import GoalRef
    from pixelweave.goal_store import HitTally
    from pixelweave_aws.goal_history import ShardCounters
    from pixelweave_aws.goal_table import GoalTable

ROUNDS = 6
_ABSENT: ShardCounters = (ShardCounter({}),) * SHARDS

type Key = CounterKey | HitKey
type Sums = Mapping[Key, Mapping[str, Decimal]]


@dataclass(frozen=True, slots=True)
class Deviation:
    """A number of a counter: by attribute what the table has and what it must be. `is_repaired`: it is so by now."""

    key: Key
    attribute: str
    table: Decimal
    wanted: Decimal
    is_repaired: bool


class CounterCheck:
    """Counters of one pixel. `pause(attempt)` waits before another round; with `is_repairing` what deviates is set."""

    def __init__(
        self, table: GoalTable, pixel_id: str, pause: Callable[[int], None], *, is_repairing: bool
    ) -> None:
        self._table = table
        self._pixel_id = pixel_id
        self._pause = pause
        self._is_repairing = is_repairing

    def check_goals(self, goals: Collection[GoalRef]) -> list[Deviation]:
        """Hold the counters of goals against their ledgers."""
        pending: set[GoalRef | None] = set(goals)

        def sum_up(_: Mapping[Key, ShardCounters]) -> Sums:
            ledgers = (self._table.list_entries(goal) for goal in sorted(filter(None, pending)))
            return dict(sum_entries(chain.from_iterable(ledgers)).items())

        return self._check(pending, sum_up)

    def check_hits(self, read_tallies: Callable[[], list[HitTally]], first_day: str) -> list[Deviation]:
        """Hold the hits of days from `first_day` on against what objects gave, and those of all time against the days.

        `read_tallies` gives the rows of all objects that there are when it is called; it may count some.
        """

        def sum_up(counters: Mapping[Key, ShardCounters]) -> Sums:
            kept: dict[Key, dict[str, Decimal]] = {
                key: _add(shards)
                for key, shards in counters.items()
                if isinstance(key, HitKey) and key.day is not None and key.day < first_day
            }
            return _add_total(self._pixel_id, kept | _sum_tallies(read_tallies(), first_day))

        return self._check({None}, sum_up)

    def _check(
        self, pending: set[GoalRef | None], sum_up: Callable[[Mapping[Key, ShardCounters]], Sums]
    ) -> list[Deviation]:
        """What deviates of the goals in `pending`, which loses those that are settled; None among them is for hits."""
        settled: list[Deviation] = []
        left: list[Deviation] = []
        for attempt in range(ROUNDS):
            counters = self._read(pending)
            wanted = sum_up(counters)
            found = _compare(counters, wanted)
            moved = self._find_moved({each.key for each in found}, counters, wanted, pending)
            left = [each for each in found if each.key in moved]
            settled += [
                replace(each, is_repaired=self._is_repairing) for each in found if each.key not in moved
            ]
            pending &= {_group(key) for key in moved}
            if not pending:
                return settled
            self._pause(attempt)
        return settled + left

    def _find_moved(
        self,
        keys: Collection[Key],
        counters: Mapping[Key, ShardCounters],
        wanted: Sums,
        pending: Collection[GoalRef | None],
    ) -> set[Key]:
        """Those of the counters that others wrote meanwhile, with all of their goals if nothing is to be repaired; the rest is set."""
        if not keys:
            return set()
        if not self._is_repairing:
            now = self._read(pending)
            groups = {_group(key) for key in keys if now.get(key) != counters.get(key)}
            return {key for key in keys if _group(key) in groups}
        moved = set()
        for key in keys:
            try:
                self._table.set_counters(key, wanted.get(key, {}), counters.get(key, _ABSENT))
            except CountConflictError:
                moved.add(key)
        return moved

    def _read(self, groups: Collection[GoalRef | None]) -> dict[Key, ShardCounters]:
        counters = self._table.read_pixel_counters(self._pixel_id)
        return {key: shards for key, shards in counters.items() if _group(key) in groups}


def _group(key: Key) -> GoalRef | None:
    return key.goal if isinstance(key, CounterKey) else None


def _compare(counters: Mapping[Key, ShardCounters], wanted: Sums) -> list[Deviation]:
    found = []
    for key in dict.fromkeys((*counters, *wanted)):
        before, after = _add(counters.get(key, _ABSENT)), wanted.get(key, {})
        for attribute in sorted(before.keys() | after.keys()):
            numbers = before.get(attribute, Decimal()), after.get(attribute, Decimal())
            if numbers[0] != numbers[1]:
                found.append(Deviation(key, attribute, *numbers, is_repaired=False))
    return found


def _add(shards: ShardCounters) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for shard in shards:
        for attribute, number in shard.values.items():
            sums[attribute] = sums.get(attribute, Decimal()) + number
    return sums


def _sum_tallies(tallies: Iterable[HitTally], first_day: str) -> dict[Key, dict[str, Decimal]]:
    sums: dict[Key, dict[str, Decimal]] = {}
    for tally in tallies:
        if tally.day < first_day:
            continue
        counter = sums.setdefault(HitKey(tally.pixel_id, tally.day), {})
        for (hour, outcome), number in tally.rows.items():
            for attribute in (outcome, f"{outcome}{hour}"):
                counter[attribute] = counter.get(attribute, Decimal()) + number
    return sums


def _add_total(pixel_id: str, days: Mapping[Key, Mapping[str, Decimal]]) -> Sums:
    """The days with the counter of all time, which has no hours."""
    total: dict[str, Decimal] = {}
    for counter in days.values():
        for attribute, number in counter.items():
            if attribute.isalpha():
                total[attribute] = total.get(attribute, Decimal()) + number
    return {**days, HitKey(pixel_id, None): total}
