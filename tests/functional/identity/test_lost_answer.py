"""Lost answers of the identity table change nothing."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError
from pixelweave.identity_store import ConflictError, TraitRecord
from pixelweave.trait import Trait

from tests.functional.identity_bench import (
    T0,
    IdentityBench,
    make_hit,
    make_node,
    person_of,
    plan_of,
)

WRITES = ("TransactWriteItems", "PutItem", "UpdateItem")


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
