"""Guards against over-merging, on both sides of each limit, and under two workers at once."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from pixelweave.leaf_link import MAX_LINKS, LeafLink, add_link
from pixelweave.node import Leaf, Node
from pixelweave.person import MAX_MERGES, MAX_NODES, Person, Plan, make_plan
from pixelweave.refusal import SUPPRESSED, TOO_MANY_MERGES, TOO_MANY_NODES, UNIQUE_CONFLICT
from pixelweave.stitching import IdentifiedHit, Stitcher

from tests.unit.identity.memory_store import MemoryStore
from tests.unit.identity.schedule import GO, Schedule

T0 = 1_782_907_200_000


def email(text: str) -> Node:
    return Node("ws", "email_sha256", "", text)


def user(text: str, pixel: str = "px") -> Node:
    return Node("ws", "user_id", pixel, text)


def person(name: str, age: int = 0, **changes: object) -> Person:
    return replace(Person(name, T0 + age, "event", nodes=1), **changes)  # type: ignore[arg-type]  # a test's own fields


def plan(nodes: list[Node], roots: dict[Node, Person], suppressed: frozenset[Node] = frozenset()) -> Plan:
    return make_plan(nodes, roots, suppressed, person_id="pn_new", event_id="event-1", received_at=T0)


def reasons(made: Plan) -> list[tuple[str, Node]]:
    return [(refusal.reason, refusal.node) for refusal in made.refusals]


def hit(
    number: int, *nodes: Node, leaves: tuple[Leaf, ...] = (), occurred_at: int | None = None
) -> IdentifiedHit:
    at = T0 + number
    return IdentifiedHit(f"event-{number}", at, at if occurred_at is None else occurred_at, nodes, leaves)


def test_the_identifier_that_is_believed_less_is_demoted() -> None:
    made = plan([email("e"), user("2")], {email("e"): person("A", unique={"user_id#px": "1"})})
    assert reasons(made) == [(UNIQUE_CONFLICT, email("e"))]
    assert made.survivor is not None
    assert (made.survivor.person_id, made.is_new, made.attached) == ("pn_new", True, [user("2")])
    assert made.refusals[0].against == user("2")


def test_two_user_ids_of_one_namespace_in_one_hit_are_two_persons() -> None:
    assert reasons(plan([user("1"), user("2")], {})) == [(UNIQUE_CONFLICT, user("2"))]


def test_user_ids_of_two_pixels_may_be_one_person() -> None:
    made = plan([user("1", "px_a"), user("2", "px_b")], {})
    assert (made.refusals, len(made.attached)) == ([], 2)


def test_two_persons_with_different_user_ids_stay_apart() -> None:
    roots = {
        email("a"): person("A", unique={"user_id#px": "1"}),
        email("b"): person("B", unique={"user_id#px": "2"}),
    }
    made = plan([email("a"), email("b")], roots)
    assert (reasons(made), list(made.losers)) == ([(UNIQUE_CONFLICT, email("b"))], [])


def test_the_older_person_survives_and_inherits_the_claims() -> None:
    old, young = person("B", 1, unique={"user_id#p": "1"}), person("A", 2, unique={"user_id#q": "2"})
    made = plan([email("young"), email("old")], {email("young"): young, email("old"): old})
    assert (made.survivor, [loser for loser, _ in made.losers]) == (old, [young])
    assert made.claims == {"user_id#p": "1", "user_id#q": "2"}


def test_of_two_persons_of_the_same_moment_the_smaller_id_is_older() -> None:
    made = plan([email("x"), email("y")], {email("x"): person("B"), email("y"): person("A")})
    assert made.survivor == person("A")


@pytest.mark.parametrize(("held", "refused"), [(MAX_NODES - 1, False), (MAX_NODES, True)])
def test_a_person_holds_a_thousand_identifiers(held: int, refused: bool) -> None:
    made = plan([email("known"), email("new")], {email("known"): person("A", nodes=held)})
    assert reasons(made) == ([(TOO_MANY_NODES, email("new"))] if refused else [])


@pytest.mark.parametrize(("one", "other", "refused"), [(400, 600, False), (400, 601, True)])
def test_a_merge_does_not_pass_the_limit_of_identifiers(one: int, other: int, refused: bool) -> None:
    made = plan(
        [email("a"), email("b")], {email("a"): person("A", nodes=one), email("b"): person("B", nodes=other)}
    )
    assert bool(made.refusals) == refused


@pytest.mark.parametrize(
    ("one", "other", "refused"),
    [(MAX_MERGES - 1, 0, False), (MAX_MERGES, 0, True), (60, 39, False), (60, 40, True)],
)
def test_a_person_holds_a_hundred_merges(one: int, other: int, refused: bool) -> None:
    roots = {email("a"): person("A", merges=one), email("b"): person("B", 1, merges=other)}
    made = plan([email("a"), email("b")], roots)
    assert reasons(made) == ([(TOO_MANY_MERGES, email("b"))] if refused else [])


def test_merges_of_one_hit_count_together() -> None:
    roots = {email(str(n)): person(f"P{n}", n, merges=MAX_MERGES - 2 if n == 0 else 0) for n in range(4)}
    made = plan([email(str(n)) for n in range(4)], roots)
    assert (len(made.losers), reasons(made)) == (2, [(TOO_MANY_MERGES, email("3"))])
    assert made.merges == MAX_MERGES


def test_forgotten_persons_and_identifiers_are_never_linked_again() -> None:
    made = plan(
        [email("a"), email("b"), email("c")],
        {email("a"): person("A", is_forgotten=True)},
        frozenset([email("b")]),
    )
    assert reasons(made) == [(SUPPRESSED, email("a")), (SUPPRESSED, email("b"))]
    assert made.attached == [email("c")]


SHA, MD5 = (Node("ws", f"email_{name}", "", "e", "e@b.de") for name in ("sha256", "md5"))


@pytest.mark.parametrize("known", [SHA, MD5])
def test_no_form_of_a_demoted_address_goes_to_the_person_that_it_contradicts(known: Node) -> None:
    """A new form of u1's address must not be u2's: who sends that form alone would be taken for u2."""
    made = plan([SHA, MD5, user("2")], {known: person("A", unique={"user_id#px": "1"})})
    assert reasons(made) == [(UNIQUE_CONFLICT, SHA), (UNIQUE_CONFLICT, MD5)]
    assert made.attached == [user("2")]


def test_a_form_of_a_demoted_address_does_not_merge_whom_it_is_of_either() -> None:
    made = plan([SHA, MD5, user("2")], {SHA: person("A", unique={"user_id#px": "1"}), MD5: person("B")})
    assert (reasons(made)[1], list(made.losers)) == ((UNIQUE_CONFLICT, MD5), [])


def test_of_forms_that_contradict_only_each_other_the_first_is_believed() -> None:
    made = plan(
        [SHA, MD5],
        {SHA: person("A", unique={"user_id#px": "1"}), MD5: person("B", unique={"user_id#px": "2"})},
    )
    assert (reasons(made), made.survivor and made.survivor.person_id) == ([(UNIQUE_CONFLICT, MD5)], "A")


@pytest.mark.parametrize("forgotten", [SHA, MD5])
def test_an_address_of_which_one_form_was_forgotten_is_forgotten_in_every_form(forgotten: Node) -> None:
    """Of somebody known by a hash only that hash can be suppressed; the plain address brings the other one."""
    made = plan([SHA, MD5, user("2")], {}, frozenset([forgotten]))
    assert reasons(made) == [(SUPPRESSED, SHA), (SUPPRESSED, MD5)]
    assert {refusal.against for refusal in made.refusals} == {None}
    assert made.attached == [user("2")]
    held = plan([SHA, MD5], {forgotten: person("A", is_forgotten=True)})
    assert reasons(held) == [(SUPPRESSED, SHA), (SUPPRESSED, MD5)]


def test_the_same_text_as_a_user_id_and_as_an_address_is_two_identifiers() -> None:
    named = Node("ws", "user_id", "px", "u", "e@b.de")
    made = plan([named, SHA], {SHA: person("A", unique={"user_id#px": "1"})})
    assert (reasons(made), made.attached) == ([(UNIQUE_CONFLICT, SHA)], [named])


def test_a_hit_whose_identifiers_are_all_refused_is_nobodys() -> None:
    made = plan([email("b")], {}, frozenset([email("b")]))
    assert (made.survivor, made.changes) == (None, False)


@pytest.mark.parametrize("turns", list(product((0, 1), repeat=6)))
def test_no_interleaving_of_two_workers_gives_a_person_two_user_ids(turns: tuple[int, ...]) -> None:
    store = MemoryStore()
    Stitcher(store).stitch(hit(0, email("e")))
    order = iter(turns)
    schedule = Schedule(store, lambda n: next(order, 0) % n, lambda: GO)
    schedule.run([hit(1, user("1"), email("e")), hit(2, user("2"), email("e"))], 2)
    assert store.root_of(user("1")) != store.root_of(user("2"))
    assert len(store.refusals) == 1


def test_a_redelivery_finds_its_merges_on_a_way_that_was_shortened_meanwhile() -> None:
    store = MemoryStore()
    for number, name in enumerate("abc"):
        Stitcher(store).stitch(hit(number, email(name)))
    lost = hit(10, email("c"), email("b"))
    Stitcher(store).stitch(lost)
    Stitcher(store).stitch(hit(11, email("b"), email("a")))
    Stitcher(store).stitch(hit(12, email("c")))
    assert store.nodes[email("c")].hint == store.root_of(email("a"))
    again = Stitcher(store).stitch(lost, is_redelivery=True)
    assert [merge.by for merge in again.merges if merge.by == "event-10"] == ["event-10"]


def test_a_clock_that_runs_ahead_does_not_date_a_link_into_the_future() -> None:
    store, leaf = MemoryStore(), Leaf("ws", "session", "px", "s")
    Stitcher(store).stitch(hit(5, email("a"), leaves=(leaf,), occurred_at=T0 + 99_999))
    Stitcher(store).stitch(hit(7, email("b"), leaves=(leaf,), occurred_at=T0 + 3))
    assert [link.since - T0 for link in store.leaves[leaf].links] == [3, 5]


def test_a_clock_that_runs_ahead_has_no_last_word_for_longer_than_it_took_to_arrive() -> None:
    store = MemoryStore()
    said = [(5, 99_999, "free"), (7, 7, "pro")]
    for number, at, value in said:
        Stitcher(store).stitch(replace(hit(number, email("a"), occurred_at=T0 + at), traits={"plan": value}))
    assert next(iter(store.traits.values())).traits["plan"].value == "pro"


def test_a_leaf_keeps_its_first_link_and_the_latest_ones() -> None:
    links: tuple[LeafLink, ...] = ()
    for number in range(MAX_LINKS + 10):
        links = add_link(links, LeafLink(number, f"e{number}", f"p{number % 2}"), str) or links
    assert len(links) == MAX_LINKS
    assert (links[0].since, links[1].since, links[-1].since) == (0, 11, MAX_LINKS + 9)


@pytest.mark.parametrize(("since", "is_kept"), [(0, False), (1, True)])
def test_a_link_older_than_those_of_a_full_leaf_costs_no_write(since: int, is_kept: bool) -> None:
    full = (
        LeafLink(-5, "e", "p0"),
        *(LeafLink(number, f"e{number}", f"p{number}") for number in range(1, MAX_LINKS)),
    )
    assert (add_link(full, LeafLink(since, "late", "other"), str) is not None) is is_kept
