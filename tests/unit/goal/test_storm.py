"""Many workers whose conversions all go to the counters of one shard: each comes to its end.

Time is simulated. A transaction that begins while another one has the shard's counters is refused, as DynamoDB does it (developer guide,
«Transaction conflict handling»); nobody waits in a row.
"""

from __future__ import annotations

from functools import partial
from random import Random, uniform
from typing import TYPE_CHECKING

import pytest
from pixelweave.goal_counting import CHUNK, CountingError, count_conversions
from pixelweave.goal_store import CountConflictError
from pixelweave_aws.goal_message import Pause
from pixelweave_aws.goal_tally import GoalTally

from tests.unit.goal.memory_store import MemoryStore
from tests.unit.goal.sample import make
from tests.unit.goal.schedule import GO, Schedule

if TYPE_CHECKING:
    from collections.abc import Collection

    from pixelweave.conversion import Conversion
    from pixelweave.goal_store import CountPlan, Entry, EntryKey

# The default of GoalsConcurrency.
WORKERS = 10
CHUNKS = 40
READ_SECONDS, WRITE_SECONDS, REFUSE_SECONDS = 0.01, 0.04, 0.02


class BusyStore(MemoryStore):
    """Takes time. Who goes on is whose clock is behind all others'."""

    def __init__(self, dice: Random) -> None:
        super().__init__()
        self.conflicts = 0
        self.clocks = [dice.uniform(0, WRITE_SECONDS) for _ in range(WORKERS)]
        self._dice = dice
        self._free_at = 0.0
        self.schedule = Schedule(self, self._choose, lambda: GO)

    def sleep(self, seconds: float) -> None:
        """Let the worker whose turn it is do nothing for a while."""
        self.clocks[self.schedule._current] += seconds

    def read_entries(self, keys: Collection[EntryKey]) -> dict[EntryKey, Entry]:
        self._take(READ_SECONDS)
        return super().read_entries(keys)

    def check_entries(self, plan: CountPlan) -> None:
        now = self.clocks[self.schedule._current]
        if now < self._free_at:
            self.conflicts += 1
            self._take(REFUSE_SECONDS)
            raise CountConflictError("another transaction is at the counters")
        self._take(WRITE_SECONDS)
        self._free_at = self.clocks[self.schedule._current]
        super().check_entries(plan)

    def apply(self, plan: CountPlan, shard: int) -> None:
        # Whether counters are right is not the question here, and asking takes long.
        self.entries |= {key: after for key, (_, after) in plan.entries.items() if after is not None}

    def _take(self, seconds: float) -> None:
        self.sleep(seconds * self._dice.uniform(0.7, 1.6))

    def _choose(self, _: int) -> int:
        alive = list(self.schedule._turns)
        return min(range(len(alive)), key=lambda place: self.clocks[alive[place]])


@pytest.mark.parametrize("seed", range(3))
def test_ten_workers_on_one_shard_all_come_to_their_end(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    dice = Random(seed)
    monkeypatch.setattr(f"{Pause.__module__}.{uniform.__name__}", dice.uniform)
    store, given_up = BusyStore(dice), list[int]()
    wanted = [
        [make(number, f"order:{worker}-{number}", session=None) for number in range(CHUNKS * CHUNK)]
        for worker in range(WORKERS)
    ]

    def count(conversions: list[Conversion], _: int) -> None:
        try:
            count_conversions(store, conversions, 0, Pause(GoalTally(), store.sleep))
        except CountingError:
            given_up.append(len(store.entries))

    store.schedule.run([partial(count, each) for each in wanted], WORKERS)
    assert given_up == []
    assert len(store.entries) == WORKERS * CHUNKS * CHUNK
    assert store.conflicts > WORKERS * CHUNKS, "the workers hardly met"
