"""Persons as the tools read them, on DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pixelweave.leaf_link import LeafLink
from pixelweave.node import Leaf
from pixelweave.refusal import UNIQUE_CONFLICT
from pixelweave.trait import Trait
from pixelweave_aws.person_store import (
    LIST_ATTEMPTS,
    AmbiguousPersonError,
    PersonNotFoundError,
)

from tests.functional.identity.person_room import (
    CANARY,
    MAIL,
    MD5,
    OTHER_USER,
    USER,
    Room,
    person,
)
from tests.functional.identity_bench import NOW, T0, make_hit, make_session

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_a_merged_person_is_found_at_its_root(room: Room) -> None:
    room.tell_story()
    assert room.store.find_root(person(2)).person_id == person(1)
    assert room.store.find_by_nodes([USER]).person_id == person(1)
    assert room.store.find_last_link(make_session("s2")) == LeafLink(T0 + 2, "event-0002", person(2))


def test_who_is_nobody_is_told_without_what_was_asked(room: Room) -> None:
    with pytest.raises(PersonNotFoundError):
        room.store.find_root(person(9))
    with pytest.raises(PersonNotFoundError) as caught:
        room.store.find_by_nodes([MAIL])
    assert CANARY not in str(caught.value)
    with pytest.raises(PersonNotFoundError):
        room.store.find_last_link(make_session("nobody's"))


def test_identifiers_of_several_persons_are_ambiguous(room: Room) -> None:
    room.stitch(make_hit(1, [MAIL]))
    room.stitch(make_hit(2, [MD5]))
    with pytest.raises(AmbiguousPersonError, match=f"{person(1)}, {person(2)}"):
        room.store.find_by_nodes([MAIL, MD5])


def test_a_tree_is_all_that_the_table_holds_of_a_person(room: Room) -> None:
    room.tell_story()
    tree = room.store.read_tree(person(1))
    assert tree.is_complete
    assert {held.node: (held.by, held.at, held.via) for held in tree.nodes} == {
        MAIL: ("event-0001", T0 + 1, None),
        USER: ("event-0002", T0 + 2, None),
        MD5: ("event-0002", T0 + 2, USER.key),
    }
    assert {held.node.value for held in tree.nodes} == {CANARY, "canary-user", None}
    assert [each.person_id for each in tree.merged] == [person(2)]
    assert {held.leaf.value for held in tree.leaves} == {"s1", "s2", "theirs"}
    assert tree.merge_traits() == {
        "name": Trait("Canary Bird", T0 + 3),
        "city": Trait("Canaria", T0 + 2),
    }
    (refusal,) = tree.refusals
    assert (refusal.reason, refusal.node, refusal.against) == (UNIQUE_CONFLICT, OTHER_USER.key, USER.key)
    assert (refusal.event_id, refusal.at) == ("event-0005", NOW * 1000)


def test_an_index_that_lags_is_waited_for_and_then_told_of(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.tell_story()
    whole = room.store._query_owned
    hidden = [2]

    def lag(person_id: str) -> Iterator[str]:
        hidden[0] -= person_id == person(1)
        return (pk for pk in whole(person_id) if hidden[0] < 0 or not pk.endswith(MAIL.key))

    monkeypatch.setattr(room.store, "_query_owned", lag)
    assert room.store.read_tree(person(1)).is_complete
    assert room.pauses == [0.2, 0.4]
    hidden[0] = 100
    assert not room.store.read_tree(person(1)).is_complete
    assert len(room.pauses) == 2 + LIST_ATTEMPTS - 1


def test_a_leaf_value_may_hold_the_separator_of_keys(room: Room) -> None:
    room.stitch(make_hit(1, [MAIL], ["a#b##c"]))
    (held,) = room.store.read_tree(person(1)).leaves
    assert held.leaf == Leaf("ws", "session", "px", "a#b##c")
    room.forget(MAIL)
    assert room.store.read_tree(person(1)).leaves == []
