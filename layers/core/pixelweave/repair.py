"""Putting back into the identity table what the links log has: by the same transactions as stitching, next to live stitchers.

A repaired edge remembers its event, but the log does not say which identifiers that event named. For a merge, one of either person stands
for it; for an identifier, another that the same event brought, if any.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from pixelweave.identity_store import ConflictError, IdentityStore
from pixelweave.leaf_link import add_link
from pixelweave.link_log import read_birth
from pixelweave.person import Person, Plan
from pixelweave.rebuilding import (
    KINDS,
    MISSING_LINK,
    MISSING_MERGE,
    MISSING_NODE,
    MISSING_PERSON,
    MISSING_SUPPRESSION,
    Comparison,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixelweave.link_log import LinkLog
    from pixelweave.node import Node
    from pixelweave.rebuilding import Difference


class RepairStore(IdentityStore, Protocol):
    """The identity table as a repair needs it."""

    def suppress(self, node: Node, forgotten_at: int) -> None:
        """Write a forgotten node, if there is nothing of it; `forgotten_at` is Unix milliseconds."""

    def recount(self, root_id: str) -> None:
        """Correct what a root counts to what is there."""


class Repair:
    """Repairs `store` by `log`. What stitchers change meanwhile is left to the next run."""

    def __init__(self, log: LinkLog, store: RepairStore, now: int) -> None:
        self._log = log
        self._store = store
        self._now = now
        self._node_of: dict[str, Node] = {}
        self._first_of: dict[tuple[str, str], Node] = {}
        for node, claim in sorted(log.nodes.items(), key=lambda each: each[0].rank):
            self._node_of.setdefault(log.root_id(claim.person_id), node)
            self._node_of.setdefault(claim.person_id, node)
            self._first_of.setdefault((claim.person_id, claim.event_id), node)

    def run(self) -> tuple[list[Difference], list[Difference]]:
        """Repair all that can be; what was found, and what is left. Persons that are to be forgotten again are left."""
        acts = {
            MISSING_PERSON: self._create,
            MISSING_NODE: self._attach,
            MISSING_MERGE: self._merge,
            MISSING_LINK: self._link,
            MISSING_SUPPRESSION: self._suppress,
        }
        found: list[Difference] = []
        for kind in KINDS:
            # Each kind is looked for after those before it were repaired: what they uncover counts as found.
            for difference in Comparison(self._log, self._store, self._now).find((kind,)):
                found.append(difference)
                if kind in acts:
                    with suppress(ConflictError):
                        acts[kind](difference)
        self._recount(each.person_id for each in found if each.kind == MISSING_NODE)
        return found, Comparison(self._log, self._store, self._now).find()

    def _recount(self, person_ids: Iterable[str]) -> None:
        """A node may have been lost alone, with a root that still counts it."""
        roots = {person.person_id for person in map(self._find_root, person_ids) if person is not None}
        for root_id in sorted(roots):
            with suppress(ConflictError):
                self._store.recount(root_id)

    def _create(self, difference: Difference) -> None:
        created_at, created_by = read_birth(difference.person_id, difference.claim)
        person = Person(difference.person_id, created_at, created_by)
        plan = _make_plan(person, self._name(person.person_id), is_new=True)
        if plan is not None:
            self._store.commit(plan, created_by, created_at)

    def _attach(self, difference: Difference) -> None:
        root, node = self._find_root(difference.person_id), difference.node
        if root is None or node is None or root.is_forgotten:
            return
        anchor = self._first_of[difference.person_id, difference.claim.event_id]
        plan = _make_plan(root, anchor, attached=(node,))
        if plan is not None:
            self._store.commit(plan, difference.claim.event_id, difference.claim.since)

    def _merge(self, difference: Difference) -> None:
        roots = [self._find_root(each) for each in (difference.claim.person_id, difference.person_id)]
        persons = sorted((root for root in roots if root is not None), key=lambda root: root.age)
        if len({person.person_id for person in persons}) < 2 or any(each.is_forgotten for each in persons):
            return
        survivor, loser = persons
        node = self._name(loser.person_id) or difference.node
        plan = (
            None
            if node is None
            else _make_plan(survivor, self._name(survivor.person_id) or node, (loser, node))
        )
        if plan is not None:
            self._store.commit(plan, difference.claim.event_id, difference.claim.since)

    def _link(self, difference: Difference) -> None:
        leaf, link = difference.leaf, difference.link
        if leaf is None or link is None:
            return
        _, found = self._store.read((), (leaf,))
        record = found.get(leaf)
        added = add_link(record.links if record else (), link, self._find_root_id)
        if added is not None:
            self._store.write_leaf(leaf, added, record.version if record else 0)

    def _suppress(self, difference: Difference) -> None:
        tombstone = self._log.tombstones.get(difference.person_id, difference.claim)
        if difference.node is not None:
            self._store.suppress(difference.node, tombstone.since)

    def _name(self, person_id: str) -> Node | None:
        """An identifier that stands for a person."""
        return self._node_of.get(person_id)

    def _find_root(self, person_id: str) -> Person | None:
        person = self._store.read_persons({person_id}).get(person_id)
        while person is not None and person.owner is not None:
            person = self._store.read_persons({person.owner}).get(person.owner)
        return person

    def _find_root_id(self, person_id: str) -> str:
        root = self._find_root(person_id)
        return person_id if root is None else root.person_id


def _make_plan(
    survivor: Person,
    anchor: Node | None,
    loser: tuple[Person, Node] | None = None,
    *,
    attached: tuple[Node, ...] = (),
    is_new: bool = False,
) -> Plan | None:
    """The plan of one repaired edge; None where no identifier is known to stand for it, or it would break a unique type."""
    claims = dict(survivor.unique)
    for more in (loser[0].unique if loser else {}, *(node.claim for node in attached)):
        if any(claims.get(namespace, digest) != digest for namespace, digest in more.items()):
            return None
        claims |= more
    if anchor is None:
        return None
    return Plan(
        survivor=survivor,
        is_new=is_new,
        losers=(loser,) if loser else (),
        attached=attached,
        refusals=(),
        anchor=anchor,
        claims=claims,
    )
