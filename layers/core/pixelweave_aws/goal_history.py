"""What recounting and removing need of the goals table: whole ledgers, and counters with their writes, shard by shard
(docs/goals.md, «History»)."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError
from pixelweave.goal_store import SHARDS, CountConflictError, CounterKey

from pixelweave_aws import goal_item as codec
from pixelweave_aws.goal_commit import compose_setting
from pixelweave_aws.item_batch import MAX_WRITES, delete_items, list_items
from pixelweave_aws.write_conflict import is_passing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef
    from pixelweave.conversion import GoalRef
    from pixelweave.goal_store import Entry, EntryKey

    from pixelweave_aws.item_batch import Item

_KEYS = ("pk", "sk")


class HitKey(NamedTuple):
    """The counter of a pixel's rows by outcome: of a UTC day (`YYYY-MM-DD`), or, where `day` is None, of all time."""

    pixel_id: str
    day: str | None


@dataclass(frozen=True, slots=True)
class ShardCounter:
    """A counter's part in one shard: its numbers by attribute, and how often it was written (0: it does not exist)."""

    values: Mapping[str, Decimal]
    writes: int = 0


# A counter's parts in all shards, in their order.
type ShardCounters = tuple[ShardCounter, ...]


class GoalHistory:
    """Ledgers and counters of a goals table. `sleep` takes seconds; errors of AWS itself come through as botocore's."""

    def __init__(
        self, table_name: str, client: DynamoDBClient, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._table = table_name
        self._client = client
        self._sleep = sleep

    def list_entries(self, goal: GoalRef) -> Iterator[tuple[EntryKey, Entry]]:
        """The whole ledger of a goal, read while it changes."""
        for digit in codec.LEDGER_PARTITIONS:
            sorts = codec.ENTRY_PREFIX, f"{codec.ENTRY_PREFIX}~"
            for item in self._list(codec.ledger_partition(goal, digit), sorts):
                yield codec.read_entry_key(goal, item), codec.read_entry(item)

    def read_pixel_counters(self, pixel_id: str) -> dict[CounterKey | HitKey, ShardCounters]:
        """All counters of a pixel."""
        found: defaultdict[CounterKey | HitKey, list[ShardCounter]] = defaultdict(
            lambda: [ShardCounter({})] * SHARDS
        )
        for shard in range(SHARDS):
            for item in self._list(codec.shard_partition(pixel_id, shard)):
                values = codec.read_counts(item)
                writes = int(values.pop(codec.WRITES, 0))
                found[_read_key(pixel_id, item)][shard] = ShardCounter(values, writes)
        return {key: tuple(shards) for key, shards in found.items()}

    def read_goal_counters(self, goal: GoalRef) -> dict[CounterKey, ShardCounters]:
        """All counters of a goal; it reads those of the whole pixel."""
        counters = self.read_pixel_counters(goal.pixel_id)
        return {
            key: shards
            for key, shards in counters.items()
            if isinstance(key, CounterKey) and key.goal == goal
        }

    def set_counters(
        self, key: CounterKey | HitKey, values: Mapping[str, Decimal], seen: Sequence[ShardCounter]
    ) -> None:
        """Let a counter's shards add up to `values`: all of it in the first, nothing in the others, while they are as `seen`.

        `seen` are all shards in their order, as `read_pixel_counters` gave them; for a counter that it did not give, as many empty ones.

        Raises:
            CountConflictError: one of them has changed, or nobody knows; read again.
        """
        parts: list[TransactWriteItemTypeDef] = [
            compose_setting(self._table, _address(key, shard), {} if shard else values, found.writes)
            for shard, found in enumerate(seen)
        ]
        self._transact(parts)

    def purge(self, goal: GoalRef, on_progress: Callable[[int], None]) -> int:
        """Delete all entries, marks and counters of a goal; how many items that were. `on_progress(n)` hears of each batch of n."""
        deleted = 0
        for batch in batched(self._list_addresses(goal), MAX_WRITES, strict=False):
            delete_items(self._client, self._table, batch, self._sleep)
            deleted += len(batch)
            on_progress(len(batch))
        return deleted

    def _list_addresses(self, goal: GoalRef) -> Iterator[Item]:
        """The keys of a goal's items, counters last: what they are the sum of is gone by then."""
        for digit in codec.LEDGER_PARTITIONS:
            yield from self._list(codec.ledger_partition(goal, digit), names=_KEYS)
        for shard in range(SHARDS):
            for item in self._list(codec.shard_partition(goal.pixel_id, shard), names=_KEYS):
                key = _read_key(goal.pixel_id, item)
                if isinstance(key, CounterKey) and key.goal == goal:
                    yield item

    def _list(
        self, partition: str, sorts: tuple[str, str] | None = None, names: Sequence[str] = ()
    ) -> Iterator[Item]:
        return list_items(self._client, self._table, partition, sorts, names)

    def _transact(self, parts: Sequence[TransactWriteItemTypeDef]) -> None:
        """Write all parts or none, under a token of its own, which the SDK keeps when it sends them again.

        Raises CountConflictError where a condition did not hold, DynamoDB was too busy, or nobody knows whether it was done.
        """
        try:
            self._client.transact_write_items(TransactItems=parts, ClientRequestToken=str(uuid4()))
        except (ClientError, BotoCoreError) as exc:
            if is_passing(exc):
                raise CountConflictError(type(exc).__name__) from exc
            raise


def _read_key(pixel_id: str, item: Item) -> CounterKey | HitKey:
    sort = str(item["sk"]["S"])
    return codec.read_counter_key(pixel_id, sort) or HitKey(pixel_id, codec.read_hits_day(sort))


def _address(key: CounterKey | HitKey, shard: int) -> Item:
    if isinstance(key, CounterKey):
        return codec.counter_address(key, shard)
    return codec.hits_address(key.pixel_id, key.day, shard)
