"""The goals table: `pixelweave.goal_store.GoalStore` on DynamoDB, and what reports read (docs/goals.md, «What is stored»).

GoalHistory     whole ledgers, for recounting and removing
└── GoalTable   counting and reports
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from pixelweave.goal_counter import GoalCounter, HitCounter, PixelCounters
from pixelweave.goal_store import SHARDS, CountConflictError

from pixelweave_aws import goal_item as codec
from pixelweave_aws.goal_commit import compose_commit, compose_hits
from pixelweave_aws.goal_history import GoalHistory
from pixelweave_aws.item_batch import ReadThrottledError, read_items
from pixelweave_aws.write_conflict import CONDITION_FAILED, is_passing, list_reasons

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from pixelweave.conversion import GoalRef
    from pixelweave.goal_store import CounterKey, CountPlan, Entry, EntryKey, HitTally, Mark, MarkKey

    from pixelweave_aws.item_batch import Item


class GoalTable(GoalHistory):
    """Conversions and their counters in one table, for workers and for reports."""

    def read_entries(self, keys: Collection[EntryKey]) -> dict[EntryKey, Entry]:
        """Those of the entries that exist. Raises CountConflictError where DynamoDB is too busy."""
        return self._read(keys, codec.entry_address, codec.read_entry)

    def read_marks(self, keys: Collection[MarkKey]) -> dict[MarkKey, Mark]:
        """Those of the marks that exist. Raises CountConflictError where DynamoDB is too busy."""
        return self._read(keys, codec.mark_address, codec.read_mark)

    def commit(self, plan: CountPlan, shard: int) -> None:
        """All of a plan or nothing (NEW, ENTRY_UNCHANGED, MARK_UNCHANGED); counters of `shard` are changed.

        Raises CountConflictError.
        """
        self._transact(compose_commit(self._table, plan, shard))

    def count_hits(self, object_key: str, tally: HitTally, shard: int) -> bool:
        """Add the rows of an object to the hits of its pixel and day, once (NEW); whether it was done now.

        Raises CountConflictError where others were at the same counters, or nobody knows.
        """
        try:
            self._transact(compose_hits(self._table, object_key, tally, shard))
        except CountConflictError as exc:
            cause = exc.__cause__
            # The first part says that it was done before.
            if isinstance(cause, ClientError) and list_reasons(cause)[:1] == [CONDITION_FAILED]:
                return False
            raise
        return True

    def read_days(self, pixel_id: str, first_day: str, last_day: str) -> PixelCounters:
        """A pixel's counters of the UTC days from `first_day` to `last_day` (`YYYY-MM-DD`), both included: one query a shard."""
        return self._read_counters(pixel_id, f"{first_day}#", f"{last_day}#~")

    def read_totals(self, pixel_id: str) -> PixelCounters:
        """A pixel's counters of all time: one query a shard."""
        return self._read_counters(pixel_id, f"{codec.TOTAL}#", f"{codec.TOTAL}#~")

    def _read_counters(self, pixel_id: str, low: str, high: str) -> PixelCounters:
        goals: dict[CounterKey, dict[str, Decimal]] = {}
        hits: dict[str | None, dict[str, Decimal]] = {}
        for shard in range(SHARDS):
            for item in self._list(codec.shard_partition(pixel_id, shard), (low, high)):
                sort = str(item["sk"]["S"])
                key = codec.read_counter_key(pixel_id, sort)
                sums = (
                    hits.setdefault(codec.read_hits_day(sort), {})
                    if key is None
                    else goals.setdefault(key, {})
                )
                _add_up(sums, codec.read_counts(item))
        return PixelCounters(
            goals=tuple(
                GoalCounter(key.goal, key.day, key.unit, sums)
                for key, sums in sorted(goals.items(), key=lambda each: _place(each[0]))
                if any(sums.values())
            ),
            hits=tuple(
                HitCounter(pixel_id, day, {name: int(number) for name, number in sums.items()})
                for day, sums in sorted(hits.items(), key=lambda each: each[0] or "")
            ),
        )

    def _read[K, R](
        self, keys: Collection[K], address: Callable[[K], Item], read: Callable[[Item], R]
    ) -> dict[K, R]:
        by_place = {_find_place(address(key)): key for key in keys}
        addresses = [address(key) for key in by_place.values()]
        try:
            items = read_items(self._client, self._table, addresses, self._sleep)
        except ReadThrottledError as exc:
            raise CountConflictError(f"{exc} unread") from exc
        except ClientError as exc:
            if is_passing(exc):
                raise CountConflictError(type(exc).__name__) from exc
            raise
        return {by_place[_find_place(item)]: read(item) for item in items}


def _find_place(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _place(key: CounterKey) -> tuple[GoalRef, str, str]:
    return key.goal, key.day or "", key.unit


def _add_up(sums: dict[str, Decimal], numbers: dict[str, Decimal]) -> None:
    for name, number in numbers.items():
        if name != codec.WRITES:
            sums[name] = sums.get(name, Decimal()) + number
