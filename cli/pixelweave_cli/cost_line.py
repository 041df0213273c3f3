"""The lines of the bill: what is counted at each service, times the list price."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from pixelweave.dashboard_part import PARTS

from pixelweave_cli.cost_usage import (
    LEAST_SCAN,
    MESSAGES_A_REQUEST,
    MONTH_DAYS,
    MONTH_SECONDS,
    PUBLISHED_DAYS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelweave_cli.cost_basis import Basis
    from pixelweave_cli.cost_price import Price, PriceList
    from pixelweave_cli.cost_usage import FunctionUse, Usage
    from pixelweave_cli.cost_workload import Workload

GB = Decimal(2**30)
TB = Decimal(2**40)
# Firehose rounds each record up to this (Amazon Data Firehose FAQ, «Pricing and billing»).
RECORD_STEP = Decimal(5 * 1024)
# Lambda polls a queue even when nothing comes: taken as five long polls of 20 seconds at a time, of which AWS publishes no number.
POLLS_A_QUEUE = 5 * MONTH_SECONDS / 20
# Objects below this stay where they are (S3 user guide, «Transitioning objects using S3 Lifecycle»).
COLD_BYTES = 128 * 1024
# One report a day over the last 30 days; Athena reads an object's footer and its columns.
QUERIES = MONTH_DAYS
READS_AN_OBJECT = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the bill: `quantity` of `item`, of which `how` says where it comes from."""

    service: str
    item: str
    quantity: Decimal
    price: Price
    how: str

    @property
    def usd(self) -> Decimal:
        """Dollars a month, unrounded."""
        return self.price.charge(self.quantity)


def round_up(size: Decimal) -> Decimal:
    """The bytes that Firehose bills for a record of `size` bytes."""
    return (size / RECORD_STEP).to_integral_value(ROUND_CEILING) * RECORD_STEP


def list_entrance(usage: Usage, basis: Basis, prices: PriceList) -> Iterator[Line]:
    """What stands before collect."""
    yield Line("API Gateway", "requests", usage.requests, prices.api_request, "events ÷ hits a request")
    size = basis.figures.response_bytes
    yield Line(
        "API Gateway",
        "GB out",
        usage.requests * size / GB,
        prices.data_out_gb,
        f"requests × {size:,.0f} bytes of answer",
    )


def list_functions(usage: Usage, prices: PriceList) -> Iterator[Line]:
    """What computes."""
    uses: tuple[tuple[str, FunctionUse], ...] = (
        ("collect", usage.collect),
        ("collect, starts", usage.collect_starts),
        ("enrich", usage.enrich),
        ("stitch", usage.stitch),
        ("goals", usage.goals),
        ("publish", usage.publish),
    )
    # A start is part of a call that is counted already.
    calls = sum((use.calls for name, use in uses if name != "collect, starts"), Decimal(0))
    yield Line("Lambda", "calls", calls, prices.lambda_request, "collect, enrich, stitch, goals, publish")
    for name, use in uses:
        how = f"{use.calls:,.0f} × {use.milliseconds:,.0f} ms × {use.memory} MB"
        yield Line("Lambda", f"GB-seconds of {name}", use.gb_seconds, prices.lambda_gb_second, how)


def list_streams(usage: Usage, workload: Workload, prices: PriceList) -> Iterator[Line]:
    """Both Firehose streams."""
    streams = (
        ("hits", Decimal(workload.events), workload.event_bytes),
        # A row of the links log is a few hundred bytes.
        ("links", usage.link_rows, RECORD_STEP),
    )
    for name, records, size in streams:
        volume = records * round_up(size) / GB
        how = f"{records:,.0f} records × {round_up(size) / 1024:.0f} KB"
        yield Line("Firehose", f"GB of {name}", volume, prices.firehose_gb, how)
        yield Line("Firehose", f"GB of {name} to Parquet", volume, prices.conversion_gb, "the same")


def list_objects(usage: Usage, workload: Workload, prices: PriceList) -> Iterator[Line]:
    """The lake bucket."""
    written = usage.objects + usage.link_objects
    yield Line("S3", "writes", written, prices.put_request, "an object each time a stream's buffer is full")
    read = usage.objects * (1 + READS_AN_OBJECT * QUERIES)
    yield Line("S3", "reads", read, prices.get_request, "by goals once, by a daily report of 30 days")
    # Compaction leaves an object of each day but the last ones.
    looked_at = usage.published_days + PUBLISHED_DAYS * usage.objects / MONTH_DAYS
    read = MONTH_DAYS * len(PARTS) * looked_at * READS_AN_OBJECT
    how = f"{len(PARTS)} queries a night of {looked_at:,.0f} objects"
    yield Line("S3", "reads by publish", read, prices.get_request, how)
    is_moved = usage.object_bytes >= COLD_BYTES
    yield Line(
        "S3",
        "transitions",
        usage.objects if is_moved else Decimal(0),
        prices.transition_request,
        f"to Intelligent-Tiering; objects of {usage.object_bytes / 1024:,.0f} KB",
    )
    how = f"{workload.months} months × {usage.stored_bytes / workload.events:,.0f} bytes an event"
    yield Line("S3", "GB kept", usage.stored_bytes * workload.months / GB, prices.object_gb_month, how)


