"""The identity table: `pixelweave.identity_store.IdentityStore` on DynamoDB (docs/identity.md, «What is stored»).

Every write names the condition that it stands on. A condition that does not hold is a ConflictError: somebody was faster,
or it was ourselves and the answer was lost.
"""

from __future__ import annotations

import json
import time
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from pixelweave.identity_store import ConflictError, TraitRecord

from pixelweave_aws import identity_item as codec
from pixelweave_aws.identity_commit import compose_commit
from pixelweave_aws.identity_condition import LEAF_UNCHANGED, NEW, SHORTCUT, TRAITS_UNCHANGED
from pixelweave_aws.item_batch import read_items
from pixelweave_aws.write_conflict import is_conflict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from pixelweave.identity_store import LeafRecord, NodeRecord
    from pixelweave.leaf_link import LeafLink
    from pixelweave.node import Leaf, Node
    from pixelweave.person import Person, Plan, Refusal
    from pixelweave.trait import Trait
    from pixelweave.unusable import Unusable

# Session and visitor cookies end at the latest after 400 days (RFC 6265bis, «The Expires Attribute»), and so do refusals.
LIFETIME_SECONDS = 400 * 86_400


class IdentityTable:
    """Identities in one table. `now` gives Unix time in seconds and `sleep` takes seconds. Other errors are botocore's."""

    def __init__(
        self,
        table_name: str,
        client: DynamoDBClient,
        *,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._table = table_name
        self._client = client
        self._now = now
        self._sleep = sleep

    def read(
        self, nodes: Collection[Node], leaves: Collection[Leaf]
    ) -> tuple[dict[Node, NodeRecord], dict[Leaf, LeafRecord]]:
        """Those of the nodes and leaves that exist; a leaf past its time to live exists until DynamoDB deletes it."""
        node_by_pk = {f"NODE#{node.key}": node for node in nodes}
        leaf_by_pk = {f"LEAF#{leaf.key}": leaf for leaf in leaves}
        items = self._read_items(
            [codec.node_address(node.key) for node in node_by_pk.values()]
            + [codec.leaf_address(leaf.key) for leaf in leaf_by_pk.values()]
        )
        found = {node_by_pk[pk]: codec.read_node(item) for pk, item in items.items() if pk in node_by_pk}
        links = {leaf_by_pk[pk]: codec.read_leaf(item) for pk, item in items.items() if pk in leaf_by_pk}
        return found, links

    def read_persons(self, person_ids: Collection[str]) -> dict[str, Person]:
        """Those of the persons that exist."""
        items = self._read_items([codec.person_address(person_id) for person_id in person_ids])
        persons = [codec.read_person(item) for item in items.values()]
        return {person.person_id: person for person in persons}

    def read_traits(self, person_id: str) -> TraitRecord:
        """A person's own traits; version 0 where there are none yet."""
        answer = self._client.get_item(
            TableName=self._table, Key=codec.traits_address(person_id), ConsistentRead=True
        )
        return codec.read_traits(answer["Item"]) if "Item" in answer else TraitRecord({}, 0)

    def commit(self, plan: Plan, event_id: str, received_at: int) -> None:
        """Write all of a plan or nothing (NEW, ROOT_UNCHANGED).

        The token is made of all that is written, so that the same commit sent again within ten minutes, by the SDK or by a
        redelivery, is answered as the first one was (DynamoDB API reference, «ClientRequestToken»).
        """
        parts = compose_commit(self._table, plan, event_id, received_at)
        token = sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:36]
        try:
            self._client.transact_write_items(TransactItems=parts, ClientRequestToken=token)
        except ClientError as exc:
            raise translate_error(exc) from exc

    def shorten(self, node: Node, hint: str) -> None:
        """Remember a person nearer to the node's root; a node that was forgotten meanwhile stays as it is (SHORTCUT)."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=codec.node_address(node.key),
                UpdateExpression="SET hint = :hint",
                ConditionExpression=SHORTCUT,
                ExpressionAttributeNames={"#owner": "owner"},
                ExpressionAttributeValues={":hint": {"S": hint}},
            )
        except ClientError as exc:
            if not isinstance(translate_error(exc), ConflictError):
                raise

    def write_leaf(self, leaf: Leaf, links: Sequence[LeafLink], version: int) -> None:
        """The links of a leaf (LEAF_UNCHANGED; NEW where `version` is 0)."""
        self._put(codec.write_leaf(leaf, links, version + 1, self._expiry()), LEAF_UNCHANGED, version)

    def write_traits(self, person_id: str, traits: Mapping[str, Trait], version: int) -> None:
        """The traits of a person (TRAITS_UNCHANGED; NEW where `version` is 0)."""
        self._put(codec.write_traits(person_id, traits, version + 1), TRAITS_UNCHANGED, version)

    def write_refusal(self, person_id: str | None, event_id: str, refusal: Refusal) -> bool:
        """Write a refused edge down once per person, or per node where the hit is nobody's, however many hits name it; whether it
        was this hit that did."""
        at = int(self._now() * 1000)
        return self._note(codec.write_refusal(person_id, event_id, refusal, at=at, expires_at=self._expiry()))

    def write_unusable(self, event_id: str, unusable: Unusable) -> None:
        """Write an identifier that makes no node down once per pixel, by its digest."""
        at = int(self._now() * 1000)
        self._note(codec.write_unusable(event_id, unusable, at=at, expires_at=self._expiry()))

    def _note(self, item: codec.Item) -> bool:
        """Put an item where there is none; whether the one that is there names the same hit. It is looked for first: a read costs a
        tenth of a write that is refused."""
        writer = self._find_writer(item)
        if writer is None:
            try:
                self._client.put_item(TableName=self._table, Item=item, ConditionExpression=NEW)
            except ClientError as exc:
                if not isinstance(translate_error(exc), ConflictError):
                    raise
                writer = self._find_writer(item)
            else:
                return True
        return bool(writer == item["by"])

    def _find_writer(self, item: codec.Item) -> Any:
        """`by` of the item that stands at this one's address, None where there is none."""
        found = self._client.get_item(
            TableName=self._table,
            Key={name: item[name] for name in ("pk", "sk")},
            ProjectionExpression="#by",
            ExpressionAttributeNames={"#by": "by"},
            ConsistentRead=True,
        )
        return found.get("Item", {}).get("by")

    def _put(self, item: codec.Item, condition: str, version: int) -> None:
        guard: dict[str, Any] = {"ConditionExpression": NEW}
        if version:
            guard = {
                "ConditionExpression": condition,
                "ExpressionAttributeValues": {":seen": {"N": str(version)}},
            }
        try:
            self._client.put_item(TableName=self._table, Item=item, **guard)
        except ClientError as exc:
            raise translate_error(exc) from exc

    def _read_items(self, addresses: Sequence[codec.Item]) -> dict[str, codec.Item]:
        """The items that exist, by `pk`; ReadThrottledError where DynamoDB does not give them all."""
        items = read_items(self._client, self._table, addresses, self._sleep)
        return {item["pk"]["S"]: item for item in items}

    def _expiry(self) -> int:
        return int(self._now()) + LIFETIME_SECONDS


def translate_error(error: ClientError) -> Exception:
    """ConflictError where a condition did not hold or another transaction was at the same items; else `error` itself."""
    return ConflictError(error.response["Error"]["Code"]) if is_conflict(error) else error
