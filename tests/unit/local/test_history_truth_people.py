"""Who is who, by the plain account that the stack is held to: small stories with answers worked out by hand."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from pixelweave_local.history_truth_people import Fact, People

if TYPE_CHECKING:
    from pixelweave_local.history import Row


def hit(at: int, *, late: int = 0, session: str = "", visitor: str = "", **identifiers: str) -> Row:
    """A hit that happened `at` a moment and was received `late` milliseconds after."""
    made: Row = {
        "event_id": f"e{at}",
        "occurred_at": at,
        "received_at": at + late,
        "identifiers": [{"type": kind, "value": value} for kind, value in identifiers.items()],
    }
    return made | row(session, visitor, f"e{at}")


def row(session: str = "", visitor: str = "", event_id: str = "other") -> Row:
    leaves = {"session_id": session, "visitor_id": visitor}
    return {"event_id": event_id} | {name: value for name, value in leaves.items() if value}


def count(people: People) -> Counter[str]:
    return Counter(fact.kind for fact in people.facts)


def test_an_address_makes_a_person_with_two_nodes_and_a_number_one_with_four() -> None:
    people = People([hit(10, email="a@x", session="s"), hit(20, phone="+49 1")])
    address = {Fact(10, "identifier", kind) for kind in ("email_md5", "email_sha256")}
    kinds = (f"phone_{form}_{name}" for form in ("e164", "digits") for name in ("md5", "sha256"))
    number = {Fact(20, "identifier", kind) for kind in kinds}
    assert set(people.facts) == address | number | {Fact(10, "person", None), Fact(20, "person", None)}
    assert len(people.facts) == 8


def test_what_is_said_again_is_nothing_new() -> None:
    people = People([hit(at, email="a@x", session="s", visitor="v") for at in (10, 20, 30)])
    assert count(people) == {"person": 1, "identifier": 2}


def test_a_hit_with_two_known_identifiers_makes_one_person_of_two() -> None:
    people = People(
        [
            hit(10, email="a@x", visitor="phone"),
            hit(20, user_id="1", visitor="laptop"),
            hit(30, late=5, email="a@x", user_id="1", visitor="laptop"),
        ]
    )
    assert Fact(35, "merge", None) in people.facts
    assert count(people) == {"person": 2, "identifier": 3, "merge": 1}
    assert people.count_roots() == 1
    assert people.find_person(row(visitor="phone"), 15) == people.find_person(row(visitor="laptop"), 25) == 0


def test_another_ones_address_is_refused_once_and_stays_theirs() -> None:
    hits = [
        hit(10, email="a@x", user_id="1", visitor="a"),
        hit(20, user_id="2", visitor="b"),
        hit(30, user_id="2", email="a@x", visitor="b"),
        hit(40, user_id="2", email="a@x", visitor="b"),
    ]
    people = People(hits)
    assert [fact for fact in people.facts if fact.kind == "refusal"] == [
        Fact(30, "refusal", "unique_conflict")
    ] * 2
    assert people.count_roots() == 2
    assert people.find_person(row(visitor="a"), 99) != people.find_person(row(visitor="b"), 99)


def test_a_conflict_is_seen_past_an_identifier_that_nobody_had() -> None:
    people = People([hit(10, user_id="1", phone="+49 1"), hit(20, user_id="2", email="new@x", phone="+49 1")])
    assert count(people) == {"person": 2, "identifier": 8, "refusal": 4}


def test_an_address_of_somebody_without_a_user_id_is_no_conflict() -> None:
    people = People(
        [hit(10, email="a@x"), hit(20, user_id="2", email="a@x"), hit(30, user_id="1", email="a@x")]
    )
    assert count(people)["refusal"] == 2
    assert people.count_roots() == 2


@pytest.mark.parametrize(
    ("moment", "person"),
    [
        pytest.param(5, 0, id="before anybody was known: who came first"),
        pytest.param(10, 0, id="from the first on"),
        pytest.param(19, 0, id="until the next"),
        pytest.param(20, 1, id="the next"),
        pytest.param(30, 0, id="the first again"),
    ],
)
def test_a_shared_device_is_whose_it_was_then(moment: int, person: int) -> None:
    people = People(
        [
            hit(10, email="a@x", visitor="v"),
            hit(20, email="b@x", visitor="v"),
            hit(30, email="a@x", visitor="v"),
        ]
    )
    assert people.find_person(row(visitor="v"), moment) == person


@pytest.mark.parametrize(
    ("session", "visitor", "moment", "person"),
    [
        pytest.param("s", "v", 20, 1, id="the session decides before the visitor"),
        pytest.param("s", "v", 15, 0, id="what is in force goes before what is to come"),
        pytest.param("s", "", 15, 1, id="the session's first link, where there is no other"),
        pytest.param("", "v", 5, 0, id="the visitor's first link"),
        pytest.param("s", "v", 5, 1, id="of two first links the session's"),
        pytest.param("t", "w", 50, None, id="nobody's"),
        pytest.param("", "", 50, None, id="without a leaf nobody's"),
    ],
)
def test_session_goes_before_visitor(session: str, visitor: str, moment: int, person: int | None) -> None:
    people = People([hit(10, email="a@x", visitor="v"), hit(20, email="b@x", session="s")])
    assert people.find_person(row(session, visitor), moment) == person


def test_an_event_without_leaves_is_that_of_whom_it_names() -> None:
    people = People([hit(10, email="a@x")])
    assert people.find_person(row(event_id="e10"), 10) == 0
    assert people.find_person(row(event_id="e11"), 10) is None


def test_what_happened_earlier_but_came_later_dates_a_person_back() -> None:
    hits = [
        hit(50, email="a@x", visitor="v"),
        hit(20, late=100, email="a@x", visitor="w"),
        hit(130, email="a@x", visitor="u"),
    ]
    people = People(hits)
    assert Fact(20, "person", None) in people.facts
    assert count(people)["person"] == 1
