"""Erasing a person from the identity table, so that it may be interrupted at any moment and run again (docs/privacy.md).

The root is marked first: stitchers that saw it before fail on its version (ROOT_UNCHANGED), read again and refuse its identifiers, so
nothing is added to what is about to be erased. Plain values, sessions, traits and refusals go next. The nodes lose their owner last, each
batch in one transaction with the root's count of them: what is left is counted, however often this was interrupted.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from pixelweave.column import format_instant
from pixelweave.forgetting import MAX_UNHOOKED, Tally, count_tree, make_tombstone, plan_erasure
from pixelweave.identity_store import ConflictError

from pixelweave_aws.identity_condition import LEAF_UNCHANGED, ROOT_UNCHANGED, SHORTCUT
from pixelweave_aws.identity_item import leaf_address, node_address, person_address, refusal_address
from pixelweave_aws.identity_table import translate_error
from pixelweave_aws.person_item import PERSON_PREFIX, write_traits_tombstone
from pixelweave_aws.person_store import PersonStoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef
    from pixelweave.emission import LinkRow
    from pixelweave.forgetting import Erasure
    from pixelweave.person_tree import HeldNode, HeldRefusal, PersonTree

    from pixelweave_aws.person_store import PersonStore

ROUNDS = 5
# SQS keeps a message for 14 days at most (its quotas); after that no stitcher can come with what it saw before.
TOMBSTONE_SECONDS = 15 * 86_400
_CONFLICTS = (
    "ConditionalCheckFailedException",
    "TransactionCanceledException",
    "TransactionConflictException",
)


class ErasureConflictError(PersonStoreError):
    """Stitchers changed the person at each attempt; run it again."""


class TombstoneError(PersonStoreError):
    """The links log did not take all rows that say who was forgotten; run it again."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a run has erased; `is_complete` is false where the index did not show all that the root counts."""

    root_id: str
    person_ids: tuple[str, ...]
    workspace_id: str | None
    tally: Tally
    is_complete: bool


