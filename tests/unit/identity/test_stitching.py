"""Stitching under every order, duplication, crash and lost answer: the partition is that of connected components."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

import networkx as nx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pixelweave.leaf_link import find_link
from pixelweave.node import Leaf, Node
from pixelweave.refusal import UNIQUE_CONFLICT
from pixelweave.stitching import IdentifiedHit

from tests.unit.identity.memory_store import MemoryStore
from tests.unit.identity.schedule import CRASH, GO, LOSE, Schedule

if TYPE_CHECKING:
    from collections.abc import Sequence

T0 = 1_782_907_200_000


def node(number: int, kind: str = "email_sha256") -> Node:
    return Node("ws", kind, "px" if kind == "user_id" else "", f"{number:02d}")


def hit(number: int, nodes: Sequence[Node], leaves: Sequence[str] = (), **traits: str) -> IdentifiedHit:
    return IdentifiedHit(
        event_id=f"event-{number:04d}",
        received_at=T0 + number,
        occurred_at=T0 + number,
        nodes=tuple(dict.fromkeys(nodes)),
        leaves=tuple(Leaf("ws", "session", "px", leaf) for leaf in leaves),
        traits=traits,
    )


def run(data: st.DataObject, hits: list[IdentifiedHit]) -> tuple[MemoryStore, Schedule]:
    """Stitch the hits, some of them twice, in a drawn order by drawn workers with drawn faults."""
    store = MemoryStore()
    faults = [data.draw(st.integers(0, 60)) for _ in range(data.draw(st.integers(0, 8)))]
    kinds = data.draw(st.lists(st.sampled_from([CRASH, LOSE]), min_size=len(faults), max_size=len(faults)))
    planned = dict(zip(faults, kinds, strict=True))
    calls = iter(range(1_000_000))
    turns = iter(data.draw(st.lists(st.integers(0, 7), max_size=80)))
    schedule = Schedule(store, lambda n: next(turns, 0) % n, lambda: planned.get(next(calls), GO))
    twice = data.draw(st.lists(st.sampled_from(hits), max_size=3)) if hits else []
    order = data.draw(st.permutations(hits + twice))
    schedule.run(list(order), data.draw(st.integers(1, 4)))
    return store, schedule


def components(hits: list[IdentifiedHit]) -> set[frozenset[Node]]:
    graph: nx.Graph[Node] = nx.Graph()
    for each in hits:
        graph.add_nodes_from(each.nodes)
        graph.add_edges_from(combinations(each.nodes, 2))
    return {frozenset(component) for component in nx.connected_components(graph)}


def partition(store: MemoryStore) -> set[frozenset[Node]]:
    persons = defaultdict(set)
    for each in store.nodes:
        persons[store.root_of(each)].add(each)
    return {frozenset(nodes) for nodes in persons.values()}


edges = st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=3), min_size=1, max_size=12)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), named=edges)
def test_persons_are_connected_components_whatever_happens(
    data: st.DataObject, named: list[list[int]]
) -> None:
    hits = [
        hit(number, [node(each) for each in nodes], [f"s{nodes[0]}"]) for number, nodes in enumerate(named)
    ]
    store, schedule = run(data, hits)
    assert partition(store) == components(hits)
    for root in (person for person in store.persons.values() if person.owner is None):
        family = [person for person in store.persons.values() if store.root(person.person_id) == root]
        held = [each for each in store.nodes if store.root_of(each) == root.person_id]
        assert root.age == min(person.age for person in family)
        assert (root.nodes, root.merges) == (len(held), len(family) - 1)
    assert_all_emitted(store, schedule)


def assert_all_emitted(store: MemoryStore, schedule: Schedule) -> None:
    """What is in the table has been told: after a crash by the redelivery."""
    told = [stitched for _, stitched in schedule.emitted]
    merges = {(merge.person_id, merge.owner) for stitched in told for merge in stitched.merges}
    assert merges == {(each.person_id, each.owner) for each in store.persons.values() if each.owner}
    assert {each for stitched in told for each in stitched.nodes} == set(store.nodes)
    links = {(leaf, link) for stitched in told for leaf, link in stitched.links}
    assert links == {(leaf, link) for leaf, record in store.leaves.items() for link in record.links}


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), named=edges, users=st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_no_person_ever_holds_two_user_ids_and_every_refused_edge_is_written_down(
    data: st.DataObject, named: list[list[int]], users: list[int]
) -> None:
    hits = [
        hit(number, [node(users[number], "user_id"), *(node(each) for each in nodes)])
        for number, nodes in enumerate(named)
    ]
    store, schedule = run(data, hits)
    holders = defaultdict(set)
    for each in store.nodes:
        if each.kind == "user_id":
            holders[store.root_of(each)].add(each.digest)
    assert all(len(digests) == 1 for digests in holders.values())
    for root_id, digests in holders.items():
        assert set(store.persons[root_id].unique.values()) == digests
    # An edge that is not in the partition was refused, and one that was refused is told.
    for sent in hits:
        for one in sent.nodes:
            if one not in store.nodes or store.root_of(one) != store.root_of(sent.nodes[0]):
                assert store.refusals[sent.event_id, one.key][1].reason == UNIQUE_CONFLICT
    told = {refusal.node.key for _, stitched in schedule.emitted for refusal in stitched.refusals}
    assert told >= {key for _, key in store.refusals}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.data(),
    values=st.lists(st.tuples(st.integers(0, 2), st.sampled_from("abc")), min_size=1, max_size=8),
)
def test_the_latest_word_wins_whatever_the_order(data: st.DataObject, values: list[tuple[int, str]]) -> None:
    # Different values each time: the same value again is no news, and costs no write.
    hits = [
        hit(number, [node(0)], **{f"t{name}": f"{number:02d}{text}"})
        for number, (name, text) in enumerate(values)
    ]
    store, _ = run(data, hits)
    traits = store.traits[store.root_of(node(0))].traits
    expected = {f"t{name}": f"{number:02d}{text}" for number, (name, text) in enumerate(values)}
    assert {name: trait.value for name, trait in traits.items()} == expected


class TestSharedDevice:
    """A logs in, later B, on one session."""

    def test_events_belong_to_whom_the_device_was_with(self) -> None:
        store = MemoryStore()
        Schedule(store, lambda _: 0, lambda: GO).run(
            [hit(10, [node(1)], ["s"]), hit(20, [node(2)], ["s"])], 1
        )
        links = store.leaves[Leaf("ws", "session", "px", "s")].links
        owners = {store.root_of(node(1)): "A", store.root_of(node(2)): "B"}
        assert [(link.since - T0, owners[link.person_id]) for link in links] == [(10, "A"), (20, "B")]
        assert find_link(links, T0 + 9) is None
        for moment, owner in ((10, "A"), (19, "A"), (20, "B"), (99, "B")):
            link = find_link(links, T0 + moment)
            assert link is not None
            assert owners[link.person_id] == owner

    def test_a_person_who_comes_back_is_linked_again(self) -> None:
        store = MemoryStore()
        named = [(10, 1), (20, 2), (30, 1), (40, 1)]
        Schedule(store, lambda _: 0, lambda: GO).run([hit(at, [node(who)], ["s"]) for at, who in named], 1)
        links = store.leaves[Leaf("ws", "session", "px", "s")].links
        assert [link.since - T0 for link in links] == [10, 20, 30]

    def test_two_persons_on_one_leaf_stay_two(self) -> None:
        store = MemoryStore()
        Schedule(store, lambda _: 0, lambda: GO).run([hit(1, [node(1)], ["s"]), hit(2, [node(2)], ["s"])], 1)
        assert store.root_of(node(1)) != store.root_of(node(2))


def stitch_all(store: MemoryStore, hits: list[IdentifiedHit]) -> None:
    Schedule(store, lambda _: 0, lambda: GO).run(hits, 1)


def test_a_repeat_costs_no_write() -> None:
    store = MemoryStore()
    stitch_all(store, [hit(1, [node(1), node(2)], ["s"], plan="pro")])
    before = store.writes
    stitch_all(store, [hit(number, [node(1), node(2)], ["s"], plan="pro") for number in range(2, 9)])
    assert store.writes == before


def test_a_merge_costs_the_same_whatever_the_sizes() -> None:
    costs = []
    for size in (1, 50):
        store = MemoryStore()
        stitch_all(store, [hit(number, [node(0), node(number + 1)]) for number in range(size)])
        stitch_all(store, [hit(100 + number, [node(70), node(number + 71)]) for number in range(20)])
        before = store.writes
        stitch_all(store, [hit(900, [node(0), node(70)])])
        costs.append(store.writes - before)
    assert costs == [2, 2]


def test_traits_without_identifiers_go_to_whose_the_leaf_is() -> None:
    store = MemoryStore()
    stitch_all(
        store, [hit(1, [node(1)], ["s"]), hit(2, [], ["s"], plan="pro"), hit(3, [], ["unknown"], plan="no")]
    )
    assert [trait.value for trait in store.traits[store.root_of(node(1))].traits.values()] == ["pro"]


def test_a_long_way_is_shortened_and_told() -> None:
    store = MemoryStore()
    # 3 is merged into 2, 2 into 1, 1 into 0: the way of node 3 has four persons.
    stitch_all(store, [hit(number, [node(number)]) for number in range(4)])
    stitch_all(store, [hit(10, [node(3), node(2)]), hit(11, [node(2), node(1)]), hit(12, [node(1), node(0)])])
    schedule = Schedule(store, lambda _: 0, lambda: GO)
    schedule.run([hit(13, [node(3)])], 1)
    assert store.nodes[node(3)].hint == store.root_of(node(0))
    assert len(schedule.emitted[0][1].merges) == 3
