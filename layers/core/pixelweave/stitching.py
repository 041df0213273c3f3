"""Stitching: one identified hit into the identity table, under any number of workers (docs/identity.md, «One message»)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pixelweave.identity_store import ConflictError
from pixelweave.leaf_link import LeafLink, add_link, find_link
from pixelweave.person import Person, Plan, Refusal, make_plan
from pixelweave.refusal import SUPPRESSED
from pixelweave.trait import fold_traits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pixelweave.identity_store import IdentityStore, LeafRecord, NodeRecord
    from pixelweave.node import Leaf, Node

MAX_ATTEMPTS = 12
# Persons on a node's way to its root, both included, past which the node gets a short cut.
LONGEST_WAY = 2


class StitchConflictError(Exception):
    """Others changed the same persons at each attempt; the message comes again by itself."""


@dataclass(frozen=True, slots=True)
class IdentifiedHit:
    """What stitching needs of a hit: nodes and leaves in their normal form, times in Unix milliseconds."""

    event_id: str
    received_at: int
    occurred_at: int
    nodes: tuple[Node, ...]
    leaves: tuple[Leaf, ...]
    traits: Mapping[str, str] = field(default_factory=dict)

    @property
    def moment(self) -> int:
        """When it happened: the client's word, unless its clock is ahead of ours."""
        return min(self.occurred_at, self.received_at)

    @property
    def person_id(self) -> str:
        """The id of the person that this hit would create: the same one however often it is delivered."""
        return "pn_" + self.event_id.replace("-", "")


