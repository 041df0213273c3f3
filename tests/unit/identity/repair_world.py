"""A table and the log of links that it was made from, as repairing it is tested."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pixelweave.emission import make_link_row, make_merge_row, make_node_row
from pixelweave.forgetting import make_tombstone
from pixelweave.identity_store import NodeRecord
from pixelweave.leaf_link import find_link
from pixelweave.link_log import read_link_log
from pixelweave.node import Leaf, Node
from pixelweave.rebuilding import Comparison
from pixelweave.repair import Repair
from pixelweave.stitching import IdentifiedHit, Stitcher

from tests.unit.identity.memory_store import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixelweave.link_log import LinkLog

T0 = 1_782_907_200_000
NOW = T0 + 1_000_000


class Store(MemoryStore):
    """The store in memory, with what only a repair does."""

    def suppress(self, node: Node, forgotten_at: int) -> None:
        self.before("suppress")
        self.nodes.setdefault(node, NodeRecord(None, "", None))

    def recount(self, root_id: str) -> None:
        family = {each for each in self.persons if self.root(each).person_id == root_id}
        held = sum(record.owner in family for record in self.nodes.values())
        self.persons[root_id] = replace(self.persons[root_id], nodes=held, merges=len(family) - 1)


def node(name: str, kind: str = "email_sha256") -> Node:
    return Node("ws", kind, "px" if kind == "user_id" else "", name)


def leaf(name: str) -> Leaf:
    return Leaf("ws", "session", "px", name)


def event_id(number: int) -> str:
    moment = f"{T0 + number:012x}"
    return f"{moment[:8]}-{moment[8:]}-7000-8000-{number:012x}"


def person_id(number: int) -> str:
    return "pn_" + event_id(number).replace("-", "")


class World:
    """A table and its log, made by stitching hits."""

    def __init__(self, *hits: tuple[Iterable[Node], Iterable[str]]) -> None:
        self.store = Store()
        self.rows: list[dict[str, Any]] = []
        for number, (nodes, leaves) in enumerate(hits):
            self.say(number, nodes, leaves)

    def say(self, number: int, nodes: Iterable[Node], leaves: Iterable[str] = ()) -> None:
        moment = T0 + number
        hit = IdentifiedHit(event_id(number), moment, moment, tuple(nodes), tuple(map(leaf, leaves)))
        done = Stitcher(self.store).stitch(hit)
        at = {"since": moment, "recorded_at": moment + 5}
        if done.person_id is not None:
            self.rows += [make_node_row(n, done.person_id, event_id=hit.event_id, **at) for n in done.nodes]
        self.rows += [
            make_merge_row(person, workspace_id="ws", event_id=hit.event_id, **at) for person in done.merges
        ]
        self.rows += [make_link_row(each, link, moment + 5) for each, link in done.links]

    def read_log(self) -> LinkLog:
        """The log as a query returns it: text, missing columns null."""
        columns = (
            "workspace_id",
            "leaf_type",
            "scope",
            "leaf",
            "survivor_id",
            "node_type",
            "digest",
            "event_id",
        )
        return read_link_log(dict.fromkeys(columns) | row for row in self.rows)

    def check(self) -> list[str]:
        """The kinds of differences."""
        return [each.kind for each in Comparison(self.read_log(), self.store, NOW).find()]

    def repair(self) -> tuple[list[str], list[str]]:
        found, left = Repair(self.read_log(), self.store, NOW).run()
        return [each.kind for each in found], [each.kind for each in left]

    def lose_everything(self) -> None:
        self.store = Store()

    def forget(self, *person_ids: str) -> None:
        """Say in the log only that persons were forgotten."""
        self.rows += [make_tombstone(each, "ws", "2026-07-01 12:00:00.000") for each in person_ids]

    def picture(self) -> tuple[Any, ...]:
        """What the table says, whatever it was made by."""
        store = self.store
        roots = {each: store.root(each) for each in store.persons}
        return (
            {each: store.root_of(each) for each in store.nodes},
            {
                each: (r.person_id, r.created_at, r.nodes, r.merges, dict(r.unique))
                for each, r in roots.items()
            },
            {
                (each, moment): roots[link.person_id].person_id
                if (link := find_link(record.links, moment))
                else None
                for each, record in store.leaves.items()
                for moment in range(T0 - 1, T0 + 40)
            },
        )


A, B, C, D = (node(name) for name in "abcd")
ANN, BOB = node("ann", "user_id"), node("bob", "user_id")
STORY = (((A,), ("s1",)), ((B, ANN), ("s2",)), ((A, B), ("s1", "s3")), ((BOB, C), ("s1",)), ((BOB, A), ()))
