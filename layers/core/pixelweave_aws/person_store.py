"""Persons as the tools read them: a whole tree at a time, by the index `by_owner` (docs/identity.md, «What is stored»).

PersonStoreError
├── PersonNotFoundError     nobody has this id or identifier
├── PersonForgottenError    the person or identifier was forgotten
└── AmbiguousPersonError    the identifiers are of several persons
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from pixelweave.person_tree import PersonTree

from pixelweave_aws.identity_condition import ROOT_UNCHANGED
from pixelweave_aws.identity_item import (
    PERSON_SORT,
    REFUSAL_PREFIX,
    TRAITS_SORT,
    leaf_address,
    node_address,
    person_address,
    read_person,
    read_traits,
)
from pixelweave_aws.identity_table import IdentityTable, translate_error
from pixelweave_aws.person_item import (
    LEAF_PREFIX,
    NODE_PREFIX,
    PERSON_PREFIX,
    read_held_leaf,
    read_held_node,
    read_held_refusal,
)
from pixelweave_aws.pixel_item import to_item

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pixelweave.leaf_link import LeafLink
    from pixelweave.node import Leaf, Node
    from pixelweave.person import Person
    from pixelweave.person_tree import HeldRefusal
    from pixelweave.trait import Trait

INDEX = "by_owner"
# A global index shows a write within a fraction of a second (DynamoDB developer guide, «Eventual consistency»).
LIST_ATTEMPTS = 5
FIRST_LIST_PAUSE_SECONDS = 0.2


class PersonStoreError(Exception):
    """A person cannot be shown or changed."""


class PersonNotFoundError(PersonStoreError):
    """Nobody has this id or identifier."""


class PersonForgottenError(PersonStoreError):
    """The person or identifier was forgotten; the table knows no more of it."""


class AmbiguousPersonError(PersonStoreError):
    """The identifiers are of several persons."""


class PersonStore(IdentityTable):
    """The identity table with what only the tools do: finding a person by any name, and listing all that is theirs."""

    def find_root(self, person_id: str) -> Person:
        """Return the person that `person_id` is now. Raises PersonNotFoundError."""
        seen: set[str] = set()
        while True:
            person = self.read_persons({person_id}).get(person_id)
            if person is None or person_id in seen:
                raise PersonNotFoundError(f"there is no person {person_id}")
            if person.owner is None:
                return person
            seen.add(person_id)
            person_id = person.owner

    def find_by_nodes(self, nodes: Collection[Node]) -> Person:
        """Return the person of the nodes that the table knows.

        Raises PersonNotFoundError, PersonForgottenError, AmbiguousPersonError; their messages name no identifier.
        """
        found, _ = self.read(nodes, ())
        owners = {record.owner for record in found.values() if record.owner is not None}
        if not owners:
            if found:
                raise PersonForgottenError("this identifier was forgotten")
            raise PersonNotFoundError("nobody has this identifier")
        roots = {root.person_id: root for root in map(self.find_root, owners)}
        if len(roots) > 1:
            raise AmbiguousPersonError(
                f"this is of {len(roots)} persons: {', '.join(sorted(roots))}; name one"
            )
        return next(iter(roots.values()))

    def find_last_link(self, leaf: Leaf) -> LeafLink:
        """Return the last link of a session or visitor. Raises PersonNotFoundError."""
        _, found = self.read((), (leaf,))
        if leaf not in found:
            raise PersonNotFoundError(f"nobody has this {leaf.kind}")
        return found[leaf].links[-1]

    def read_tree(self, root_id: str) -> PersonTree:
        """Return all that the table holds of a person; what the index does not show yet is waited for a little."""
        tree = self._list_tree(root_id)
        for attempt in range(LIST_ATTEMPTS - 1):
            if tree.is_complete:
                break
            self._sleep(FIRST_LIST_PAUSE_SECONDS * 2**attempt)
            tree = self._list_tree(root_id)
        return tree

    def recount(self, root_id: str) -> None:
        """Correct what a root counts to what the index shows. Raises ConflictError where it was changed meanwhile."""
        tree = self.read_tree(root_id)
        if not tree.is_complete:
            self._correct(tree)

    def _correct(self, tree: PersonTree) -> None:
        counts = {":nodes": len(tree.nodes), ":merges": len(tree.persons) - 1, ":seen": tree.root.version}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=person_address(tree.root.person_id),
                UpdateExpression="SET nodes = :nodes, merges = :merges ADD version :one",
                ConditionExpression=ROOT_UNCHANGED,
                ExpressionAttributeNames={"#owner": "owner"},
                ExpressionAttributeValues=to_item(counts | {":one": 1}),
            )
        except ClientError as exc:
            raise translate_error(exc) from exc

    def suppress(self, node: Node, forgotten_at: int) -> None:
        """Write a forgotten node, if there is nothing of it; `forgotten_at` is Unix milliseconds."""
        self._note(node_address(node.key) | to_item({"forgotten_at": forgotten_at}))

    def _list_tree(self, root_id: str) -> PersonTree:
        persons: dict[str, Person] = {}
        traits: dict[str, Mapping[str, Trait]] = {}
        refusals: list[HeldRefusal] = []
        addresses: list[Any] = []
        waiting = [root_id]
        while waiting:
            person_id = waiting.pop()
            for item in self._query_person(person_id):
                sort = item["sk"]["S"]
                if sort == PERSON_SORT:
                    persons[person_id] = read_person(item)
                elif sort == TRAITS_SORT:
                    traits[person_id] = read_traits(item).traits
                elif sort.startswith(REFUSAL_PREFIX):
                    refusals.append(read_held_refusal(item))
            for pk in self._query_owned(person_id):
                if not pk.startswith(PERSON_PREFIX):
                    addresses.append(_address(pk))
                elif (merged_id := pk.removeprefix(PERSON_PREFIX)) not in persons:
                    waiting.append(merged_id)
        if root_id not in persons:
            raise PersonNotFoundError(f"there is no person {root_id}")
        items = sorted(self._read_items(addresses).items())
        return PersonTree(
            root=persons[root_id],
            persons=persons,
            nodes=[
                read_held_node(item) for pk, item in items if pk.startswith(NODE_PREFIX) and "owner" in item
            ],
            leaves=[read_held_leaf(item) for pk, item in items if pk.startswith(LEAF_PREFIX)],
            traits=traits,
            refusals=refusals,
        )

    def _query_person(self, person_id: str) -> Iterator[Any]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": PERSON_PREFIX + person_id}},
            ConsistentRead=True,
        )
        for page in pages:
            yield from page["Items"]

    def _query_owned(self, person_id: str) -> Iterator[str]:
        """The partition keys of what the index lists under an owner."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=INDEX,
            KeyConditionExpression="#owner = :owner",
            ExpressionAttributeNames={"#owner": "owner"},
            ExpressionAttributeValues={":owner": {"S": person_id}},
        )
        for page in pages:
            for item in page["Items"]:
                yield item["pk"]["S"]


def _address(pk: str) -> Any:
    if pk.startswith(NODE_PREFIX):
        return node_address(pk.removeprefix(NODE_PREFIX))
    return leaf_address(pk.removeprefix(LEAF_PREFIX))
