"""The figures that the command multiplies are what the code and the template are now."""

from __future__ import annotations

import pytest
from pixelweave_aws.item_batch import read_items
from pixelweave_aws.pixel_item import to_item

from bench.cost import measure_watching, read_deployment
from bench.cost_goal import measure_counting
from bench.cost_hit import measure_record
from bench.cost_publish import measure_publishing
from bench.cost_stitch import measure_stitching
from bench.metered_table import MeteredTable
from tests.unit.cli.cost_case import MEASURED

ADVICE = "run `make cost`"
FIGURES = MEASURED.figures


def test_the_deployment_is_that_of_the_template() -> None:
    assert read_deployment() == MEASURED.deployment, ADVICE


def test_metrics_and_their_lines_are_those_of_the_functions() -> None:
    for name, number in measure_watching().items():
        assert getattr(FIGURES, name) == number, f"{name}: {ADVICE}"


def test_the_record_of_a_hit_has_the_size_that_is_billed() -> None:
    # UUIDv7 and other random parts are of one length.
    assert abs(FIGURES.record_bytes - round(measure_record())) <= 1, ADVICE


def test_counting_takes_the_units_that_are_billed() -> None:
    found = measure_counting()
    told = (FIGURES.goal_reads, FIGURES.goal_writes, FIGURES.goal_calls, FIGURES.goal_bytes)
    assert [*map(int, told)] == [*map(round, (found.reads, found.writes, found.calls, found.bytes))], ADVICE


def test_stitching_takes_the_units_that_are_billed() -> None:
    found = measure_stitching()
    told = (FIGURES.identity_reads, FIGURES.identity_writes, FIGURES.identity_bytes, FIGURES.notices)
    assert [*map(int, told)] == [*map(round, (found.reads, found.writes, found.bytes, found.notices))], ADVICE


def test_a_night_of_publishing_scans_the_bytes_that_are_billed() -> None:
    found = measure_publishing()
    told = (FIGURES.publish_past_bytes, FIGURES.publish_recent_bytes, FIGURES.publish_reach_bytes)
    # Event ids are drawn by chance, and Snappy makes a little more or less of them.
    assert [*map(float, told)] == pytest.approx([*found], rel=0.01), ADVICE


def test_the_meter_rounds_reads_to_4_kb_and_transactions_to_twice_1_kb() -> None:
    for size, writes, reads in ((1024, 2, 1), (1025, 4, 1), (4096, 8, 1), (4097, 10, 2)):
        table = MeteredTable()
        key = to_item({"pk": "p", "sk": "s"})
        item = key | {"x": {"S": "x" * (size - len("pkpskx") - 1)}}
        table.client.transact_write_items(TransactItems=[{"Put": {"TableName": "t", "Item": item}}])
        assert table.writes == writes
        read_items(table.client, "t", [key], lambda _: None)
        assert (table.reads, table.calls) == (reads, 2)
