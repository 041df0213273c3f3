"""Each condition of the identity table has a case that fails without it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from pixelweave.identity_store import ConflictError, LeafRecord, NodeRecord, TraitRecord
from pixelweave.leaf_link import LeafLink
from pixelweave.person import Refusal
from pixelweave.refusal import SUPPRESSED, UNIQUE_CONFLICT
from pixelweave.trait import Trait
from pixelweave.unusable import Unusable

from tests.functional.identity_bench import (
    T0,
    TABLE,
    IdentityBench,
    make_hit,
    make_node,
    make_session,
    person_of,
    plan_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


class TestNew:
    def test_of_two_who_saw_a_node_free_one_has_it(self, bench: IdentityBench) -> None:
        bench.table.commit(*plan_of(1, [make_node(1)]))
        with pytest.raises(ConflictError):
            bench.table.commit(*plan_of(2, [make_node(1), make_node(2)]))
        found, _ = bench.table.read([make_node(1), make_node(2)], [])
        assert found == {make_node(1): NodeRecord("pn_1", "event-0001", None)}
        assert bench.table.read_persons({"pn_2"}) == {}

    def test_a_person_is_created_once(self, bench: IdentityBench) -> None:
        bench.table.commit(*plan_of(1, [make_node(1)]))
        with pytest.raises(ConflictError):
            bench.table.commit(*plan_of(1, [make_node(2)]))
        assert person_of(bench, "pn_1").nodes == 1

    def test_a_leaf_and_traits_are_begun_once(self, bench: IdentityBench) -> None:
        bench.table.write_leaf(make_session("s"), [LeafLink(1, "e", "pn_1")], 0)
        bench.table.write_traits("pn_1", {"plan": Trait("pro", 1)}, 0)
        with pytest.raises(ConflictError):
            bench.table.write_leaf(make_session("s"), [LeafLink(2, "f", "pn_2")], 0)
        with pytest.raises(ConflictError):
            bench.table.write_traits("pn_1", {"plan": Trait("free", 2)}, 0)
        assert bench.table.read_traits("pn_1") == TraitRecord({"plan": Trait("pro", 1)}, 1)

    def test_a_refusal_is_written_once_an_edge_however_many_hits_name_it(self, bench: IdentityBench) -> None:
        refusal = Refusal(UNIQUE_CONFLICT, make_node(1), make_node(2, "user_id"))
        first = [bench.table.write_refusal("pn_1", f"event-{number}", refusal) for number in (0, 0, 1, 2, 0)]
        assert first == [True, True, False, False, True]
        assert bench.calls.count("PutItem") == 1
        bench.table.write_refusal("pn_1", "event-9", replace(refusal, against=None))
        rows = [item for (_, sk), item in bench.items().items() if sk.startswith("REFUSAL#")]
        assert sorted((row["by"]["S"], row.get("against", {}).get("S")) for row in rows) == [
            ("event-0", "ws#user_id#px#0002"),
            ("event-9", None),
        ]

    def test_a_forgotten_one_who_comes_again_costs_one_refusal_however_often(
        self, bench: IdentityBench
    ) -> None:
        address = {"pk": {"S": f"NODE#{make_node(1).key}"}, "sk": {"S": "NODE"}}
        bench.client.put_item(TableName=TABLE, Item=address | {"forgotten_at": {"N": "1"}})
        bench.calls.clear()
        for number in range(3):
            stitched = bench.stitch(make_hit(number, [make_node(1)], ["s"]))
            assert (stitched.person_id, stitched.refusals[0].reason) == (None, SUPPRESSED)
        assert bench.calls.count("PutItem") == 1
        rows = [item for (_, sk), item in bench.items().items() if sk != "NODE"]
        assert [(row["pk"], row["reason"]["S"], row["by"]["S"]) for row in rows] == [
            (address["pk"], "suppressed", "event-0000")
        ]

    def test_a_forgotten_one_is_not_found_under_the_person_of_the_hit_s_other_identifiers(
        self, bench: IdentityBench
    ) -> None:
        address = {"pk": {"S": f"NODE#{make_node(1).key}"}, "sk": {"S": "NODE"}}
        bench.client.put_item(TableName=TABLE, Item=address | {"forgotten_at": {"N": "1"}})
        stitched = bench.stitch(make_hit(2, [make_node(1), make_node(2)]))
        theirs = {
            key: item for key, item in bench.items().items() if key[0] == f"PERSON#{stitched.person_id}"
        }
        assert [sk for _, sk in theirs] == ["PERSON"]
        assert make_node(1).digest not in str(theirs)

    def test_of_two_who_write_one_refusal_the_first_stays(self, bench: IdentityBench) -> None:
        unusable = Unusable("ws", "px", "user_id", "ab", "blocked_value")

        def hurry(**_: Any) -> None:
            bench.client.meta.events.unregister("before-call.dynamodb.PutItem", hurry)
            bench.table.write_unusable("event-1", unusable)

        bench.client.meta.events.register("before-call.dynamodb.PutItem", hurry)
        bench.table.write_unusable("event-2", unusable)
        ((address, row),) = bench.items().items()
        assert (address[0], row["by"]["S"], row["reason"]["S"]) == ("PIXEL#ws#px", "event-1", "blocked_value")


class TestRootUnchanged:
    def test_of_two_who_saw_a_root_free_of_a_user_id_one_gives_it_one(self, bench: IdentityBench) -> None:
        mail = make_node(1)
        bench.table.commit(*plan_of(1, [mail]))
        seen = {mail: person_of(bench, "pn_1")}
        bench.table.commit(*plan_of(2, [make_node(10, "user_id"), mail], seen))
        with pytest.raises(ConflictError):
            bench.table.commit(*plan_of(3, [make_node(11, "user_id"), mail], seen))
        assert person_of(bench, "pn_1").unique == {"user_id#px": "0010"}
        assert bench.table.read([make_node(11, "user_id")], []) == ({}, {})

    def test_a_root_is_not_merged_once_it_has_changed(self, bench: IdentityBench) -> None:
        one, two = make_node(1), make_node(2)
        bench.table.commit(*plan_of(1, [one]))
        bench.table.commit(*plan_of(2, [two]))
        seen = {one: person_of(bench, "pn_1"), two: person_of(bench, "pn_2")}
        bench.table.commit(*plan_of(3, [make_node(10, "user_id"), two], {two: seen[two]}))
        with pytest.raises(ConflictError):
            bench.table.commit(*plan_of(4, [one, two], seen))
        assert person_of(bench, "pn_2").owner is None
        assert person_of(bench, "pn_1").version == 1

    @pytest.mark.parametrize("other_is_older", [True, False])
    def test_nothing_is_merged_into_or_from_a_person_that_is_merged(
        self, bench: IdentityBench, other_is_older: bool
    ) -> None:
        nodes = [make_node(number) for number in range(3)]
        for number, node in enumerate(nodes):
            bench.table.commit(*plan_of(number, [node]))
        persons = [person_of(bench, f"pn_{number}") for number in range(3)]
        bench.table.commit(*plan_of(8, nodes[:2], dict(zip(nodes[:2], persons[:2], strict=True))))
        # Its newest version, as no reader could take it for a root: only `owner` tells that it is none.
        merged = replace(person_of(bench, "pn_1"), owner=None)
        other = replace(persons[2], created_at=T0 - 1 if other_is_older else T0 + 2)
        with pytest.raises(ConflictError):
            bench.table.commit(*plan_of(9, nodes[1:], {nodes[1]: merged, nodes[2]: other}))
        assert person_of(bench, "pn_1").owner == "pn_0"
        assert person_of(bench, "pn_2").owner is None


class TestShortcut:
    def test_a_node_remembers_a_person_nearer_to_its_root(self, bench: IdentityBench) -> None:
        bench.table.commit(*plan_of(1, [make_node(1)]))
        bench.table.shorten(make_node(1), "pn_0")
        found, _ = bench.table.read([make_node(1)], [])
        assert found[make_node(1)] == NodeRecord("pn_1", "event-0001", None, "pn_0")

    def test_a_node_that_was_forgotten_meanwhile_points_nowhere(self, bench: IdentityBench) -> None:
        address = {"pk": {"S": f"NODE#{make_node(1).key}"}, "sk": {"S": "NODE"}}
        bench.client.put_item(TableName=TABLE, Item=address | {"forgotten_at": {"N": "1"}})
        bench.table.shorten(make_node(1), "pn_0")
        assert bench.items()[address["pk"]["S"], "NODE"] == address | {"forgotten_at": {"N": "1"}}
        assert bench.table.read([make_node(1)], [])[0][make_node(1)].owner is None


def test_a_leaf_or_traits_that_changed_are_not_overwritten(bench: IdentityBench) -> None:
    """LEAF_UNCHANGED, TRAITS_UNCHANGED."""
    leaf, links = make_session("s"), [LeafLink(1, "e", "pn_1")]
    bench.table.write_leaf(leaf, links, 0)
    bench.table.write_leaf(leaf, [*links, LeafLink(2, "f", "pn_2")], 1)
    bench.table.write_traits("pn_1", {"plan": Trait("a", 1)}, 0)
    bench.table.write_traits("pn_1", {"plan": Trait("b", 2)}, 1)
    with pytest.raises(ConflictError):
        bench.table.write_leaf(leaf, [LeafLink(3, "g", "pn_3")], 1)
    with pytest.raises(ConflictError):
        bench.table.write_traits("pn_1", {"plan": Trait("c", 3)}, 1)
    assert bench.table.read([], [leaf])[1][leaf] == LeafRecord((*links, LeafLink(2, "f", "pn_2")), 2)
    assert bench.table.read_traits("pn_1") == TraitRecord({"plan": Trait("b", 2)}, 2)


def refuse(bench: IdentityBench, operation: str, code: str, reasons: Sequence[str] = ()) -> None:
    """Let DynamoDB answer an operation with an error."""

    def answer(**_: Any) -> None:
        response: Any = {
            "Error": {"Code": code, "Message": ""},
            "CancellationReasons": [{"Code": reason} for reason in reasons],
        }
        raise ClientError(response, operation)

    bench.client.meta.events.register(f"before-call.dynamodb.{operation}", answer)


@pytest.mark.parametrize(
    ("code", "reasons", "is_conflict"),
    [
        ("TransactionCanceledException", ["None", "ConditionalCheckFailed"], True),
        ("TransactionCanceledException", ["TransactionConflict", "None"], True),
        ("TransactionCanceledException", ["ThrottlingError", "None"], False),
        ("TransactionInProgressException", [], True),
        ("ProvisionedThroughputExceededException", [], False),
        ("ValidationException", [], False),
    ],
)
def test_only_who_was_slower_reads_again(
    bench: IdentityBench, code: str, reasons: list[str], is_conflict: bool
) -> None:
    refuse(bench, "TransactWriteItems", code, reasons)
    with pytest.raises(ConflictError if is_conflict else ClientError):
        bench.table.commit(*plan_of(1, [make_node(1)]))


@pytest.mark.parametrize(
    ("code", "is_conflict"),
    [
        ("ConditionalCheckFailedException", True),
        ("TransactionConflictException", True),
        ("ThrottlingException", False),
    ],
)
def test_an_item_in_the_middle_of_a_transaction_is_a_conflict_too(
    bench: IdentityBench, code: str, is_conflict: bool
) -> None:
    refuse(bench, "PutItem", code)
    with pytest.raises(ConflictError if is_conflict else ClientError):
        bench.table.write_traits("pn_1", {}, 0)
    refuse(bench, "UpdateItem", code)
    if is_conflict:
        bench.table.shorten(make_node(1), "pn_0")
    else:
        with pytest.raises(ClientError):
            bench.table.shorten(make_node(1), "pn_0")
