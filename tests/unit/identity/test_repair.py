"""The identity table rebuilt from the links log."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pixelweave.emission import make_merge_row, make_node_row
from pixelweave.identity_store import ConflictError, LeafRecord
from pixelweave.leaf_link import MAX_LINKS, LeafLink
from pixelweave.link_log import Claim, read_birth
from pixelweave.person import Person
from pixelweave.rebuilding import LEAF_LIFETIME_MS, Comparison

from tests.unit.identity.repair_world import (
    ANN,
    BOB,
    STORY,
    T0,
    A,
    B,
    C,
    D,
    World,
    event_id,
    leaf,
    person_id,
)

if TYPE_CHECKING:
    from pixelweave.node import Node


def test_a_table_that_has_all_of_the_log_is_no_difference() -> None:
    world = World(*STORY)
    assert world.check() == []
    assert world.repair() == ([], [])


def test_a_refusal_in_the_log_is_about_nobody() -> None:
    world = World(*STORY)
    before = world.read_log()
    world.rows.append({"kind": "refusal", "person_id": None, "node_type": "user_id", "since": None})
    assert world.read_log() == before


def test_what_the_table_has_beyond_the_log_is_no_difference() -> None:
    world = World(*STORY)
    world.rows.clear()
    assert world.check() == []


def test_a_lost_table_is_rebuilt_whole() -> None:
    world = World(*STORY)
    before = world.picture()
    world.lose_everything()
    found, left = world.repair()
    assert {*found} == {"missing_person", "missing_node", "missing_merge", "missing_link"}
    assert left == []
    assert world.picture() == before


hits = st.lists(
    st.tuples(
        st.lists(st.sampled_from([A, B, C, D, ANN, BOB]), min_size=1, max_size=3, unique=True),
        st.lists(st.sampled_from(["s1", "s2", "s3"]), max_size=2, unique=True),
    ),
    min_size=1,
    max_size=10,
)


@settings(deadline=None)
@given(hits, st.data())
def test_whatever_is_lost_comes_back_from_rows_in_any_order_and_number(
    said: list[tuple[list[Node], list[str]]], data: st.DataObject
) -> None:
    world = World(*said)
    before = world.picture()
    world.rows = data.draw(st.permutations(world.rows + world.rows[:3]))
    store = world.store
    for lost in data.draw(st.sets(st.sampled_from(sorted(store.nodes, key=lambda each: each.key)))):
        del store.nodes[lost]
    for gone in (
        data.draw(st.sets(st.sampled_from(sorted(store.leaves, key=lambda each: each.key))))
        if store.leaves
        else ()
    ):
        del store.leaves[gone]
    _, left = world.repair()
    assert left == []
    assert world.check() == []
    assert world.picture() == before


def test_a_lost_merge_is_made_again_by_its_hit() -> None:
    world = World(*STORY)
    before = world.picture()
    lost = person_id(1)
    world.store.persons[lost] = replace(world.store.persons[lost], owner=None, by=None, via=None)
    root = world.store.persons[person_id(0)]
    world.store.persons[person_id(0)] = replace(root, nodes=1, merges=0, unique={})
    assert world.check() == ["missing_merge"]
    assert world.repair() == (["missing_merge"], [])
    assert world.store.persons[lost].by == event_id(2)
    assert world.picture() == before


def test_a_repaired_identifier_claims_no_more_than_its_event_said() -> None:
    world = World(((A, ANN), ()), ((A, B), ()))
    world.lose_everything()
    world.repair()
    assert {each: record.via for each, record in world.store.nodes.items()} == {
        ANN: None,
        A: ANN.key,
        B: None,
    }


def test_a_merge_that_only_an_identifier_tells_of_is_made_again() -> None:
    world = World(((A,), ()), ((B,), ()))
    world.rows = [row for row in world.rows if row["digest"] != "b"]
    world.rows.append(make_node_row(B, person_id(0), event_id=event_id(1), since=T0 + 1, recorded_at=T0 + 9))
    assert world.repair() == (["missing_merge"], [])
    assert world.store.root_of(A) == world.store.root_of(B)


def test_a_merge_that_would_give_two_user_ids_is_left() -> None:
    world = World(((ANN,), ()), ((BOB,), ()))
    told = replace(world.store.persons[person_id(1)], owner=person_id(0), by="x", merged_at=T0)
    world.rows.append(make_merge_row(told, workspace_id="ws", event_id="x", since=T0, recorded_at=T0))
    assert world.repair() == (["missing_merge"], ["missing_merge"])
    assert world.store.root_of(ANN) != world.store.root_of(BOB)


def test_the_forgotten_are_not_brought_back() -> None:
    world = World(*STORY)
    world.lose_everything()
    world.forget(person_id(0))
    found, left = world.repair()
    assert left == []
    assert found.count("missing_suppression") == 3
    assert [each for each in (A, B, ANN) if world.store.nodes[each].owner is not None] == []
    assert set(world.store.persons) == {person_id(3)}
    links = [link for record in world.store.leaves.values() for link in record.links]
    assert [link.person_id for link in links] == [person_id(3)]
    # A suppression means something: the identifier makes nobody.
    world.say(20, [A])
    assert world.store.nodes[A].owner is None


def test_a_person_whose_tombstone_is_on_its_way_is_not_brought_back() -> None:
    world = World(*STORY)
    world.store.leaves.clear()
    del world.store.nodes[A]
    root = person_id(0)
    world.store.persons[root] = replace(world.store.persons[root], is_forgotten=True)
    found, _ = world.repair()
    assert found == ["missing_link", "missing_suppression"]
    assert [*world.store.leaves] == [leaf("s1")]
    assert [each.person_id for each in world.store.leaves[leaf("s1")].links] == [person_id(3)]


def test_who_was_forgotten_and_is_here_again_is_told_and_left_to_a_person() -> None:
    world = World(*STORY)
    world.forget(person_id(1))
    assert world.check() == ["not_forgotten"]
    assert world.repair() == (["not_forgotten"], ["not_forgotten"])


@pytest.mark.parametrize(("age", "kinds"), [(0, ["missing_link"]), (1, [])])
def test_a_link_that_has_expired_is_not_missed(age: int, kinds: list[str]) -> None:
    world = World(((A,), ("s1",)))
    world.store.leaves.clear()
    found = Comparison(world.read_log(), world.store, T0 + LEAF_LIFETIME_MS + age).find()
    assert [each.kind for each in found] == kinds


@pytest.mark.parametrize(("number", "kinds"), [(MAX_LINKS - 1, ["missing_link"]), (MAX_LINKS, [])])
def test_a_leaf_that_is_full_lacks_nothing(number: int, kinds: list[str]) -> None:
    world = World(((A,), ("s1",)))
    links = tuple(LeafLink(T0 + 1 + each, "x", f"pn_{each}") for each in range(number))
    world.store.leaves[leaf("s1")] = LeafRecord(links, 1)
    assert world.check() == kinds


def test_a_conflict_leaves_its_difference_to_the_next_run() -> None:
    world = World(*STORY)
    world.lose_everything()
    left_to_fail = [1]

    def fail(call: str) -> None:
        if call == "commit" and left_to_fail[0]:
            left_to_fail[0] -= 1
            raise ConflictError("NEW")

    world.store.before = fail
    _, left = world.repair()
    assert left != []
    assert world.repair()[1] == []


def test_a_person_is_as_old_as_its_id_says() -> None:
    claim = Claim("x", "event", T0 + 99)
    assert read_birth(person_id(7), claim) == (T0 + 7, event_id(7))
    for strange in ("pn_short", "pn_" + "z" * 32, "other"):
        assert read_birth(strange, claim) == (T0 + 99, "event")


def test_a_circle_in_the_log_ends() -> None:
    world = World(((A,), ()), ((B,), ()))
    for one, other in ((0, 1), (1, 0)):
        told = Person(person_id(one), T0, "x", owner=person_id(other), by="x", merged_at=T0)
        world.rows.append(make_merge_row(told, workspace_id="ws", event_id="x", since=T0, recorded_at=T0))
    assert world.repair()[1] == []
    assert world.store.root_of(A) == person_id(0)
