"""Forgetting a person: what to erase, and the tombstones for the links log (docs/privacy.md)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from pixelweave.link import FORGET, SCHEMA_VERSION, SESSION, VISITOR

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pixelweave.emission import LinkRow
    from pixelweave.person_tree import HeldLeaf, HeldNode, PersonTree

# DynamoDB's condition parts of one transaction are 100 (its API reference); one is for the root's count.
MAX_UNHOOKED = 99


@dataclass(frozen=True, slots=True)
class Tally:
    """How much of a person there is, or was erased."""

    persons: int = 0
    identifiers: int = 0
    sessions: int = 0
    visitors: int = 0
    traits: int = 0
    refusals: int = 0

    def to_record(self) -> dict[str, int]:
        """Return the numbers by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class SharedLeaf:
    """A leaf that others have a link of too: it stays theirs, listed under `owner`; the forgotten person keeps its span, so that
    nobody inherits its events."""

    held: HeldLeaf
    owner: str


@dataclass(frozen=True, slots=True)
class Erasure:
    """What to erase of a tree. `nodes` are in the order in which they are to lose their owner."""

    person_ids: Sequence[str]
    nodes: Sequence[HeldNode]
    leaves: Sequence[HeldLeaf]
    shared: Sequence[SharedLeaf]


def count_tree(tree: PersonTree) -> Tally:
    """What forgetting the tree would erase."""
    kinds = [held.leaf.kind for held in tree.leaves]
    return Tally(
        persons=len(tree.persons),
        identifiers=len(tree.nodes),
        sessions=kinds.count(SESSION),
        visitors=kinds.count(VISITOR),
        traits=sum(map(len, tree.traits.values())),
        refusals=len(tree.refusals),
    )


def plan_erasure(tree: PersonTree, named: Collection[str] = ()) -> Erasure:
    """What to erase. The nodes by which the person was named (their keys) come last: a run that was interrupted is repeated by the
    same name, which must lead to the person until nothing is left."""
    own, shared = [], []
    for held in tree.leaves:
        others = [link.person_id for link in held.links if link.person_id not in tree.persons]
        if others:
            shared.append(SharedLeaf(held, others[-1]))
        else:
            own.append(held)
    return Erasure(
        person_ids=sorted(tree.persons),
        nodes=sorted(tree.nodes, key=lambda held: (held.node.key in named, held.node.key)),
        leaves=own,
        shared=shared,
    )


def make_tombstone(person_id: str, workspace_id: str | None, forgotten_at: str) -> LinkRow:
    """The row of the links log that says a person was forgotten; `forgotten_at` is `YYYY-MM-DD HH:MM:SS.mmm` in UTC.

    The id is the same however often it is written.
    """
    row: LinkRow = {
        "link_id": f"forget:{person_id}",
        "kind": FORGET,
        "person_id": person_id,
        "since": forgotten_at,
        "recorded_at": forgotten_at,
        "schema_version": SCHEMA_VERSION,
    }
    return row if workspace_id is None else row | {"workspace_id": workspace_id}
