"""The tree of a person out of the store in memory, as the tools read it out of the table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pixelweave.person_tree import HeldLeaf, HeldNode, HeldRefusal, PersonTree

if TYPE_CHECKING:
    from tests.unit.identity.memory_store import MemoryStore


def read_tree(store: MemoryStore, person_id: str, *, times: dict[str, int] | None = None) -> PersonTree:
    """Return the tree that a person is of; `times` has the receipt of events by id."""
    root = store.root(person_id)
    family = {each for each in store.persons if store.root(each) == root}
    at = times or {}
    return PersonTree(
        root=root,
        persons={each: replace(store.persons[each]) for each in family},
        nodes=[
            HeldNode(node, record.owner, record.by, at.get(record.by, 0), record.via)
            for node, record in store.nodes.items()
            if record.owner in family
        ],
        leaves=[
            HeldLeaf(leaf, record.links, record.version)
            for leaf, record in store.leaves.items()
            if record.links[-1].person_id in family
        ],
        traits={each: store.traits[each].traits for each in family if each in store.traits},
        refusals=[
            HeldRefusal(
                holder,
                event_id,
                refusal.reason,
                refusal.node.key,
                None if refusal.against is None else refusal.against.key,
                at.get(event_id, 0),
            )
            for (event_id, _), (holder, refusal) in store.refusals.items()
            if holder in family
        ],
    )