def list_queues(usage: Usage, basis: Basis, prices: PriceList) -> Iterator[Line]:
    """What goes through the queues, and the waiting for it."""
    taken = usage.messages / min(MESSAGES_A_REQUEST, usage.messages_a_batch)
    identify = usage.messages + 2 * taken
    yield Line("SQS", "identify requests", identify, prices.queue_request, "send, receive, delete")
    yield Line("SQS", "goals requests", 3 * usage.objects, prices.queue_request, "send, receive, delete")
    queues = basis.deployment.polled_queues
    idle = queues * POLLS_A_QUEUE
    yield Line("SQS", "polls", idle, prices.queue_request, f"{queues} queues × {POLLS_A_QUEUE:,.0f}")


def list_tables(usage: Usage, workload: Workload, basis: Basis, prices: PriceList) -> Iterator[Line]:
    """The identity table and the goals table."""
    figures = basis.figures
    hits, conversions = usage.identified / 1000, usage.conversions / 1000
    people, goals = "DynamoDB, identity", "DynamoDB, goals"
    how = f"{usage.identified:,.0f} identified hits × {{:,.2f}}"
    yield Line(
        people,
        "writes",
        hits * figures.identity_writes,
        prices.write_unit,
        how.format(figures.identity_writes / 1000),
    )
    yield Line(
        people,
        "reads",
        hits * figures.identity_reads,
        prices.read_unit,
        how.format(figures.identity_reads / 1000),
    )
    how = f"{usage.conversions:,.0f} conversions × {{:,.2f}}"
    yield Line(
        goals,
        "writes",
        conversions * figures.goal_writes,
        prices.write_unit,
        how.format(figures.goal_writes / 1000),
    )
    yield Line(
        goals,
        "reads",
        conversions * figures.goal_reads,
        prices.read_unit,
        how.format(figures.goal_reads / 1000),
    )
    tallies = usage.objects * workload.pixels
    yield Line(
        goals,
        "writes of hits",
        tallies * figures.tally_writes,
        prices.write_unit,
        f"{tallies:,.0f} objects and pixels × {figures.tally_writes:,.0f}",
    )
    kept = (hits * figures.identity_bytes + conversions * figures.goal_bytes) * workload.months / GB
    yield Line("DynamoDB", "GB kept", kept, prices.table_gb_month, f"{workload.months} months of items")
    yield Line("DynamoDB", "GB recoverable", kept, prices.recovery_gb_month, "point-in-time recovery")


def list_watching(usage: Usage, workload: Workload, basis: Basis, prices: PriceList) -> Iterator[Line]:
    """Who is told: the bus, the logs, the metrics, the alarms."""
    figures = basis.figures
    told = usage.identified * figures.notices / 1000 + usage.conversions
    yield Line("EventBridge", "events", told, prices.bus_event, "people who became known, and GoalReached")
    enrich_bytes = figures.enrich_log_bytes + workload.dialects * figures.enrich_dialect_log_bytes
    logged = (
        usage.enrich.calls * enrich_bytes
        + usage.stitch.calls * figures.stitch_log_bytes
        + usage.goals.calls * figures.goals_log_bytes
    )
    yield Line("CloudWatch", "GB of logs", logged / GB, prices.log_gb, "metrics, a line or two a batch")
    metrics = figures.fixed_metrics + workload.dialects * figures.dialect_metrics
    how = f"{figures.fixed_metrics} + {figures.dialect_metrics} a dialect"
    yield Line("CloudWatch", "metrics", Decimal(metrics), prices.metric_month, how)
    alarms = Decimal(basis.deployment.alarms)
    yield Line("CloudWatch", "alarms", alarms, prices.alarm_month, "in template.yaml")


def list_queries(usage: Usage, prices: PriceList) -> Iterator[Line]:
    """Athena."""
    scanned = QUERIES * max(usage.stored_bytes, LEAST_SCAN) / TB
    yield Line("Athena", "TB scanned", scanned, prices.scanned_tb, "a daily report of 30 days, all columns")
    how = f"{usage.published_bytes / GB:,.1f} GB a night, of {usage.published_days:,.0f} days"
    scanned = QUERIES * usage.published_bytes / TB
    yield Line("Athena", "TB scanned by publish", scanned, prices.scanned_tb, how)
