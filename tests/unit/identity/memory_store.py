"""The identity table in memory, with the conditions of the real one, and a place to break at before and after each call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pixelweave.identity_store import ConflictError, LeafRecord, NodeRecord, TraitRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from pixelweave.leaf_link import LeafLink
    from pixelweave.node import Leaf, Node
    from pixelweave.person import Person, Plan, Refusal
    from pixelweave.trait import Trait


class MemoryStore:
    """`before` and `after` are called around each call with its name; either may raise."""

    def __init__(self) -> None:
        self.nodes: dict[Node, NodeRecord] = {}
        self.persons: dict[str, Person] = {}
        self.leaves: dict[Leaf, LeafRecord] = {}
        self.traits: dict[str, TraitRecord] = {}
        self.refusals: dict[tuple[str, str], tuple[str | None, Refusal]] = {}
        self.writes = 0
        self.before: Callable[[str], None] = lambda _: None
        self.after: Callable[[str], None] = lambda _: None

    def read(
        self, nodes: Collection[Node], leaves: Collection[Leaf]
    ) -> tuple[dict[Node, NodeRecord], dict[Leaf, LeafRecord]]:
        self.before("read")
        return (
            {node: self.nodes[node] for node in nodes if node in self.nodes},
            {leaf: self.leaves[leaf] for leaf in leaves if leaf in self.leaves},
        )

    def read_persons(self, person_ids: Collection[str]) -> dict[str, Person]:
        self.before("read_persons")
        return {each: self.persons[each] for each in person_ids if each in self.persons}

    def read_traits(self, person_id: str) -> TraitRecord:
        self.before("read_traits")
        return self.traits.get(person_id, TraitRecord({}, 0))

    def commit(self, plan: Plan, event_id: str, received_at: int) -> None:
        self.before("commit")
        self._check(plan)
        survivor = plan.survivor
        assert survivor is not None
        self.persons[survivor.person_id] = replace(
            survivor,
            version=survivor.version + 1,
            nodes=plan.nodes,
            merges=plan.merges,
            unique=dict(plan.claims),
        )
        for loser, node in plan.losers:
            assert plan.anchor is not None
            self.persons[loser.person_id] = replace(
                loser,
                version=loser.version + 1,
                owner=survivor.person_id,
                by=event_id,
                merged_at=received_at,
                via=(plan.anchor.key, node.key),
            )
        for node in plan.attached:
            via = plan.anchor.key if plan.anchor is not None and plan.anchor != node else None
            self.nodes[node] = NodeRecord(survivor.person_id, event_id, via)
        self.writes += 1 + len(plan.losers) + len(plan.attached)
        self.after("commit")

    def _check(self, plan: Plan) -> None:
        survivor = plan.survivor
        assert survivor is not None
        seen = [loser for loser, _ in plan.losers]
        if plan.is_new:
            if survivor.person_id in self.persons:
                raise ConflictError("NEW")
        else:
            seen.append(survivor)
        for person in seen:
            current = self.persons[person.person_id]
            if current.version != person.version or current.owner is not None:
                raise ConflictError("ROOT_UNCHANGED")
        if any(node in self.nodes for node in plan.attached):
            raise ConflictError("NEW")

    def shorten(self, node: Node, hint: str) -> None:
        self.before("shorten")
        self.nodes[node] = replace(self.nodes[node], hint=hint)
        self.writes += 1
        self.after("shorten")

    def write_leaf(self, leaf: Leaf, links: Sequence[LeafLink], version: int) -> None:
        self.before("write_leaf")
        if (self.leaves[leaf].version if leaf in self.leaves else 0) != version:
            raise ConflictError("LEAF_UNCHANGED")
        self.leaves[leaf] = LeafRecord(tuple(links), version + 1)
        self.writes += 1
        self.after("write_leaf")

    def write_traits(self, person_id: str, traits: Mapping[str, Trait], version: int) -> None:
        self.before("write_traits")
        if (self.traits[person_id].version if person_id in self.traits else 0) != version:
            raise ConflictError("TRAITS_UNCHANGED")
        self.traits[person_id] = TraitRecord(dict(traits), version + 1)
        self.writes += 1
        self.after("write_traits")

    def write_refusal(self, person_id: str | None, event_id: str, refusal: Refusal) -> bool:
        self.before("write_refusal")
        others = (each for (writer, _), each in self.refusals.items() if writer != event_id)
        is_known = (event_id, refusal.node.key) not in self.refusals and (person_id, refusal) in others
        self.refusals.setdefault((event_id, refusal.node.key), (person_id, refusal))
        self.after("write_refusal")
        return not is_known

    def root(self, person_id: str) -> Person:
        """The root of a person; fails on a cycle."""
        seen = [person_id]
        while (owner := self.persons[seen[-1]].owner) is not None:
            assert owner not in seen, "cycle"
            seen.append(owner)
        return self.persons[seen[-1]]

    def root_of(self, node: Node) -> str:
        """The root's id of a node."""
        owner = self.nodes[node].owner
        assert owner is not None
        return self.root(owner).person_id
