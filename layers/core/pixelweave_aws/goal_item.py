"""Ledger and counters as DynamoDB items: the codec of the goals table (layout: docs/goals.md, «What is stored»)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pixelweave.conversion import GoalRef, make_digest
from pixelweave.goal_store import CounterKey, Entry, EntryKey, Mark, MarkKey

from pixelweave_aws.pixel_item import from_item, to_item

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixelweave.goal_store import HitTally

    from pixelweave_aws.item_batch import Item

# An entry's partition is chosen by the first hexadecimal digit of a digest.
LEDGER_PARTITIONS = "0123456789abcdef"
ENTRY_PREFIX = "C#"
# In place of a day, of what is counted over all time.
TOTAL = "TOTAL"
WRITES = "w"
_KEYS = ("pk", "sk")
_COUNTER, _HITS = "C", "H"


def ledger_partition(goal: GoalRef, digit: str) -> str:
    """The partition key of a sixteenth of a goal's ledger."""
    return f"GOAL#{goal.pixel_id}#{goal.key}#{digit}"


def entry_address(key: EntryKey) -> Item:
    """The primary key of an entry."""
    return to_item({"pk": ledger_partition(key.goal, key.once[0]), "sk": ENTRY_PREFIX + key.once})


def mark_address(key: MarkKey) -> Item:
    """The primary key of a mark."""
    sort = f"S#{key.session}" if key.day is None else f"S#{key.session}#{key.day}"
    return to_item({"pk": ledger_partition(key.goal, key.session[0]), "sk": sort})


def shard_partition(pixel_id: str, shard: int) -> str:
    """The partition key of a shard of a pixel's counters."""
    return f"PIXEL#{pixel_id}#{shard}"


def counter_address(key: CounterKey, shard: int) -> Item:
    """The primary key of a goal's counter in one shard."""
    sort = f"{key.day or TOTAL}#{_COUNTER}#{key.unit}#{key.goal.key}"
    return to_item({"pk": shard_partition(key.goal.pixel_id, shard), "sk": sort})


def hits_address(pixel_id: str, day: str | None, shard: int) -> Item:
    """The primary key of the rows by outcome of a UTC day, or, where `day` is None, of all time, in one shard."""
    return to_item({"pk": shard_partition(pixel_id, shard), "sk": f"{day or TOTAL}#{_HITS}"})


def object_address(object_key: str, tally: HitTally) -> Item:
    """The primary key of what says that an object's rows of a pixel and day are counted."""
    return to_item({"pk": f"OBJECT#{object_key}", "sk": f"{tally.pixel_id}#{tally.day}"})


def make_stamp(entry: Entry) -> str:
    """The digest of all that an entry says, the same whatever form its numbers come in (`1.50` and `1.5`, `-0` and `0`)."""
    value = None if entry.value is None else str(write_number(entry.value))
    told = [entry.event_id, entry.received_at, entry.session, value, entry.unit]
    return make_digest(json.dumps(told))


def write_number(number: Decimal | int) -> Decimal:
    """A number in the one form in which DynamoDB keeps it: without zeros behind, without an exponent, `-0` as `0`."""
    return Decimal(format((Decimal(number) + 0).normalize(), "f"))


def write_entry(key: EntryKey, entry: Entry) -> Item:
    """The item of an entry; `session` and `value` only where it has them."""
    told: dict[str, Any] = {"event_id": entry.event_id, "at": entry.received_at, "unit": entry.unit}
    if entry.session is not None:
        told["session"] = entry.session
    if entry.value is not None:
        told["value"] = write_number(entry.value)
    return entry_address(key) | to_item(told | {"stamp": make_stamp(entry)})


def read_entry(item: Mapping[str, Any]) -> Entry:
    """The entry of its item."""
    row = from_item(item, _KEYS)
    return Entry(row["event_id"], int(row["at"]), row.get("session"), row.get("value"), row["unit"])


def read_entry_key(goal: GoalRef, item: Mapping[str, Any]) -> EntryKey:
    """The key of an entry's item in the ledger of `goal`."""
    return EntryKey(goal, str(item["sk"]["S"]).removeprefix(ENTRY_PREFIX))


def write_mark(key: MarkKey, mark: Mark) -> Item:
    """The item of a mark."""
    counts = {"days": mark.counts.get("", 0)} if key.day is None else {"hours": dict(mark.counts)}
    return mark_address(key) | to_item(counts | {"version": mark.version})


def read_mark(item: Mapping[str, Any]) -> Mark:
    """The mark of its item, without zeros."""
    row = from_item(item, _KEYS)
    counts = row.get("hours", {"": row.get("days", 0)})
    return Mark({hour: int(count) for hour, count in counts.items() if count}, int(row["version"]))


def read_counter_key(pixel_id: str, sort: str) -> CounterKey | None:
    """The counter that a sort key of a pixel's shard names; None where it is that of hits."""
    day, kind, *rest = sort.split("#", 3)
    if kind != _COUNTER:
        return None
    return CounterKey(GoalRef(pixel_id, rest[1]), None if day == TOTAL else day, rest[0])


def read_hits_day(sort: str) -> str | None:
    """The day that the sort key of hits names, None for all time."""
    day = sort.partition("#")[0]
    return None if day == TOTAL else day


def read_counts(item: Mapping[str, Any]) -> dict[str, Decimal]:
    """A counter's numbers by attribute, `w` among them."""
    return {name: Decimal(value) for name, value in from_item(item, _KEYS).items()}
