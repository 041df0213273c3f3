"""Why two identifiers are one person, or are not: the hits that joined them, or the guards that kept them apart.

Each node but a person's first was attached by a hit that named another node too, and each merge was made by a hit that named a node of
either side (docs/identity.md, «What is stored»). So the nodes of a tree with these hits are a connected graph, and the shortest way
through it is the shortest explanation that there is.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pixelweave.person_tree import HeldRefusal, PersonTree


@dataclass(frozen=True, slots=True)
class Step:
    """A hit, when it was received (Unix milliseconds), and the keys of two identifiers that it joined."""

    event_id: str
    at: int
    one: str
    other: str

    def turn(self) -> Step:
        """The same, walked the other way."""
        return Step(self.event_id, self.at, self.other, self.one)


def list_steps(tree: PersonTree) -> Iterator[Step]:
    """Every hit that joined two identifiers of the tree."""
    for held in tree.nodes:
        if held.via is not None:
            yield Step(held.by, held.at, held.via, held.node.key)
    for person in tree.merged:
        if person.via is not None and person.by is not None:
            yield Step(person.by, person.merged_at or 0, *person.via)


def find_way(tree: PersonTree, starts: Collection[str], goals: Collection[str]) -> list[Step] | None:
    """The shortest chain of hits from one of `starts` to one of `goals` (keys of nodes), each step continuing the one before.

    Empty where they have a node in common; None where no hit that the table remembers leads from one to the other. Of chains
    of equal length it is the one found through the earlier hits.
    """
    near: defaultdict[str, list[Step]] = defaultdict(list)
    for step in sorted(list_steps(tree), key=lambda each: (each.at, each.event_id, each.one, each.other)):
        near[step.one].append(step)
        near[step.other].append(step.turn())
    came_by: dict[str, Step | None] = dict.fromkeys(sorted(starts))
    queue = deque(came_by)
    while queue:
        key = queue.popleft()
        if key in goals:
            return _walk_back(came_by, key)
        for step in near[key]:
            if step.other not in came_by:
                came_by[step.other] = step
                queue.append(step.other)
    return None


def _walk_back(came_by: dict[str, Step | None], key: str) -> list[Step]:
    way: list[Step] = []
    while (step := came_by[key]) is not None:
        way.append(step)
        key = step.one
    return way[::-1]


def find_refusals(one: PersonTree, other: PersonTree) -> list[HeldRefusal]:
    """The edges between two persons that a guard kept from being drawn, the earliest first.

    A refusal is kept with the person that the hit went to, and names the identifier that was demoted, which is of the other one.
    """
    found = [refusal for refusal in one.refusals if refusal.node in other.keys]
    found += [refusal for refusal in other.refusals if refusal.node in one.keys]
    return sorted(found, key=lambda refusal: (refusal.at, refusal.event_id, refusal.node))
