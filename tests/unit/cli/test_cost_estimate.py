"""The bill: each line against numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from pixelweave_cli.cost_basis import ParquetSize
from pixelweave_cli.cost_estimate import estimate, list_changes, sum_lines
from pixelweave_cli.cost_line import round_up
from pixelweave_cli.cost_price import US_EAST_1
from pixelweave_cli.cost_usage import read_size

from tests.unit.cli.cost_case import BASIS, MEASURED, WORKLOAD, bill, quantity

GB = Decimal(2**30)
EVENTS = Decimal(WORKLOAD.events)


@pytest.mark.parametrize(
    ("size", "billed"), [("1", 5120), ("5120", 5120), ("5120.1", 10240), ("5121", 10240), ("10240", 10240)]
)
def test_firehose_bills_each_record_in_steps_of_5_kb(size: str, billed: int) -> None:
    assert round_up(Decimal(size)) == billed
    volume = EVENTS * billed / GB
    assert quantity("Firehose: GB of hits", event_bytes=Decimal(size)) == volume
    assert quantity("Firehose: GB of hits to Parquet", event_bytes=Decimal(size)) == volume


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        ("API Gateway: requests", {}, "2628000"),
        ("API Gateway: requests", {"hits_per_request": 10}, "262800"),
        ("Firehose: GB of links", {"identified": Decimal("0.1")}, str(Decimal(105_120 * 5120) / GB)),
        ("S3: writes", {"identified": Decimal(0)}, "8760"),
        ("S3: writes", {"identified": Decimal(0), "buffer_seconds": 900}, "2920"),
        ("S3: writes", {}, "17520"),
        # An object is never without an event.
        ("S3: writes", {"identified": Decimal(0), "events": 5000}, "5000"),
        # 128 MiB are full before 300 seconds are over.
        ("S3: writes", {"identified": Decimal(0), "event_bytes": Decimal(2**20)}, str(2_628_000 / Decimal(128))),
        ("SQS: goals requests", {}, "26280"),
        ("SQS: polls", {}, "1971000"),
        ("SQS: identify requests", {}, str(131_400 * 3)),
        ("SQS: identify requests", {"identified": Decimal(0)}, "0"),
        # Five messages a window of five seconds share a receipt and a deletion.
        ("SQS: identify requests", {"identified": Decimal(1)}, str(2_628_000 + 2 * 525_600)),
        # Ten is as many as a request takes: fifty identified events a second.
        ("SQS: identify requests", {"identified": Decimal(1), "events": 131_400_000}, str(131_400_000 * Decimal("1.2"))),
        ("DynamoDB, identity: writes", {}, str(131_400 * 2)),
        ("DynamoDB, identity: reads", {}, str(131_400 * 7)),
        ("DynamoDB, goals: writes", {}, str(52_560 * 7)),
        ("DynamoDB, goals: reads", {"conversions": Decimal("0.5")}, str(1_314_000 * 3)),
        ("DynamoDB, goals: writes of hits", {"pixels": 3}, str(8760 * 3 * 6)),
        ("DynamoDB: GB kept", {"months": 1}, str((131_400 + 52_560) * 500 / GB)),
        ("DynamoDB: GB kept", {"months": 12}, str((131_400 + 52_560) * 500 * 12 / GB)),
        ("EventBridge: events", {}, str(131_400 / 4 + 52_560)),
        ("CloudWatch: metrics", {}, "26"),
        ("CloudWatch: metrics", {"dialects": 6}, "56"),
        ("CloudWatch: alarms", {}, "24"),
    ],
)  # fmt: skip
def test_a_line_counts_what_the_traffic_makes(name: str, changes: dict[str, Any], expected: str) -> None:
    assert float(quantity(name, **changes)) == pytest.approx(float(expected), rel=1e-9)


@pytest.mark.parametrize(
    ("changes", "milliseconds"),
    [
        # 2 ms of work at a whole processor, one call, and a twentieth of another: 12.5 ms, billed as 13.
        ({}, 13),
        ({"identified": Decimal(0)}, 12),
        ({"identified": Decimal(0), "wait_ms": Decimal(0)}, 2),
        ({"identified": Decimal(0), "collect_memory": 3538}, 12),
        ({"identified": Decimal(0), "collect_memory": 1768}, 13),
        ({"identified": Decimal(0), "collect_memory": 885}, 14),
        ({"identified": Decimal(0), "hits_per_request": 10}, 21),
    ],
)
def test_collect_is_billed_by_the_millisecond_begun(changes: dict[str, Any], milliseconds: int) -> None:
    line = bill(**changes)["Lambda: GB-seconds of collect"]
    memory = changes.get("collect_memory", 1769)
    requests = EVENTS / changes.get("hits_per_request", 1)
    assert line.quantity == requests * milliseconds / 1000 * memory / 1024


def test_the_other_functions_work_by_the_batch() -> None:
    lines = bill()
    # 60 hits of 50 µs a minute; 4 calls of 10 ms, a millisecond of work and two calls a message; 20 ms of scanning, 6 conversions'
    # counting and telling, three calls.
    expected = {"enrich": (43_800, 3), "stitch": (131_400, 61), "goals": (8_760, 64)}
    for name, (calls, milliseconds) in expected.items():
        assert lines[f"Lambda: GB-seconds of {name}"].how == f"{calls:,} × {milliseconds} ms × 1769 MB"
    assert lines["Lambda: GB-seconds of collect, starts"].how == "26,280 × 42 ms × 1769 MB"
    nights = Decimal(730) / 24
    assert lines["Lambda: calls"].quantity == EVENTS + 43_800 + 131_400 + 8_760 + nights
    assert lines["Lambda: GB-seconds of publish"].how == "30 × 60,240 ms × 1024 MB"


@pytest.mark.parametrize(
    ("changes", "days", "recent", "more"),
    [
        # Twelve months are kept: 365 days, fewer than the look-back.
        ({}, 365, 10, 0),
        ({"lookback_days": 363}, 365, 10, 0),
        ({"lookback_days": 362}, 365, 10, 0),
        ({"lookback_days": 361}, 364, 10, 1),
        # `reach` looks back from sixty days earlier than the others.
        ({"lookback_days": 302}, 305, 10, 60),
        ({"lookback_days": 90}, 93, 10, 60),
        ({"lookback_days": 1}, 4, 4, 60),
    ],
)
def test_a_night_of_publishing_scans_the_days_that_it_looks_back_at(
    changes: dict[str, Any], days: int, recent: int, more: int
) -> None:
    lines = bill(**changes)
    # 86,400 events a day; twelve queries of a packed object a day, and of three days of 288.
    scanned = 86_400 * (recent * 1_000 + (days - recent) * 300 + more * 60)
    nights = Decimal(730) / 24
    assert float(lines["Athena: TB scanned by publish"].quantity) == pytest.approx(
        float(nights * scanned / 2**40)
    )
    assert f"of {days} days" in lines["Athena: TB scanned by publish"].how
    assert float(lines["S3: reads by publish"].quantity) == pytest.approx(
        float(nights * 12 * (days + 3 * 288) * 2)
    )


def test_publishing_is_billed_10_mb_a_query_at_least() -> None:
    scanned = Decimal(730) / 24 * 12 * 10_000_000 / 2**40
    assert quantity("Athena: TB scanned by publish", events=5_000) == scanned


def test_publishing_waits_for_the_documents_of_each_pixel() -> None:
    # A minute of queries, and twelve documents a pixel, each read and written in 10 ms.
    assert bill(pixels=100)["Lambda: GB-seconds of publish"].how == "30 × 84,000 ms × 1024 MB"


def test_nobody_identified_and_nothing_reached_costs_nothing_there() -> None:
    lines = bill(identified=Decimal(0), conversions=Decimal(0))
    for name in ("Lambda: GB-seconds of stitch", "SQS: identify requests", "DynamoDB, goals: writes"):
        assert lines[name].usd == 0
    assert lines["EventBridge: events"].usd == lines["DynamoDB: GB kept"].usd == 0


@pytest.mark.parametrize(("rows", "size"), [(1, 300), (100, 300), (1_000, 200), (10_000, 100), (50_000, 100)])
def test_the_size_of_a_row_falls_with_the_logarithm_of_its_neighbours(rows: int, size: int) -> None:
    sizes = [ParquetSize(rows=100, bytes=Decimal(300)), ParquetSize(rows=10_000, bytes=Decimal(100))]
    assert float(read_size(sizes, Decimal(rows))) == pytest.approx(size)


def test_small_objects_stay_where_they_are() -> None:
    # 300 rows take 73 KB; 900 seconds' 900 rows take 180 KB and more.
    assert quantity("S3: transitions") == 0
    assert quantity("S3: transitions", buffer_seconds=900) == 2_920


def test_a_query_scans_ten_megabytes_at_least() -> None:
    days = Decimal(730) / 24
    assert quantity("Athena: TB scanned", events=1) == days * 10_000_000 / 2**40
    stored = quantity("S3: GB kept", months=1) * GB
    assert quantity("Athena: TB scanned") == pytest.approx(days * stored / 2**40)


def test_dollars_are_the_quantity_at_the_list_price() -> None:
    lines = bill()
    assert lines["API Gateway: requests"].usd == Decimal("2.628")
    assert lines["CloudWatch: alarms"].usd == Decimal("2.40")
    assert lines["DynamoDB, goals: writes"].usd == Decimal(367_920) * Decimal("0.625") / 1_000_000
    assert sum_lines([*lines.values()]) == sum(line.usd for line in lines.values())


def test_changes_are_those_that_save_the_largest_first() -> None:
    before = sum_lines(estimate(WORKLOAD, BASIS, US_EAST_1))
    changes = list_changes(WORKLOAD, BASIS, US_EAST_1)
    assert changes[0].option == "--hits-per-request 10"
    assert [change.usd for change in changes] == sorted(change.usd for change in changes)
    assert all(change.usd < before for change in changes)


def test_what_is_so_already_is_no_change() -> None:
    told = replace(WORKLOAD, hits_per_request=10, months=3)
    options = {change.option for change in list_changes(told, BASIS, US_EAST_1)}
    assert options == {"--collect-memory 256", "--buffer-seconds 900"}


def test_a_shorter_look_back_is_a_change_where_it_scans_less() -> None:
    def told(**changes: Any) -> set[str]:
        return {change.option for change in list_changes(replace(WORKLOAD, **changes), BASIS, US_EAST_1)}

    assert "--lookback-days 90" in told(lookback_days=91)
    assert "--lookback-days 90" not in told(lookback_days=90)


def test_the_measured_figures_give_a_bill_of_the_expected_size() -> None:
    total = sum_lines(estimate(WORKLOAD, MEASURED, US_EAST_1))
    assert 5 < total < 50
