"""Items of the identity table as only the tools need them; the rest of the codec is `pixelweave_aws.identity_item`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pixelweave.person_tree import HeldLeaf, HeldNode, HeldRefusal, read_leaf_key, read_node_key

from pixelweave_aws.identity_item import read_leaf, traits_address
from pixelweave_aws.pixel_item import from_item, to_item

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixelweave_aws.identity_item import Item

NODE_PREFIX = "NODE#"
LEAF_PREFIX = "LEAF#"
PERSON_PREFIX = "PERSON#"


def read_held_node(item: Mapping[str, Any]) -> HeldNode:
    """The node of an item that has an owner."""
    row = from_item(item)
    node = read_node_key(row["pk"].removeprefix(NODE_PREFIX), row.get("value"))
    return HeldNode(node, row["owner"], row.get("by", ""), int(row.get("at", 0)), row.get("via"))


def read_held_leaf(item: Mapping[str, Any]) -> HeldLeaf:
    """The leaf of an item."""
    record = read_leaf(item)
    return HeldLeaf(
        read_leaf_key(item["pk"]["S"].removeprefix(LEAF_PREFIX)), tuple(record.links), record.version
    )


def read_held_refusal(item: Mapping[str, Any]) -> HeldRefusal:
    """The refusal of an item that lies under a person."""
    row = from_item(item)
    return HeldRefusal(
        person_id=row["pk"].removeprefix(PERSON_PREFIX),
        event_id=row["by"],
        reason=row["reason"],
        node=row["node"],
        against=row.get("against"),
        at=int(row["at"]),
    )


def write_traits_tombstone(person_id: str, forgotten_at: int, expires_at: int) -> Item:
    """What stands where traits were, until no message of before is on its way.

    It reads as traits of version 0, which may be written only where there is nothing: a stitcher that saw the person before it was
    forgotten cannot write to it, reads again when its message comes again, and finds the person forgotten.
    """
    told = {"traits": {}, "version": 0, "forgotten_at": forgotten_at, "expires_at": expires_at}
    return traits_address(person_id) | to_item(told)
