"""What the identity table reads and writes: costs, limits, items."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from pixelweave.person import MAX_NODES
from pixelweave.refusal import TOO_MANY_NODES
from pixelweave.stitching import Stitcher
from pixelweave_aws.identity_commit import MAX_PARTS, CommitTooLargeError, compose_commit
from pixelweave_aws.identity_table import LIFETIME_SECONDS
from pixelweave_aws.item_batch import READ_ATTEMPTS, ReadThrottledError

from tests.functional.identity_bench import (
    NOW,
    T0,
    TABLE,
    IdentityBench,
    make_hit,
    make_node,
    make_session,
    person_of,
    plan_of,
)
from tests.unit.identity.memory_store import MemoryStore

WRITES = ("TransactWriteItems", "PutItem", "UpdateItem")


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
