"""Persons as the tools erase them: nothing stays in the clear, whatever interrupts it."""

from __future__ import annotations

from typing import Any

import pytest
from pixelweave.leaf_link import LeafLink
from pixelweave.refusal import SUPPRESSED
from pixelweave.stitching import StitchConflictError, Stitcher
from pixelweave.trait import Trait
from pixelweave_aws.person_eraser import ROUNDS, ErasureConflictError, TombstoneError
from pixelweave_aws.person_store import (
    PersonForgottenError,
)

from tests.functional.identity.person_room import (
    CANARY,
    MAIL,
    MD5,
    OTHER_USER,
    USER,
    WRITES,
    Room,
    StoppedError,
    person,
)
from tests.functional.identity_bench import NOW, T0, make_hit, make_node, make_session


def test_nothing_of_a_forgotten_person_stays_in_the_clear(room: Room) -> None:
    room.tell_story()
    done = room.forget(MAIL)
    assert done.is_complete
    assert done.tally.to_record() == {
        "persons": 2, "identifiers": 3, "sessions": 3, "visitors": 0, "traits": 2, "refusals": 1
    }  # fmt: skip
    items = room.items()
    assert "anar" not in str(items)
    for node in (MAIL, MD5, USER):
        item = items[f"NODE#{node.key}", "NODE"]
        assert set(item) == {"pk", "sk", "forgotten_at"}
    assert ("LEAF#ws#session#px#s1", "LEAF") not in items
    assert not [key for key in items if key[1].startswith("REFUSAL#")]
    assert items[f"PERSON#{person(2)}", "PERSON"]["owner"] == {"S": person(1)}
    for each in (person(1), person(2)):
        assert items[f"PERSON#{each}", "PERSON"]["unique"] == {"M": {}}
        assert "via" not in items[f"PERSON#{each}", "PERSON"]
        assert items[f"PERSON#{each}", "PERSON"]["forgotten_at"] == {"N": str(NOW * 1000)}
    (told,) = room.told
    assert [row["person_id"] for row in told] == [person(1), person(2)]
    assert told[0] == {
        "link_id": f"forget:{person(1)}",
        "kind": "forget",
        "workspace_id": "ws",
        "person_id": person(1),
        "since": "2026-07-01 12:00:00.000",
        "recorded_at": "2026-07-01 12:00:00.000",
        "schema_version": 1,
    }


def test_what_others_have_stays_theirs(room: Room) -> None:
    room.tell_story()
    room.forget(MAIL)
    theirs = room.store.read_tree(person(4))
    assert {held.node for held in theirs.nodes} == {OTHER_USER}
    assert {held.leaf.value for held in theirs.leaves} == {"shared", "theirs"}
    assert theirs.merge_traits() == {"name": Trait("Other", T0 + 4)}
    # The forgotten one's span stays, so that its events do not become the other one's.
    (held,) = [held for held in theirs.leaves if held.leaf.value == "theirs"]
    assert [link.person_id for link in held.links] == [person(4), person(1)]


def test_a_forgotten_identifier_joins_nobody_again(room: Room) -> None:
    room.tell_story()
    room.forget(MAIL)
    again = room.stitch(make_hit(7, [MAIL], ["s1"], name="Canary"))
    assert (again.person_id, [refusal.reason for refusal in again.refusals]) == (None, [SUPPRESSED])
    fresh = room.stitch(make_hit(8, [MAIL, make_node(9)], ["s1"]))
    assert fresh.person_id == person(8)
    assert "anar" not in str(room.items())
    with pytest.raises(PersonForgottenError):
        room.store.find_by_nodes([MAIL])


def test_forgetting_twice_changes_nothing(room: Room) -> None:
    room.tell_story()
    room.forget(MAIL)
    before = room.items()
    done = room.eraser.forget(person(2))
    assert room.items() == before
    assert done.tally.identifiers == done.tally.traits == 0
    assert done.is_complete


def test_more_identifiers_than_one_transaction_takes_are_forgotten(room: Room) -> None:
    for number in range(10):
        room.stitch(make_hit(number, [MAIL, *(make_node(1000 + number * 20 + each) for each in range(20))]))
    assert room.forget(MAIL).tally.identifiers == 201
    assert room.store.find_root(person(0)).nodes == 0
    assert room.store.read_tree(person(0)).nodes == []


def test_an_interrupted_run_is_finished_by_the_next_one_of_the_same_name(room: Room) -> None:
    room.tell_story()
    room.calls.clear()
    room.forget(MAIL)
    whole, told = strip_versions(room.items()), room.told[-1]
    writes = sum(call in WRITES for call in room.calls)
    assert writes > 10
    for fuse in range(writes):
        room.empty()
        room.tell_story()
        room.fuse = fuse
        with pytest.raises(StoppedError):
            room.forget(MAIL)
        room.fuse = None
        assert room.forget(MAIL).is_complete
        assert strip_versions(room.items()) == whole, fuse
        assert room.told[-1] == told


