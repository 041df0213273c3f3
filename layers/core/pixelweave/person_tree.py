"""A person as a whole: its root, all that was merged into it, and what the identity table holds of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pixelweave.node import Leaf, Node
from pixelweave.trait import merge_traits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pixelweave.leaf_link import LeafLink
    from pixelweave.person import Person
    from pixelweave.trait import Trait


@dataclass(frozen=True, slots=True)
class HeldNode:
    """An identifier of the tree: the person of the tree it was attached to, the event that did so and its receipt (Unix
    milliseconds), and the key of the other identifier of that hit, if there was one."""

    node: Node
    owner: str
    by: str
    at: int
    via: str | None = None


@dataclass(frozen=True, slots=True)
class HeldLeaf:
    """A session or visitor that the tree has a link of."""

    leaf: Leaf
    links: tuple[LeafLink, ...]
    version: int


@dataclass(frozen=True, slots=True)
class HeldRefusal:
    """A refusal written down under a person of the tree; `node` and `against` are keys of nodes."""

    person_id: str
    event_id: str
    reason: str
    node: str
    against: str | None
    at: int


@dataclass(frozen=True, slots=True)
class PersonTree:
    """`persons` has the root and all that is merged into it, by id."""

    root: Person
    persons: Mapping[str, Person]
    nodes: Sequence[HeldNode] = ()
    leaves: Sequence[HeldLeaf] = ()
    traits: Mapping[str, Mapping[str, Trait]] = field(default_factory=dict)
    refusals: Sequence[HeldRefusal] = ()

    @property
    def is_complete(self) -> bool:
        """Whether all is here that the root counts: what lists a tree may lag behind what was written a moment ago."""
        return len(self.nodes) == self.root.nodes and len(self.persons) - 1 == self.root.merges

    @property
    def keys(self) -> frozenset[str]:
        """The keys of its nodes."""
        return frozenset(held.node.key for held in self.nodes)

    @property
    def merged(self) -> list[Person]:
        """The persons that were merged, the earliest merge first."""
        merged = [person for person in self.persons.values() if person.owner is not None]
        return sorted(merged, key=lambda person: (person.merged_at or 0, person.person_id))

    def merge_traits(self) -> dict[str, Trait]:
        """The traits of the whole tree: per name the latest word."""
        merged: dict[str, Trait] = {}
        for _, traits in sorted(self.traits.items()):
            merged = merge_traits(merged, traits)
        return merged


def read_node_key(key: str, value: str | None = None) -> Node:
    """The node that has this key (`Node.key`), and its plain form, where it is known."""
    workspace_id, kind, scope, digest = key.split("#", 3)
    return Node(workspace_id, kind, scope, digest, value)


def read_leaf_key(key: str) -> Leaf:
    """The leaf that has this key (`Leaf.key`); its value may hold the separator too."""
    return Leaf(*key.split("#", 3))
