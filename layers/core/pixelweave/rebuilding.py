"""The identity table held against the links log: what the log has and the table lacks, and how to put it back.

The log is behind the table by its stream's buffer, never ahead, so what the table has beyond it is no difference. What was forgotten
stays forgotten: the log's tombstones count more than its other rows, and so do the table's suppressions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pixelweave.leaf_link import MAX_LINKS, add_link

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pixelweave.identity_store import IdentityStore
    from pixelweave.leaf_link import LeafLink
    from pixelweave.link_log import Claim, LinkLog
    from pixelweave.node import Leaf, Node
    from pixelweave.person import Person

MISSING_PERSON = "missing_person"
MISSING_NODE = "missing_node"
MISSING_MERGE = "missing_merge"
MISSING_LINK = "missing_link"
MISSING_SUPPRESSION = "missing_suppression"
NOT_FORGOTTEN = "not_forgotten"
# In the order in which they can be repaired: each needs those before it.
KINDS = (
    MISSING_PERSON,
    MISSING_NODE,
    MISSING_MERGE,
    MISSING_LINK,
    MISSING_SUPPRESSION,
    NOT_FORGOTTEN,
)

# Leaves and their links end after 400 days in the table (docs/identity.md, «Leaves and time»), and for ever in the log.
LEAF_LIFETIME_MS = 400 * 86_400_000


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the log says of a person and the table does not; `claim` is the row that says so, and `person_id` for a merge
    the person that is still apart from it."""

    kind: str
    person_id: str
    claim: Claim
    node: Node | None = None
    leaf: Leaf | None = None
    link: LeafLink | None = None


class Comparison:
    """One look at the table, as far as the log speaks of it. `now` is Unix milliseconds."""

    def __init__(self, log: LinkLog, store: IdentityStore, now: int) -> None:
        self._log = log
        self._now = now
        self._nodes, _ = store.read(log.nodes, ())
        _, self._leaves = store.read((), log.links)
        self._persons: dict[str, Person] = {}
        wanted: set[str] = set(log.persons)
        wanted |= {record.owner for record in self._nodes.values() if record.owner is not None}
        wanted |= {link.person_id for record in self._leaves.values() for link in record.links}
        asked: set[str] = set()
        while missing := wanted - asked:
            read = store.read_persons(missing)
            self._persons |= read
            asked |= missing
            wanted = {person.owner for person in read.values() if person.owner is not None}
        # Tombstones may still be on their way to the log.
        self._forgotten = log.list_forgotten() | {each for each in log.persons if self._is_forgotten(each)}

    def find(self, kinds: Collection[str] = KINDS) -> list[Difference]:
        """The differences of these kinds, in the order of `KINDS`."""
        finders = {
            MISSING_PERSON: self._find_persons,
            MISSING_NODE: self._find_nodes,
            MISSING_MERGE: self._find_merges,
            MISSING_LINK: self._find_links,
            MISSING_SUPPRESSION: self._find_suppressions,
            NOT_FORGOTTEN: self._find_living,
        }
        return [found for kind in KINDS if kind in kinds for found in finders[kind]()]

    def root(self, person_id: str) -> Person | None:
        """Who a person is by the table; None where the table lacks somebody on the way."""
        person = self._persons.get(person_id)
        while person is not None and person.owner is not None:
            person = self._persons.get(person.owner)
        return person

    def _find_persons(self) -> Iterator[Difference]:
        for person_id, claim in sorted(self._log.persons.items()):
            if person_id not in self._persons and person_id not in self._forgotten:
                yield Difference(MISSING_PERSON, person_id, claim)

    def _find_nodes(self) -> Iterator[Difference]:
        for node, claim in self._log.nodes.items():
            if node not in self._nodes and claim.person_id not in self._forgotten:
                yield Difference(MISSING_NODE, claim.person_id, claim, node)

    def _find_merges(self) -> Iterator[Difference]:
        for claim in self._log.merges.values():
            if claim.survivor_id is not None and self._are_apart(claim.person_id, claim.survivor_id):
                yield Difference(MISSING_MERGE, claim.survivor_id, claim)
        for node, claim in self._log.nodes.items():
            owner = self._nodes[node].owner if node in self._nodes else None
            if owner is not None and self._are_apart(owner, claim.person_id):
                yield Difference(MISSING_MERGE, owner, claim, node)

    def _are_apart(self, one: str, other: str) -> bool:
        if one in self._forgotten or other in self._forgotten:
            return False
        roots = self.root(one), self.root(other)
        return None not in roots and roots[0] != roots[1]

    def _find_links(self) -> Iterator[Difference]:
        for leaf, said in self._log.links.items():
            links = self._leaves[leaf].links if leaf in self._leaves else ()
            if len(links) >= MAX_LINKS:
                continue
            for link in sorted(said):
                if link.person_id in self._forgotten or link.since < self._now - LEAF_LIFETIME_MS:
                    continue
                added = add_link(links, link, self._root_id)
                if added is not None:
                    links = added
                    yield self._tell_link(leaf, link)

    def _tell_link(self, leaf: Leaf, link: LeafLink) -> Difference:
        claim = self._log.persons[link.person_id]
        return Difference(MISSING_LINK, link.person_id, claim, leaf=leaf, link=link)

    def _find_suppressions(self) -> Iterator[Difference]:
        for node, claim in self._log.nodes.items():
            if node not in self._nodes and claim.person_id in self._forgotten:
                yield Difference(MISSING_SUPPRESSION, claim.person_id, claim, node)

    def _find_living(self) -> Iterator[Difference]:
        for person_id, claim in sorted(self._log.tombstones.items()):
            if self.root(person_id) is not None and not self._is_forgotten(person_id):
                yield Difference(NOT_FORGOTTEN, person_id, claim)

    def _is_forgotten(self, person_id: str) -> bool:
        root = self.root(person_id)
        return root is not None and root.is_forgotten

    def _root_id(self, person_id: str) -> str:
        root = self.root(person_id)
        return person_id if root is None else root.person_id
