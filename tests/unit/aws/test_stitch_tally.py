"""Metrics of stitching."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pixelweave.node import Node
from pixelweave.person import Person, Refusal
from pixelweave.refusal import UNIQUE_CONFLICT
from pixelweave.stitching import Stitched
from pixelweave_aws.stitch_tally import StitchTally

if TYPE_CHECKING:
    import pytest

NODE = Node("ws", "user_id", "px", "aa")


def merged(by: str) -> Person:
    return Person(f"pn_{by}", 1, "e-0", owner="pn_1", by=by)


def publish(tally: StitchTally, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    tally.publish(namespace="Pixelweave", service="stitch")
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_merge_is_counted_with_the_hit_that_made_it_only(capsys: pytest.CaptureFixture[str]) -> None:
    tally = StitchTally()
    tally.count_hit("e-1", Stitched("pn_1", is_new=True, merges=[merged("e-1"), merged("e-7")]), ())
    tally.count_hit("e-2", Stitched("pn_1", merges=[merged("e-7")]), ())
    (line,) = publish(tally, capsys)
    assert (line["HitsStitched"], line["PersonsCreated"], line["PersonsMerged"]) == ([2.0], [1.0], [1.0])


def test_refusals_are_counted_by_reason_and_each_batch_begins_anew(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tally = StitchTally()
    tally.count_hit("e-1", Stitched("pn_1", refusals=[Refusal(UNIQUE_CONFLICT, NODE, None)] * 2), ())
    _, refused = publish(tally, capsys)
    assert (refused["reason"], refused["EdgesRefused"]) == ("unique_conflict", [2.0])
    (line,) = publish(tally, capsys)
    assert line["HitsStitched"] == [0.0]
