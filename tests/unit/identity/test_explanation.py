"""Why two identifiers are one person, or are not."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st
from pixelweave.explanation import Step, find_refusals, find_way
from pixelweave.node import Node
from pixelweave.refusal import UNIQUE_CONFLICT
from pixelweave.stitching import IdentifiedHit, Stitcher

from tests.unit.identity.memory_store import MemoryStore
from tests.unit.identity.tree import read_tree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixelweave.person_tree import PersonTree

T0 = 1_782_907_200_000


def node(name: str, kind: str = "email_sha256") -> Node:
    return Node("ws", kind, "px" if kind == "user_id" else "", name)


def stitch(*hits: Iterable[Node]) -> MemoryStore:
    store = MemoryStore()
    for number, nodes in enumerate(hits):
        Stitcher(store).stitch(IdentifiedHit(f"hit-{number}", T0 + number, T0 + number, tuple(nodes), ()))
    return store


def tree_of(store: MemoryStore, each: Node) -> PersonTree:
    return read_tree(store, store.root_of(each), times={f"hit-{n}": T0 + n for n in range(200)})


A, B, C, D = (node(name) for name in "abcd")


def explain(store: MemoryStore, one: Node, other: Node) -> list[Step] | None:
    return find_way(tree_of(store, one), {one.key}, {other.key})


def test_one_hit_that_named_both_is_the_explanation() -> None:
    assert explain(stitch([A, B]), A, B) == [Step("hit-0", T0, A.key, B.key)]
    assert explain(stitch([A, B]), B, A) == [Step("hit-0", T0, B.key, A.key)]


def test_an_identifier_needs_no_hit_to_be_itself() -> None:
    assert explain(stitch([A, B]), A, A) == []


def test_a_chain_of_hits_is_told_in_the_order_from_one_to_the_other() -> None:
    store = stitch([A, B], [B, C], [C, D])
    assert explain(store, D, A) == [
        Step("hit-2", T0 + 2, D.key, C.key),
        Step("hit-1", T0 + 1, C.key, B.key),
        Step("hit-0", T0, B.key, A.key),
    ]


def test_the_hit_that_merged_two_persons_is_part_of_the_chain() -> None:
    store = stitch([A, B], [C, D], [B, C])
    assert explain(store, A, D) == [
        Step("hit-0", T0, A.key, B.key),
        Step("hit-2", T0 + 2, B.key, C.key),
        Step("hit-1", T0 + 1, C.key, D.key),
    ]


def test_the_nearest_of_several_identifiers_is_explained() -> None:
    store = stitch([A, B], [B, C])
    assert find_way(tree_of(store, A), {A.key, B.key}, {C.key}) == [Step("hit-1", T0 + 1, B.key, C.key)]


def test_what_the_table_does_not_remember_is_not_made_up() -> None:
    assert find_way(tree_of(stitch([A, B]), A), {A.key}, {C.key}) is None
    assert find_way(tree_of(stitch([A, B]), A), (), {A.key}) is None


def test_the_guard_that_kept_two_persons_apart_is_found_from_either_side() -> None:
    ann, bob = node("ann", "user_id"), node("bob", "user_id")
    store = stitch([ann, A], [bob, B], [ann, B], [ann, C])
    one, other = tree_of(store, ann), tree_of(store, bob)
    (refusal,) = find_refusals(one, other)
    assert (refusal.reason, refusal.node, refusal.against) == (UNIQUE_CONFLICT, B.key, ann.key)
    assert find_refusals(other, one) == [refusal]


def test_a_refusal_towards_a_third_person_is_no_reason() -> None:
    ann, bob, cat = (node(name, "user_id") for name in ("ann", "bob", "cat"))
    store = stitch([ann, A], [bob, B], [cat, C], [ann, B])
    assert find_refusals(tree_of(store, ann), tree_of(store, cat)) == []


@given(st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=4), min_size=1, max_size=15), st.data())
def test_any_two_identifiers_of_a_person_have_a_chain_of_hits_that_named_both(
    named: list[list[int]], data: st.DataObject
) -> None:
    hits = [[node(str(each)) for each in dict.fromkeys(numbers)] for numbers in named]
    store = stitch(*hits)
    graph: nx.Graph[Node] = nx.Graph()
    for nodes in hits:
        graph.add_nodes_from(nodes)
        graph.add_edges_from(combinations(nodes, 2))
    one = data.draw(st.sampled_from(sorted(graph, key=lambda each: each.key)))
    other = data.draw(st.sampled_from(sorted(nx.node_connected_component(graph, one), key=lambda n: n.key)))
    way = explain(store, one, other)
    assert way is not None
    assert [one.key, *(step.other for step in way)] == [*(step.one for step in way), other.key]
    for step in way:
        hit = hits[int(step.event_id.removeprefix("hit-"))]
        assert {step.one, step.other} <= {each.key for each in hit}
