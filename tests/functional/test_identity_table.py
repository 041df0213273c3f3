"""The identity table on DynamoDB: each condition has a case that fails without it, each lost answer changes nothing."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from moto import mock_aws
from pixelweave.identity_store import ConflictError, LeafRecord, NodeRecord, TraitRecord
from pixelweave.leaf_link import LeafLink
from pixelweave.person import MAX_NODES, Person, Refusal, make_plan
from pixelweave.refusal import SUPPRESSED, TOO_MANY_NODES, UNIQUE_CONFLICT
from pixelweave.stitching import Stitcher
from pixelweave.trait import Trait
from pixelweave.unusable import Unusable
from pixelweave_aws.identity_commit import MAX_PARTS, CommitTooLargeError, compose_commit
from pixelweave_aws.identity_table import LIFETIME_SECONDS, READ_ATTEMPTS, ReadThrottledError

from tests.functional.identity_bench import NOW, T0, TABLE, IdentityBench, make_hit, make_node, make_session
from tests.unit.identity.memory_store import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pixelweave.node import Node
    from pixelweave.person import Plan

WRITES = ("TransactWriteItems", "PutItem", "UpdateItem")


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityBench]:
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield IdentityBench()


def plan_of(
    number: int, nodes: Sequence[Node], roots: Mapping[Node, Person] | None = None
) -> tuple[Plan, str, int]:
    """What `commit` takes: the plan of a hit that saw these roots."""
    plan = make_plan(
        nodes,
        roots or {},
        frozenset(),
        person_id=f"pn_{number}",
        event_id=f"event-{number:04d}",
        received_at=T0 + number,
    )
    return plan, f"event-{number:04d}", T0 + number


def person_of(bench: IdentityBench, person_id: str) -> Person:
    return bench.table.read_persons({person_id})[person_id]


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
        for number in range(5):
            bench.table.write_refusal("pn_1", f"event-{number}", refusal)
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


class TestLostAnswer:
    """The write happened, the reply did not arrive: the message comes again and finds its own work."""

    @pytest.mark.parametrize("operation", WRITES[:2])
    def test_a_redelivery_writes_nothing_again_and_tells_the_same(
        self, bench: IdentityBench, operation: str
    ) -> None:
        hit = make_hit(5, [make_node(1), make_node(2)], ["s"], plan="pro")
        bench.lose_answers(operation)
        with pytest.raises(ConnectionClosedError):
            bench.stitch(hit)
        stitched = bench.stitch(hit, is_redelivery=True)
        assert (stitched.person_id, stitched.is_new) == (hit.person_id, True)
        assert set(stitched.nodes) == {make_node(1), make_node(2)}
        assert [(leaf.value, link.by) for leaf, link in stitched.links] == [("s", "event-0005")]
        items = bench.items()
        assert {sk for _, sk in items} == {"NODE", "PERSON", "TRAITS", "LEAF"}
        assert {item["version"]["N"] for item in items.values() if "version" in item} == {"1"}

    def test_a_merge_whose_answer_was_lost_is_told_by_the_redelivery(self, bench: IdentityBench) -> None:
        for number in (1, 2):
            bench.stitch(make_hit(number, [make_node(number)]))
        hit = make_hit(3, [make_node(1), make_node(2)])
        bench.lose_answers("TransactWriteItems")
        with pytest.raises(ConnectionClosedError):
            bench.stitch(hit)
        (merge,) = bench.stitch(hit, is_redelivery=True).merges
        assert (merge.person_id, merge.owner, merge.by) == ("pn_event0002", "pn_event0001", "event-0003")

    @pytest.mark.parametrize("operation", WRITES[:2])
    def test_an_answer_that_the_sdk_asks_for_again_changes_nothing(
        self, bench: IdentityBench, operation: str
    ) -> None:
        """moto knows no ClientRequestToken: the second try meets the first one's work, and reads again."""
        tries = []

        def ask_again(**_: Any) -> Any:
            tries.append(operation)
            return 0.001 if len(tries) == 1 else None

        bench.client.meta.events.register_first(f"needs-retry.dynamodb.{operation}", ask_again)
        stitched = bench.stitch(make_hit(5, [make_node(1)], ["s"], plan="pro"))
        assert len(tries) > 1
        assert stitched.nodes == [make_node(1)]
        assert [link.by for _, link in stitched.links] == ["event-0005"]
        assert bench.table.read_traits("pn_event0005") == TraitRecord({"plan": Trait("pro", T0 + 5)}, 1)

    def test_a_shortcut_whose_answer_was_lost_is_taken_again(self, bench: IdentityBench) -> None:
        for number in range(3):
            bench.stitch(make_hit(number, [make_node(number)]))
        for number in (2, 1):
            bench.stitch(make_hit(10 - number, [make_node(number - 1), make_node(number)]))
        bench.lose_answers("UpdateItem")
        hit = make_hit(20, [make_node(2)])
        with pytest.raises(ConnectionClosedError):
            bench.stitch(hit)
        assert len(bench.stitch(hit, is_redelivery=True).merges) == 2
        assert bench.root_of(make_node(2)) == "pn_event0000"


