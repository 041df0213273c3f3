"""Persons, and what one hit does to them: the plan of docs/identity.md, pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pixelweave.refusal import SUPPRESSED, TOO_MANY_MERGES, TOO_MANY_NODES, UNIQUE_CONFLICT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pixelweave.node import Node

MAX_NODES = 1_000
MAX_MERGES = 100


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the table has it.

    `owner` is the survivor once it is merged, `by` and `merged_at` the event that merged it and its time, `via` the two nodes that
    justified that. `nodes` and `merges` count what it and everything merged into it holds.
    """

    person_id: str
    created_at: int
    created_by: str
    version: int = 0
    nodes: int = 0
    merges: int = 0
    unique: Mapping[str, str] = field(default_factory=dict)
    owner: str | None = None
    by: str | None = None
    merged_at: int | None = None
    via: tuple[str, str] | None = None
    is_forgotten: bool = False

    @property
    def age(self) -> tuple[int, str]:
        """Sorts the older person first; total, so that merges cannot form a cycle."""
        return (self.created_at, self.person_id)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An edge that a guard kept from being drawn: the demoted node, and the node that it contradicted, if any."""

    reason: str
    node: Node
    against: Node | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What one hit changes, in one transaction.

    `survivor` is the person that the hit belongs to (None: nobody's); it is to be created where `is_new`. `losers` are to be merged
    into it, each with the node that leads to it; `attached` are new nodes, each with the node that justifies it. `claims` is what the
    survivor will be unique in.
    """

    survivor: Person | None
    is_new: bool
    losers: Sequence[tuple[Person, Node]]
    attached: Sequence[Node]
    refusals: Sequence[Refusal]
    anchor: Node | None
    claims: Mapping[str, str]

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.losers or self.attached)

    @property
    def nodes(self) -> int:
        """How many nodes the survivor holds afterwards."""
        held = self.survivor.nodes if self.survivor is not None else 0
        return held + sum(loser.nodes for loser, _ in self.losers) + len(self.attached)

    @property
    def merges(self) -> int:
        """How many merges the survivor holds afterwards."""
        held = self.survivor.merges if self.survivor is not None else 0
        return held + sum(loser.merges + 1 for loser, _ in self.losers)


class _Draft:
    """The plan in the making: what has been accepted so far."""

    def __init__(self) -> None:
        self.claims: dict[str, str] = {}
        self.roots: dict[str, tuple[Person, Node]] = {}
        self.attached: list[Node] = []
        self.refusals: list[Refusal] = []
        self.anchor: Node | None = None

    def consider(
        self, forms: Sequence[Node], roots: Mapping[Node, Person], suppressed: frozenset[Node]
    ) -> None:
        """Accept an identifier, all its forms, or refuse it with a reason.

        A form that contradicts what was accepted before takes the others with it: they name whom it names, and one that is new must
        not go to somebody else. Forms that contradict each other only are judged one by one.
        """
        reasons = [
            SUPPRESSED if node in suppressed else self._find_reason(node, roots.get(node)) for node in forms
        ]
        common = SUPPRESSED if SUPPRESSED in reasons else next(filter(None, reasons), None)
        for node in forms:
            root = roots.get(node)
            if root is not None and root.person_id in self.roots:
                continue
            reason = common or self._find_reason(node, root)
            if reason is not None:
                self.refusals.append(Refusal(reason, node, None if reason == SUPPRESSED else self.anchor))
            else:
                self._accept(node, root)

    def _accept(self, node: Node, root: Person | None) -> None:
        self.anchor = self.anchor or node
        if root is None:
            self.attached.append(node)
            self.claims |= node.claim
        else:
            self.roots[root.person_id] = (root, node)
            self.claims |= root.unique

    def _find_reason(self, node: Node, root: Person | None) -> str | None:
        if root is not None and root.person_id in self.roots:
            return None
        if root is not None and root.is_forgotten:
            return SUPPRESSED
        claims = node.claim if root is None else root.unique
        if any(self.claims.get(namespace, digest) != digest for namespace, digest in claims.items()):
            return UNIQUE_CONFLICT
        persons = [person for person, _ in self.roots.values()]
        nodes = sum(person.nodes for person in persons) + len(self.attached)
        if nodes + (1 if root is None else root.nodes) > MAX_NODES:
            return TOO_MANY_NODES
        merges = sum(person.merges for person in persons) + max(len(persons) - 1, 0)
        if root is not None and persons and merges + root.merges + 1 > MAX_MERGES:
            return TOO_MANY_MERGES
        return None


def make_plan(
    nodes: Sequence[Node],
    roots: Mapping[Node, Person],
    suppressed: frozenset[Node],
    *,
    person_id: str,
    event_id: str,
    received_at: int,
) -> Plan:
    """What a hit with these `nodes` changes.

    `roots` has the root person of each node that the table knows, `suppressed` the nodes that were forgotten. `person_id` and `received_at`
    are for the person to be created where none of the nodes has one.
    """
    draft = _Draft()
    forms: dict[tuple[str, str, str], list[Node]] = {}
    for node in sorted(nodes, key=lambda each: each.rank):
        forms.setdefault(node.identifier, []).append(node)
    for each in forms.values():
        draft.consider(each, roots, suppressed)
    ordered = sorted(draft.roots.values(), key=lambda each: each[0].age)
    is_new = not ordered and bool(draft.attached)
    survivor = ordered[0][0] if ordered else Person(person_id, received_at, event_id) if is_new else None
    return Plan(
        survivor=survivor,
        is_new=is_new,
        losers=ordered[1:],
        attached=draft.attached,
        refusals=draft.refusals,
        anchor=ordered[0][1] if ordered else draft.anchor,
        claims=draft.claims,
    )
