"""The one transaction of a plan (docs/identity.md, «The transaction»)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pixelweave_aws import identity_item as codec
from pixelweave_aws.identity_condition import NEW, ROOT_UNCHANGED
from pixelweave_aws.pixel_item import to_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef
    from pixelweave.node import Node
    from pixelweave.person import Person, Plan

# TransactWriteItems takes 100 parts (DynamoDB API reference). A plan has one for its survivor and at most one for each node of
# the hit, of which `pixelweave.hit_identity` lets 50 through.
MAX_PARTS = 100


class CommitTooLargeError(ValueError):
    """A plan of more parts than a transaction takes."""


def compose_commit(table: str, plan: Plan, event_id: str, received_at: int) -> list[TransactWriteItemTypeDef]:
    """The parts of the transaction that writes `plan`; the same plan makes the same parts.

    Raises:
        CommitTooLargeError: more than 100 parts.
        ValueError: a plan without a survivor, which has nothing to write.
    """
    survivor, anchor = plan.survivor, plan.anchor
    if survivor is None or anchor is None:
        raise ValueError("a plan without a survivor has nothing to write")
    parts = [_write_survivor(table, survivor, plan)]
    parts += [
        _merge(table, loser, survivor.person_id, (event_id, received_at), (anchor.key, node.key))
        for loser, node in plan.losers
    ]
    parts += _attach(table, plan, survivor.person_id, anchor, (event_id, received_at))
    if len(parts) > MAX_PARTS:
        raise CommitTooLargeError(f"{len(parts)} parts")
    return parts


def _write_survivor(table: str, survivor: Person, plan: Plan) -> TransactWriteItemTypeDef:
    held = replace(
        survivor,
        version=survivor.version + 1,
        nodes=plan.nodes,
        merges=plan.merges,
        unique=dict(plan.claims),
    )
    if plan.is_new:
        return {"Put": {"TableName": table, "Item": codec.write_person(held), "ConditionExpression": NEW}}
    return {
        "Update": {
            "TableName": table,
            "Key": codec.person_address(survivor.person_id),
            "UpdateExpression": "SET version = :version, nodes = :nodes, merges = :merges, #unique = :unique",
            "ConditionExpression": ROOT_UNCHANGED,
            "ExpressionAttributeNames": {"#owner": "owner", "#unique": "unique"},
            "ExpressionAttributeValues": to_item(
                {
                    ":seen": survivor.version,
                    ":version": held.version,
                    ":nodes": held.nodes,
                    ":merges": held.merges,
                    ":unique": held.unique,
                }
            ),
        }
    }


def _merge(
    table: str, loser: Person, survivor_id: str, told: tuple[str, int], via: tuple[str, str]
) -> TransactWriteItemTypeDef:
    by, at = told
    return {
        "Update": {
            "TableName": table,
            "Key": codec.person_address(loser.person_id),
            "UpdateExpression": "SET #owner = :owner, #by = :by, via = :via, merged_at = :at, version = :version",
            "ConditionExpression": ROOT_UNCHANGED,
            "ExpressionAttributeNames": {"#owner": "owner", "#by": "by"},
            "ExpressionAttributeValues": to_item(
                {
                    ":seen": loser.version,
                    ":version": loser.version + 1,
                    ":owner": survivor_id,
                    ":by": by,
                    ":via": list(via),
                    ":at": at,
                }
            ),
        }
    }


def _attach(
    table: str, plan: Plan, survivor_id: str, anchor: Node, told: tuple[str, int]
) -> Iterator[TransactWriteItemTypeDef]:
    by, at = told
    for node in plan.attached:
        item = codec.write_node(node, survivor_id, by=by, via=None if node == anchor else anchor.key, at=at)
        yield {"Put": {"TableName": table, "Item": item, "ConditionExpression": NEW}}