class TestToken:
    def test_the_same_commit_has_the_same_token_and_another_one_has_another(
        self, bench: IdentityBench
    ) -> None:
        tokens = []

        def note(params: dict[str, Any], **_: Any) -> None:
            tokens.append(params["ClientRequestToken"])

        bench.client.meta.events.register("provide-client-params.dynamodb.TransactWriteItems", note)
        bench.table.commit(*plan_of(1, [make_node(1)]))
        with pytest.raises(ConflictError):
            bench.table.commit(*plan_of(1, [make_node(1)]))
        bench.table.commit(*plan_of(1, [make_node(2)], {make_node(2): person_of(bench, "pn_1")}))
        with pytest.raises(ConflictError):
            bench.table.commit(*plan_of(2, [make_node(1)]))
        assert tokens[0] == tokens[1]
        assert len(set(tokens)) == 3
        assert {len(token) for token in tokens} == {36}


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


class TestReading:
    def leave_unread(self, bench: IdentityBench, times: int) -> None:
        """Answer the next reads with the first key only."""
        left = [times]

        def cut(parsed: dict[str, Any], **_: Any) -> None:
            items = parsed["Responses"][TABLE]
            if left[0] and len(items) > 1:
                left[0] -= 1
                keys = [{name: item[name] for name in ("pk", "sk")} for item in items[1:]]
                parsed["UnprocessedKeys"] = {TABLE: {"Keys": keys, "ConsistentRead": True}}
                del items[1:]

        bench.client.meta.events.register("after-call.dynamodb.BatchGetItem", cut)

    @pytest.mark.parametrize(("times", "pauses"), [(0, []), (1, [0.05]), (4, [0.05, 0.1, 0.2, 0.4])])
    def test_what_dynamodb_left_unread_is_asked_for_again(
        self, bench: IdentityBench, times: int, pauses: list[float]
    ) -> None:
        nodes = [make_node(number) for number in range(READ_ATTEMPTS)]
        bench.stitch(make_hit(1, nodes))
        bench.calls.clear()
        self.leave_unread(bench, times)
        assert set(bench.table.read(nodes, [])[0]) == set(nodes)
        assert (bench.calls.count("BatchGetItem"), bench.pauses) == (times + 1, pauses)

    def test_it_gives_up_in_the_end(self, bench: IdentityBench) -> None:
        nodes = [make_node(number) for number in range(READ_ATTEMPTS + 1)]
        bench.stitch(make_hit(1, nodes))
        self.leave_unread(bench, READ_ATTEMPTS)
        with pytest.raises(ReadThrottledError, match="1 of 6 keys"):
            bench.table.read(nodes, [])

    @pytest.mark.parametrize(("count", "calls"), [(0, 0), (100, 1), (101, 2)])
    def test_a_call_reads_100_keys(self, bench: IdentityBench, count: int, calls: int) -> None:
        bench.table.read([make_node(number) for number in range(count)], [])
        assert bench.calls.count("BatchGetItem") == calls

    def test_every_read_that_a_decision_stands_on_is_consistent(self, bench: IdentityBench) -> None:
        consistent = []

        def note(params: dict[str, Any], model: Any, **_: Any) -> None:
            asked = params.get("RequestItems", {TABLE: params})[TABLE]
            consistent.append((model.name, asked.get("ConsistentRead")))

        for operation in ("BatchGetItem", "GetItem"):
            bench.client.meta.events.register(f"provide-client-params.dynamodb.{operation}", note)
        bench.stitch(make_hit(1, [make_node(1)], ["s"], plan="pro"))
        assert {name for name, _ in consistent} == {"BatchGetItem", "GetItem"}
        assert all(flag is True for _, flag in consistent)


