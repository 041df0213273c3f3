"""The transactions of the goals table (docs/goals.md, «One object»)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pixelweave_aws import goal_item as codec
from pixelweave_aws.goal_condition import COUNTER_UNCHANGED, ENTRY_UNCHANGED, MARK_UNCHANGED, NEW
from pixelweave_aws.pixel_item import to_item

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef
    from pixelweave.goal_store import CountPlan, Entry, EntryKey, HitTally, Mark, MarkKey

    from pixelweave_aws.item_batch import Item


def compose_commit(table: str, plan: CountPlan, shard: int) -> list[TransactWriteItemTypeDef]:
    """The parts of the transaction that carries out `plan`, counters in `shard`."""
    return [
        *(_write_entry(table, key, before, after) for key, (before, after) in plan.entries.items()),
        *(_write_mark(table, key, before, after) for key, (before, after) in plan.marks.items()),
        *(
            _add(table, codec.counter_address(key, shard), numbers)
            for key, numbers in plan.increments.items()
        ),
    ]


def compose_hits(table: str, object_key: str, tally: HitTally, shard: int) -> list[TransactWriteItemTypeDef]:
    """The parts of the transaction that counts an object's rows of a pixel and day; the first one says that it was done."""
    outcomes: dict[str, int] = {}
    hours: dict[str, int] = {}
    for (hour, outcome), rows in tally.rows.items():
        outcomes[outcome] = outcomes.get(outcome, 0) + rows
        hours[outcome + hour] = rows
    done = codec.object_address(object_key, tally) | to_item(outcomes)
    return [
        {"Put": {"TableName": table, "Item": done, "ConditionExpression": NEW}},
        _add(table, codec.hits_address(tally.pixel_id, tally.day, shard), outcomes | hours),
        _add(table, codec.hits_address(tally.pixel_id, None, shard), outcomes),
    ]


def compose_setting(
    table: str, address: Item, numbers: Mapping[str, Decimal], seen: int
) -> TransactWriteItemTypeDef:
    """The part that sets a counter, of which `seen` writes were read (COUNTER_UNCHANGED; NEW where that is 0)."""
    item = address | to_item({**numbers, codec.WRITES: seen + 1})
    if not seen:
        return {"Put": {"TableName": table, "Item": item, "ConditionExpression": NEW}}
    values = {":seen": {"N": str(seen)}}
    return {
        "Put": {
            "TableName": table,
            "Item": item,
            "ConditionExpression": COUNTER_UNCHANGED,
            "ExpressionAttributeValues": values,
        }
    }


def _write_entry(
    table: str, key: EntryKey, before: Entry | None, after: Entry | None
) -> TransactWriteItemTypeDef:
    """An entry put in the place of what was read, or of nothing; deleted where nothing shall be."""
    if before is None:
        if after is None:
            raise ValueError("a plan changes an entry from nothing to nothing")
        item = codec.write_entry(key, after)
        return {"Put": {"TableName": table, "Item": item, "ConditionExpression": NEW}}
    seen = to_item({":seen": codec.make_stamp(before)})
    if after is None:
        return {
            "Delete": {
                "TableName": table,
                "Key": codec.entry_address(key),
                "ConditionExpression": ENTRY_UNCHANGED,
                "ExpressionAttributeValues": seen,
            }
        }
    return {
        "Put": {
            "TableName": table,
            "Item": codec.write_entry(key, after),
            "ConditionExpression": ENTRY_UNCHANGED,
            "ExpressionAttributeValues": seen,
        }
    }


def _write_mark(table: str, key: MarkKey, before: Mark, after: Mark) -> TransactWriteItemTypeDef:
    item = codec.write_mark(key, replace(after, version=before.version + 1))
    if not before.version:
        return {"Put": {"TableName": table, "Item": item, "ConditionExpression": NEW}}
    return {
        "Put": {
            "TableName": table,
            "Item": item,
            "ConditionExpression": MARK_UNCHANGED,
            "ExpressionAttributeValues": to_item({":seen": before.version}),
        }
    }


def _add(table: str, address: Item, numbers: Mapping[str, Decimal | int]) -> TransactWriteItemTypeDef:
    """A counter's numbers added to, and its writes by one."""
    terms = list({**numbers, codec.WRITES: 1}.items())
    return {
        "Update": {
            "TableName": table,
            "Key": address,
            "UpdateExpression": "ADD " + ", ".join(f"#a{place} :a{place}" for place in range(len(terms))),
            "ExpressionAttributeNames": {f"#a{place}": name for place, (name, _) in enumerate(terms)},
            "ExpressionAttributeValues": to_item(
                {f":a{place}": codec.write_number(term) for place, (_, term) in enumerate(terms)}
            ),
        }
    }