def test_a_log_that_takes_no_tombstones_is_told_and_tried_again(room: Room) -> None:
    room.tell_story()
    room.refused = {f"forget:{person(1)}"}
    with pytest.raises(TombstoneError, match="1 of 2 rows"):
        room.forget(MAIL)
    room.refused = set()
    assert room.forget(MAIL).is_complete
    assert room.store.find_root(person(1)).nodes == 0


def strip_versions(items: dict[tuple[str, str], dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {key: {k: v for k, v in item.items() if k != "version"} for key, item in items.items()}


@pytest.mark.parametrize("operation", ["UpdateItem", "TransactWriteItems", "DeleteItem", "PutItem"])
def test_a_lost_answer_is_made_good_by_the_next_run(room: Room, operation: str) -> None:
    room.tell_story()
    room.lose_answers(operation)
    with pytest.raises(Exception, match="Connection was closed"):
        room.forget(MAIL)
    done = room.eraser.forget(person(1))
    assert done.is_complete
    assert "anar" not in str(room.items())
    assert room.store.find_root(person(1)).nodes == 0


def intervene(room: Room, operation: str, act: Any, about: str = "") -> None:
    """Do something right before the first call of an operation whose body has the text `about`."""
    left = [1]

    def before(params: Any, **_: Any) -> None:
        if left[0] and about in str(params["body"]):
            left[0] = 0
            act()

    room.client.meta.events.register(f"before-call.dynamodb.{operation}", before)


def test_an_identifier_that_arrives_just_before_the_mark_is_forgotten_too(room: Room) -> None:
    room.tell_story()
    late = make_node(50, value=CANARY)
    intervene(room, "UpdateItem", lambda: room.stitch(make_hit(20, [MAIL, late])))
    assert room.forget(MAIL).tally.identifiers == 4
    assert "anar" not in str(room.items())


def test_a_merge_just_before_the_mark_takes_the_survivor_along(room: Room) -> None:
    older = make_node(60, value=CANARY)
    room.stitch(make_hit(0, [older]))
    room.tell_story()
    intervene(room, "UpdateItem", lambda: room.stitch(make_hit(20, [MAIL, older])))
    done = room.forget(MAIL)
    assert (done.root_id, done.tally.persons) == (person(0), 3)
    assert "anar" not in str(room.items())


def test_a_person_that_changes_at_each_attempt_is_told(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.tell_story()
    numbers = iter(range(100, 200))

    def disturb(**_: Any) -> None:
        number = next(numbers)
        room.stitch(make_hit(number, [MAIL, make_node(number)]))

    room.client.meta.events.register("before-call.dynamodb.UpdateItem", disturb)
    with pytest.raises(ErasureConflictError, match=f"{ROUNDS} attempts"):
        room.forget(MAIL)


def test_a_stitcher_that_saw_the_person_before_cannot_write_its_traits(room: Room) -> None:
    room.tell_story()
    intervene(room, "GetItem", lambda: room.forget(MAIL))
    with pytest.raises(StitchConflictError):
        Stitcher(room.table).stitch(make_hit(21, [MAIL], name="Canary again"))
    assert "anar" not in str(room.items())


def test_a_session_that_gets_another_person_meanwhile_is_left_to_it(room: Room) -> None:
    room.tell_story()
    intervene(room, "DeleteItem", lambda: room.stitch(make_hit(22, [OTHER_USER], ["s1"])))
    room.forget(MAIL)
    _, found = room.store.read((), [make_session("s1")])
    assert found[make_session("s1")].links[-1] == LeafLink(T0 + 22, "event-0022", person(4))
    assert make_session("s1") in {held.leaf for held in room.store.read_tree(person(4)).leaves}


def test_a_shared_session_that_gets_another_person_meanwhile_is_listed_under_it(room: Room) -> None:
    room.tell_story()
    third = make_node(70)
    intervene(room, "UpdateItem", lambda: room.stitch(make_hit(23, [third], ["theirs"])), "LEAF#")
    room.forget(MAIL)
    assert make_session("theirs") in {held.leaf for held in room.store.read_tree(person(23)).leaves}


def test_two_runs_at_once_count_each_identifier_once(room: Room) -> None:
    room.tell_story()
    intervene(room, "TransactWriteItems", lambda: room.eraser.forget(person(1)), "REMOVE #owner")
    with pytest.raises(ErasureConflictError, match="run it again"):
        room.forget(MAIL)
    assert room.store.find_root(person(1)).nodes == 0
    assert room.eraser.forget(person(1)).is_complete