class TestCost:
    def test_a_repeat_costs_one_or_two_reads_and_no_write(self, bench: IdentityBench) -> None:
        bench.stitch(make_hit(1, [make_node(1), make_node(2)], ["s"], plan="pro"))
        bench.calls.clear()
        bench.stitch(make_hit(2, [make_node(1), make_node(2)], ["s"], plan="pro"))
        assert bench.calls == ["BatchGetItem", "BatchGetItem", "GetItem"]

    def test_a_merge_is_one_write_whatever_the_persons_hold(self, bench: IdentityBench) -> None:
        for start in (0, 100):
            for number in range(5):
                nodes = [make_node(start), *(make_node(start + 10 * number + each) for each in range(1, 10))]
                bench.stitch(make_hit(start + number, nodes))
        bench.calls.clear()
        bench.stitch(make_hit(900, [make_node(0), make_node(100)]))
        assert [call for call in bench.calls if call in WRITES] == ["TransactWriteItems"]
        survivor = person_of(bench, bench.root_of(make_node(145)))
        assert (survivor.person_id, survivor.nodes, survivor.merges) == ("pn_event0000", 92, 1)


class TestLimit:
    @pytest.mark.parametrize(("count", "is_written"), [(MAX_PARTS - 1, True), (MAX_PARTS, False)])
    def test_a_transaction_has_100_parts(self, bench: IdentityBench, count: int, is_written: bool) -> None:
        plan = plan_of(1, [make_node(number) for number in range(count)])
        if is_written:
            bench.table.commit(*plan)
            assert person_of(bench, "pn_1").nodes == count
        else:
            with pytest.raises(CommitTooLargeError, match="101 parts"):
                bench.table.commit(*plan)

    def test_a_plan_without_a_survivor_has_nothing_to_write(self) -> None:
        with pytest.raises(ValueError, match="survivor"):
            compose_commit(TABLE, *plan_of(1, []))

    def test_a_poison_person_stops_growing_is_reported_and_slows_nobody(self, bench: IdentityBench) -> None:
        shared = make_node(0)
        bench.stitch(make_hit(1, [shared]))
        # As after 998 more identifiers, which moto would take half a minute for.
        bench.client.update_item(
            TableName=TABLE,
            Key={"pk": {"S": "PERSON#pn_event0001"}, "sk": {"S": "PERSON"}},
            UpdateExpression="SET nodes = :nodes",
            ExpressionAttributeValues={":nodes": {"N": str(MAX_NODES - 1)}},
        )
        assert bench.stitch(make_hit(1999, [shared, make_node(1999)])).refusals == []
        root = person_of(bench, bench.root_of(shared))
        assert root.nodes == MAX_NODES
        bench.calls.clear()
        stitched = bench.stitch(make_hit(2000, [shared, make_node(2000)]))
        assert [(refusal.reason, refusal.node) for refusal in stitched.refusals] == [
            (TOO_MANY_NODES, make_node(2000))
        ]
        assert "TransactWriteItems" not in bench.calls
        assert person_of(bench, root.person_id) == root
        # One who has nothing to do with it costs what it always costs.
        bench.calls.clear()
        bench.stitch(make_hit(3000, [make_node(3000), make_node(3001)]))
        assert bench.calls == ["BatchGetItem", "TransactWriteItems", "BatchGetItem", "BatchGetItem"]