@dataclass(slots=True)
class Stitched:
    """A hit's person, and what is to be emitted: what this hit wrote, in this delivery or an earlier one.

    `person_id` is None where no identifier was usable; `is_leafless` says that the hit had neither session nor visitor.
    `merges` are persons that were merged into their `owner`; some may be other hits' work, because who shortens a way tells what lies
    on it. `new_refusals` are those of the `refusals` that no other hit met before.
    """

    person_id: str | None = None
    is_new: bool = False
    is_leafless: bool = False
    nodes: list[Node] = field(default_factory=list)
    merges: list[Person] = field(default_factory=list)
    links: list[tuple[Leaf, LeafLink]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    new_refusals: list[Refusal] = field(default_factory=list)


@dataclass(slots=True)
class _View:
    """One consistent-enough look at the table: each condition of a write says what of it must still hold."""

    nodes: dict[Node, NodeRecord]
    starts: dict[Node, str | None]
    leaves: dict[Leaf, LeafRecord]
    persons: dict[str, Person]

    def chain(self, person_id: str) -> list[Person]:
        """The person and those it was merged into, root last."""
        chain = [self.persons[person_id]]
        while chain[-1].owner is not None:
            chain.append(self.persons[chain[-1].owner])
        return chain

    def root(self, person_id: str) -> Person:
        """The person that it is now."""
        return self.chain(person_id)[-1]

    def root_id(self, person_id: str) -> str:
        """The id of that; of a person that is gone, its own."""
        return self.root(person_id).person_id if person_id in self.persons else person_id


class Stitcher:
    """Stitches hits into `store`; any number of stitchers may work on one table.

    `pause(attempt)` waits a little before the second and later attempts at a change.
    """

    def __init__(self, store: IdentityStore, pause: Callable[[int], None] = lambda attempt: None) -> None:
        self._store = store
        self._pause = pause

    def stitch(self, hit: IdentifiedHit, *, is_redelivery: bool = False) -> Stitched:
        """Bring the table to where `hit` has been heard, however often and by whomever.

        Short cuts are taken at the first look of a first delivery only: later ones must find what was written and may not have been
        emitted, and that lies on the long way.

        Raises:
            StitchConflictError: `MAX_ATTEMPTS` times others were faster.
        """
        for attempt in range(MAX_ATTEMPTS):
            view = self._look(hit.nodes, hit.leaves, use_hints=attempt == 0 and not is_redelivery)
            plan = self._plan(hit, view)
            if not plan.changes:
                return self._conclude(hit, view, plan)
            try:
                self._store.commit(plan, hit.event_id, hit.received_at)
            except ConflictError:
                self._pause(attempt)
        raise StitchConflictError(hit.event_id)

    def _look(self, nodes: Sequence[Node], leaves: Sequence[Leaf], *, use_hints: bool) -> _View:
        found, links = self._store.read(nodes, leaves)
        starts = {node: _start(record, use_hints=use_hints) for node, record in found.items()}
        persons: dict[str, Person] = {}
        wanted = {start for start in starts.values() if start is not None}
        wanted |= {link.person_id for record in links.values() for link in record.links}
        while missing := wanted - persons.keys():
            read = self._store.read_persons(missing)
            persons |= read
            wanted = {person.owner for person in read.values() if person.owner is not None}
        return _View(found, starts, links, persons)

    def _plan(self, hit: IdentifiedHit, view: _View) -> Plan:
        known = {node: start for node, start in view.starts.items() if start is not None}
        return make_plan(
            hit.nodes,
            {node: view.root(start) for node, start in known.items()},
            frozenset(view.starts.keys() - known.keys()),
            person_id=hit.person_id,
            event_id=hit.event_id,
            received_at=hit.received_at,
        )

    def _conclude(self, hit: IdentifiedHit, view: _View, plan: Plan) -> Stitched:
        person = plan.survivor
        result = Stitched(is_leafless=not hit.leaves, refusals=list(plan.refusals))
        for refusal in plan.refusals:
            # What was forgotten must not be found again under the person of the hit's other identifiers.
            holder = None if person is None or refusal.reason == SUPPRESSED else person.person_id
            if self._store.write_refusal(holder, hit.event_id, refusal):
                result.new_refusals.append(refusal)
        if person is None:
            result.person_id = self._fold_by_leaf(hit, view)
            return result
        result.person_id = person.person_id
        result.is_new = person.created_by == hit.event_id
        result.nodes = [node for node, record in view.nodes.items() if record.by == hit.event_id]
        told = {each.person_id: each for each in view.persons.values() if each.by == hit.event_id}
        result.merges = list((told | self._shorten(view)).values())
        self._fold(person.person_id, hit)
        result.links = [each for leaf in hit.leaves for each in self._link(leaf, hit, person.person_id, view)]
        return result

    def _fold_by_leaf(self, hit: IdentifiedHit, view: _View) -> str | None:
        """Give the traits of a hit without identifiers to whose its leaves are; that person, if there is one."""
        owner = None if hit.nodes else self._find_owner(hit, view)
        if owner is not None:
            self._fold(owner, hit)
        return owner

    def _find_owner(self, hit: IdentifiedHit, view: _View) -> str | None:
        """Whose a hit without identifiers is: that of its leaves, as of its time."""
        for leaf in hit.leaves:
            record = view.leaves.get(leaf)
            link = record and find_link(record.links, hit.moment)
            if link and link.person_id in view.persons and not view.root(link.person_id).is_forgotten:
                return view.root_id(link.person_id)
        return None

    def _shorten(self, view: _View) -> dict[str, Person]:
        """Point nodes with a long way straight to their root; the merges that lie on these ways."""
        passed: dict[str, Person] = {}
        for node, start in view.starts.items():
            chain = view.chain(start) if start is not None else []
            if len(chain) > LONGEST_WAY:
                self._store.shorten(node, chain[-1].person_id)
                passed |= {person.person_id: person for person in chain[:-1]}
        return passed

    def _fold(self, person_id: str, hit: IdentifiedHit) -> None:
        if not hit.traits:
            return
        for attempt in range(MAX_ATTEMPTS):
            record = self._store.read_traits(person_id)
            folded = fold_traits(record.traits, hit.traits, hit.moment)
            if folded is None:
                return
            try:
                self._store.write_traits(person_id, folded, record.version)
            except ConflictError:
                self._pause(attempt)
                continue
            return
        raise StitchConflictError(hit.event_id)

    def _link(
        self, leaf: Leaf, hit: IdentifiedHit, person_id: str, view: _View
    ) -> list[tuple[Leaf, LeafLink]]:
        """Link a leaf to the hit's person, and return what this hit wrote of it, now or before."""
        link = LeafLink(hit.moment, hit.event_id, person_id)
        for attempt in range(MAX_ATTEMPTS):
            record = view.leaves.get(leaf)
            links = record.links if record else ()
            own = [each for each in links if each.by == hit.event_id]
            added = None if own else add_link(links, link, view.root_id)
            if added is None:
                return [(leaf, each) for each in own]
            try:
                self._store.write_leaf(leaf, added, record.version if record else 0)
            except ConflictError:
                self._pause(attempt)
                view = self._look((), (leaf,), use_hints=True)
                continue
            return [(leaf, link)]
        raise StitchConflictError(hit.event_id)


def _start(record: NodeRecord, *, use_hints: bool) -> str | None:
    """Where the way from a node to its root begins; None: the node was forgotten."""
    if record.owner is None:
        return None
    return record.hint if use_hints and record.hint is not None else record.owner
