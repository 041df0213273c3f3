"""The port between stitching and where identity is kept (one adapter: `pixelweave_aws.identity_table`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pixelweave.leaf_link import LeafLink
    from pixelweave.node import Leaf, Node
    from pixelweave.person import Person, Plan, Refusal
    from pixelweave.trait import Trait


class ConflictError(Exception):
    """A condition did not hold: somebody was faster, or it was ourselves and the answer was lost. Read again."""


@dataclass(frozen=True, slots=True)
class NodeRecord:
    """A node as the table has it: the person it was attached to, by which event, and the other node of that hit. `hint` is a person
    nearer to the root than `owner`; `owner` is None once the node was forgotten."""

    owner: str | None
    by: str
    via: str | None
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class LeafRecord:
    """A leaf's links, sorted, and the version that a change must name."""

    links: tuple[LeafLink, ...]
    version: int


@dataclass(frozen=True, slots=True)
class TraitRecord:
    """A person's own traits, and the version that a change must name."""

    traits: Mapping[str, Trait]
    version: int


class IdentityStore(Protocol):
    """Consistent reads, and writes that hold a condition or raise ConflictError."""

    def read(
        self, nodes: Collection[Node], leaves: Collection[Leaf]
    ) -> tuple[dict[Node, NodeRecord], dict[Leaf, LeafRecord]]:
        """Those of the nodes and leaves that exist."""

    def read_persons(self, person_ids: Collection[str]) -> dict[str, Person]:
        """Those of the persons that exist."""

    def read_traits(self, person_id: str) -> TraitRecord:
        """A person's own traits; version 0 where there are none yet."""

    def commit(self, plan: Plan, event_id: str, received_at: int) -> None:
        """All of a plan that changes something, or nothing (conditions NEW and ROOT_UNCHANGED)."""

    def shorten(self, node: Node, hint: str) -> None:
        """Remember a person nearer to the node's root; never raises for a condition (SHORTCUT)."""

    def write_leaf(self, leaf: Leaf, links: Sequence[LeafLink], version: int) -> None:
        """The links of a leaf, if its version is still `version` (0: it does not exist yet)."""

    def write_traits(self, person_id: str, traits: Mapping[str, Trait], version: int) -> None:
        """The traits of a person, if their version is still `version` (0: none yet)."""

    def write_refusal(self, person_id: str | None, event_id: str, refusal: Refusal) -> bool:
        """Write down a refusal once, with the hit's person (None: the hit is nobody's); again is no error.

        Whether it was this hit that wrote it down, now or in an earlier delivery: only that one tells of it.
        """