class TestItem:
    def test_a_node_keeps_its_plain_form_only_where_the_hit_had_it(self, bench: IdentityBench) -> None:
        bench.stitch(make_hit(1, [make_node(1, value="ann@mail.example"), make_node(2)]))
        items = bench.items()
        assert items[f"NODE#{make_node(1).key}", "NODE"]["value"] == {"S": "ann@mail.example"}
        assert items[f"NODE#{make_node(2).key}", "NODE"] == {
            "pk": {"S": "NODE#ws#email_sha256##0002"},
            "sk": {"S": "NODE"},
            "owner": {"S": "pn_event0001"},
            "by": {"S": "event-0001"},
            "via": {"S": "ws#email_sha256##0001"},
            "at": {"N": str(T0 + 1)},
        }

    def test_sessions_and_refusals_end_after_400_days_and_persons_do_not(self, bench: IdentityBench) -> None:
        user = make_node(1, "user_id")
        bench.stitch(make_hit(1, [user, make_node(1)], ["s"], plan="pro"))
        bench.stitch(make_hit(2, [make_node(2, "user_id"), make_node(1)], ["s"]))
        ends = {sk.partition("#")[0]: item.get("expires_at") for (_, sk), item in bench.items().items()}
        until = {"N": str(NOW + LIFETIME_SECONDS)}
        assert ends == {"NODE": None, "PERSON": None, "TRAITS": None, "LEAF": until, "REFUSAL": until}

    def test_a_leaf_past_its_time_counts_until_it_is_deleted(self, bench: IdentityBench) -> None:
        bench.stitch(make_hit(1, [make_node(1)], ["s"]))
        address = {"pk": {"S": f"LEAF#{make_session('s').key}"}, "sk": {"S": "LEAF"}}
        bench.client.update_item(
            TableName=TABLE,
            Key=address,
            UpdateExpression="SET expires_at = :past",
            ExpressionAttributeValues={":past": {"N": str(NOW - 1)}},
        )
        stitched = bench.stitch(make_hit(2, [], ["s"], plan="pro"))
        assert stitched.person_id == "pn_event0001"

    def test_the_index_lists_what_a_person_owns(self, bench: IdentityBench) -> None:
        bench.stitch(make_hit(1, [make_node(1)], ["s"]))
        bench.stitch(make_hit(2, [make_node(2)], ["s"]))
        bench.stitch(make_hit(3, [make_node(1), make_node(2)]))
        owned = {
            owner: {
                item["pk"]["S"]
                for item in bench.client.query(
                    TableName=TABLE,
                    IndexName="by_owner",
                    KeyConditionExpression="#owner = :owner",
                    ExpressionAttributeNames={"#owner": "owner"},
                    ExpressionAttributeValues={":owner": {"S": owner}},
                )["Items"]
            }
            for owner in ("pn_event0001", "pn_event0002")
        }
        assert owned == {
            "pn_event0001": {f"NODE#{make_node(1).key}", "PERSON#pn_event0002"},
            "pn_event0002": {f"NODE#{make_node(2).key}", f"LEAF#{make_session('s').key}"},
        }

    def test_a_merge_keeps_what_justified_it(self, bench: IdentityBench) -> None:
        bench.stitch(make_hit(1, [make_node(1)]))
        bench.stitch(make_hit(2, [make_node(2)]))
        bench.stitch(make_hit(3, [make_node(1), make_node(2)]))
        merged = person_of(bench, "pn_event0002")
        assert (merged.by, merged.merged_at) == ("event-0003", T0 + 3)
        assert merged.via == (make_node(1).key, make_node(2).key)

    def test_a_forgotten_person_is_known_as_such(self, bench: IdentityBench) -> None:
        bench.stitch(make_hit(1, [make_node(1)]))
        bench.client.update_item(
            TableName=TABLE,
            Key={"pk": {"S": "PERSON#pn_event0001"}, "sk": {"S": "PERSON"}},
            UpdateExpression="SET forgotten_at = :at",
            ExpressionAttributeValues={":at": {"N": "1"}},
        )
        assert person_of(bench, "pn_event0001").is_forgotten


def test_the_table_ends_as_the_store_in_memory_does(bench: IdentityBench) -> None:
    """What is proven over schedules with the store in memory holds for DynamoDB: both keep the same conditions."""
    dice, memory = random.Random(20260701), MemoryStore()
    hits = [
        make_hit(
            number,
            [
                *(make_node(dice.randrange(12)) for _ in range(dice.randrange(3))),
                *(make_node(dice.randrange(4), "user_id") for _ in range(dice.randrange(2))),
            ],
            [f"s{dice.randrange(5)}"],
            **{f"t{dice.randrange(3)}": str(number)},
        )
        for number in range(60)
    ]
    hits = [replace(hit, nodes=tuple(dict.fromkeys(hit.nodes))) for hit in hits]
    for hit in [*hits, *dice.sample(hits, 10)]:
        is_redelivery = dice.random() < 0.2
        told = Stitcher(memory).stitch(hit, is_redelivery=is_redelivery)
        assert bench.stitch(hit, is_redelivery=is_redelivery) == told
    assert sum(person.owner is not None for person in memory.persons.values()) > 3
    assert memory.refusals
    assert bench.table.read(memory.nodes, memory.leaves) == (memory.nodes, memory.leaves)
    assert bench.table.read_persons(memory.persons) == memory.persons
    assert {each: bench.table.read_traits(each) for each in memory.traits} == memory.traits