class PersonEraser:
    """Erases persons of `store`. `tell` puts rows into the links log, and returns the ids of those it could not; it gets the
    tombstones again at each run."""

    def __init__(
        self,
        store: PersonStore,
        client: DynamoDBClient,
        table_name: str,
        *,
        tell: Callable[[Collection[LinkRow]], Collection[str]],
        now: Callable[[], float],
    ) -> None:
        self._store = store
        self._client = client
        self._table = table_name
        self._tell = tell
        self._now = now

    def forget(self, person_id: str, named: Collection[str] = ()) -> Forgotten:
        """Forget the person that `person_id` is now; `named` are the keys of the nodes by which it was found.

        Raises PersonNotFoundError, ErasureConflictError, TombstoneError; run again, it goes on where it ended.
        """
        root_id = self._mark_root(person_id)
        tree = self._store.read_tree(root_id)
        tally = count_tree(tree)
        erasure = plan_erasure(tree, named)
        workspace_id = _find_workspace(tree)
        self._mark_merged(tree)
        self._strip_nodes(erasure.nodes)
        self._tell_log(erasure.person_ids, workspace_id)
        self._erase_leaves(erasure)
        self._erase_traits(erasure.person_ids)
        self._erase_refusals(tree)
        self._unhook_nodes(root_id, erasure.nodes)
        return Forgotten(root_id, tuple(erasure.person_ids), workspace_id, tally, tree.is_complete)

    def _mark_root(self, person_id: str) -> str:
        for _ in range(ROUNDS):
            root = self._store.find_root(person_id)
            if root.is_forgotten or self._try(
                self._client.update_item,
                TableName=self._table,
                Key=person_address(root.person_id),
                UpdateExpression="SET forgotten_at = :now, version = :version, #unique = :none",
                ConditionExpression=ROOT_UNCHANGED,
                ExpressionAttributeNames={"#owner": "owner", "#unique": "unique"},
                ExpressionAttributeValues={
                    ":now": self._moment(),
                    ":seen": {"N": str(root.version)},
                    ":version": {"N": str(root.version + 1)},
                    ":none": {"M": {}},
                },
            ):
                return root.person_id
        raise ErasureConflictError(f"{person_id} was changed at each of {ROUNDS} attempts; run it again")

    def _mark_merged(self, tree: PersonTree) -> None:
        """Mark the merged persons, and drop the digests that they hold; the pointers to the root stay."""
        for person in tree.merged:
            self._client.update_item(
                TableName=self._table,
                Key=person_address(person.person_id),
                UpdateExpression="SET forgotten_at = if_not_exists(forgotten_at, :now), #unique = :none REMOVE via",
                ExpressionAttributeNames={"#unique": "unique"},
                ExpressionAttributeValues={":now": self._moment(), ":none": {"M": {}}},
            )

    def _strip_nodes(self, nodes: Iterable[HeldNode]) -> None:
        """Take the plain values first; with its owner a node still leads a repeated run to the person."""
        for held in nodes:
            self._client.update_item(
                TableName=self._table,
                Key=node_address(held.node.key),
                UpdateExpression="SET forgotten_at = if_not_exists(forgotten_at, :now) REMOVE #value, #by, via, #at, hint",
                ExpressionAttributeNames={"#value": "value", "#by": "by", "#at": "at"},
                ExpressionAttributeValues={":now": self._moment()},
            )

    def _tell_log(self, person_ids: Iterable[str], workspace_id: str | None) -> None:
        moment = format_instant(int(self._now() * 1000))
        rows = [make_tombstone(person_id, workspace_id, moment) for person_id in person_ids]
        if untold := self._tell(rows):
            raise TombstoneError(f"the links stream refused {len(untold)} of {len(rows)} rows; run it again")

    def _erase_leaves(self, erasure: Erasure) -> None:
        for held in erasure.leaves:
            self._try(
                self._client.delete_item,
                TableName=self._table,
                Key=leaf_address(held.leaf.key),
                ConditionExpression=LEAF_UNCHANGED,
                ExpressionAttributeValues={":seen": {"N": str(held.version)}},
            )
        for shared in erasure.shared:
            self._try(
                self._client.update_item,
                TableName=self._table,
                Key=leaf_address(shared.held.leaf.key),
                UpdateExpression="SET #owner = :owner",
                ConditionExpression=LEAF_UNCHANGED,
                ExpressionAttributeNames={"#owner": "owner"},
                ExpressionAttributeValues={
                    ":owner": {"S": shared.owner},
                    ":seen": {"N": str(shared.held.version)},
                },
            )

    def _erase_traits(self, person_ids: Iterable[str]) -> None:
        now = self._now()
        for person_id in person_ids:
            tombstone = write_traits_tombstone(person_id, int(now * 1000), int(now) + TOMBSTONE_SECONDS)
            self._client.put_item(TableName=self._table, Item=tombstone)

    def _erase_refusals(self, tree: PersonTree) -> None:
        for refusal in tree.refusals:
            self._client.delete_item(TableName=self._table, Key=_address_refusal(refusal))

    def _unhook_nodes(self, root_id: str, nodes: Iterable[HeldNode]) -> None:
        for batch in batched(nodes, MAX_UNHOOKED, strict=False):
            parts: list[TransactWriteItemTypeDef] = [
                {
                    "Update": {
                        "TableName": self._table,
                        "Key": node_address(held.node.key),
                        "UpdateExpression": "REMOVE #owner, hint",
                        "ConditionExpression": SHORTCUT,
                        "ExpressionAttributeNames": {"#owner": "owner"},
                    }
                }
                for held in batch
            ]
            count: TransactWriteItemTypeDef = {
                "Update": {
                    "TableName": self._table,
                    "Key": person_address(root_id),
                    "UpdateExpression": "ADD nodes :less",
                    "ExpressionAttributeValues": {":less": {"N": str(-len(batch))}},
                }
            }
            if not self._try(self._client.transact_write_items, TransactItems=[*parts, count]):
                raise ErasureConflictError(f"{root_id} was changed by others; run it again")

    def _try(self, call: Callable[..., Any], **request: Any) -> bool:
        """Whether the conditions of a write held; errors of any other kind are raised."""
        try:
            call(**request)
        except ClientError as exc:
            if not isinstance(translate_error(exc), ConflictError):
                raise
            return False
        return True

    def _moment(self) -> dict[str, str]:
        return {"N": str(int(self._now() * 1000))}


def _find_workspace(tree: PersonTree) -> str | None:
    """The workspace of a person, as long as it has a node or a leaf."""
    names = [held.node.workspace_id for held in tree.nodes] + [held.leaf.workspace_id for held in tree.leaves]
    return next(iter(names), None)


def _address_refusal(refusal: HeldRefusal) -> dict[str, Any]:
    edge = [refusal.node] if refusal.against is None else [refusal.node, refusal.against]
    return refusal_address(PERSON_PREFIX + refusal.person_id, refusal.reason, edge)
