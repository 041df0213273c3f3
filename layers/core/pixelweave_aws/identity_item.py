"""Identities as DynamoDB items: the codec of the identity table (layout: docs/identity.md, «What is stored»)."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pixelweave.identity_store import LeafRecord, NodeRecord, TraitRecord
from pixelweave.leaf_link import LeafLink
from pixelweave.person import Person
from pixelweave.trait import Trait

from pixelweave_aws.pixel_item import from_item, to_item

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pixelweave.node import Leaf, Node
    from pixelweave.person import Refusal
    from pixelweave.unusable import Unusable

NODE_SORT = "NODE"
PERSON_SORT = "PERSON"
TRAITS_SORT = "TRAITS"
LEAF_SORT = "LEAF"
REFUSAL_PREFIX = "REFUSAL#"

type Item = dict[str, Any]


def node_address(node_key: str) -> Item:
    """The primary key of a node, by `Node.key`."""
    return to_item({"pk": f"NODE#{node_key}", "sk": NODE_SORT})


def leaf_address(leaf_key: str) -> Item:
    """The primary key of a leaf, by `Leaf.key`."""
    return to_item({"pk": f"LEAF#{leaf_key}", "sk": LEAF_SORT})


def person_address(person_id: str) -> Item:
    """The primary key of a person."""
    return to_item({"pk": f"PERSON#{person_id}", "sk": PERSON_SORT})


def traits_address(person_id: str) -> Item:
    """The primary key of a person's traits."""
    return to_item({"pk": f"PERSON#{person_id}", "sk": TRAITS_SORT})


def refusal_address(holder: str, reason: str, identifiers: Sequence[str]) -> Item:
    """The primary key of a refused edge: the same one however often it is refused.

    `holder` is `PERSON#<person_id>`, `NODE#<key>` where the hit is nobody's, or `PIXEL#<workspace_id>#<pixel_id>` for a value that
    makes no node.
    """
    edge = sha256("\n".join((reason, *identifiers)).encode()).hexdigest()[:32]
    return to_item({"pk": holder, "sk": REFUSAL_PREFIX + edge})


def write_node(node: Node, owner: str, *, by: str, via: str | None, at: int) -> Item:
    """The item of a new node; `value` only where the hit had it plain."""
    told = {"via": via, "value": node.value}
    return node_address(node.key) | to_item({"owner": owner, "by": by, "at": at} | _drop_absent(told))


def read_node(item: Mapping[str, Any]) -> NodeRecord:
    """The record of a node's item; without an owner it was forgotten."""
    row = from_item(item)
    return NodeRecord(row.get("owner"), row.get("by", ""), row.get("via"), row.get("hint"))


def write_person(person: Person) -> Item:
    """The item of a person that is merged into nobody."""
    told = {
        "created_at": person.created_at,
        "created_by": person.created_by,
        "version": person.version,
        "nodes": person.nodes,
        "merges": person.merges,
        "unique": dict(person.unique),
    }
    return person_address(person.person_id) | to_item(told)


def read_person(item: Mapping[str, Any]) -> Person:
    """The person of its item; `forgotten_at` marks one that was forgotten."""
    row = from_item(item)
    merged_at, via = row.get("merged_at"), row.get("via")
    return Person(
        person_id=row["pk"].removeprefix("PERSON#"),
        created_at=int(row["created_at"]),
        created_by=row["created_by"],
        version=int(row["version"]),
        nodes=int(row["nodes"]),
        merges=int(row["merges"]),
        unique=row["unique"],
        owner=row.get("owner"),
        by=row.get("by"),
        merged_at=None if merged_at is None else int(merged_at),
        via=None if via is None else (via[0], via[1]),
        is_forgotten="forgotten_at" in row,
    )


def write_leaf(leaf: Leaf, links: Sequence[LeafLink], version: int, expires_at: int) -> Item:
    """The item of a leaf; its owner is the person of the last link."""
    told = {
        "owner": links[-1].person_id,
        "links": [{"since": link.since, "by": link.by, "person_id": link.person_id} for link in links],
        "version": version,
        "expires_at": expires_at,
    }
    return leaf_address(leaf.key) | to_item(told)


def read_leaf(item: Mapping[str, Any]) -> LeafRecord:
    """The record of a leaf's item."""
    row = from_item(item)
    links = tuple(LeafLink(int(link["since"]), link["by"], link["person_id"]) for link in row["links"])
    return LeafRecord(links, int(row["version"]))


def write_traits(person_id: str, traits: Mapping[str, Trait], version: int) -> Item:
    """The item of a person's traits."""
    told = {name: {"value": trait.value, "occurred_at": trait.occurred_at} for name, trait in traits.items()}
    return traits_address(person_id) | to_item({"traits": told, "version": version})


def read_traits(item: Mapping[str, Any]) -> TraitRecord:
    """The record of a traits item."""
    row = from_item(item)
    traits = {name: Trait(told["value"], int(told["occurred_at"])) for name, told in row["traits"].items()}
    return TraitRecord(traits, int(row["version"]))


def write_refusal(
    person_id: str | None, event_id: str, refusal: Refusal, *, at: int, expires_at: int
) -> Item:
    """The item of a refused edge; `event_id` is that of the first hit that named it."""
    against = None if refusal.against is None else refusal.against.key
    told = {
        "reason": refusal.reason,
        "node": refusal.node.key,
        "by": event_id,
        "at": at,
        "expires_at": expires_at,
    }
    edge = [refusal.node.key] if against is None else [refusal.node.key, against]
    holder = f"NODE#{refusal.node.key}" if person_id is None else f"PERSON#{person_id}"
    return refusal_address(holder, refusal.reason, edge) | to_item(told | _drop_absent({"against": against}))


def write_unusable(event_id: str, unusable: Unusable, *, at: int, expires_at: int) -> Item:
    """The item of an identifier that makes no node; `by` is the first hit that sent it."""
    told = {
        "reason": unusable.reason,
        "kind": unusable.kind,
        "digest": unusable.digest,
        "by": event_id,
        "at": at,
        "expires_at": expires_at,
    }
    holder = f"PIXEL#{unusable.workspace_id}#{unusable.pixel_id}"
    return refusal_address(holder, unusable.reason, [unusable.kind, unusable.digest]) | to_item(told)


def _drop_absent(values: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}
