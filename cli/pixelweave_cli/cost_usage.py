"""What a month's traffic makes of calls, objects, messages and processor time, by the measured figures.

Traffic is taken as even over the month, which is where batches are smallest and so dearest; failures and retries are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from pixelweave.dashboard_part import PARTS, PEOPLE_SETTLE, REPEAT_DAYS, SETTLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelweave_cli.cost_basis import Basis, ParquetSize
    from pixelweave_cli.cost_workload import Workload

# AWS prices a month as 730 hours.
MONTH_SECONDS = Decimal(730 * 3600)
# Memory at which a function has one whole processor (Lambda developer guide, «Configure Lambda function memory»).
PROCESSOR_MB = Decimal(1769)
# The transform's buffer in template.yaml; Firehose gives enrich whichever comes first.
TRANSFORM_SECONDS, TRANSFORM_BYTES = 60, Decimal(2**20)
# Messages that SQS hands out, or deletes, in one request (SQS API reference, «ReceiveMessage»).
MESSAGES_A_REQUEST = Decimal(10)
# stitch tells the links stream and the bus of a batch; goals tells the bus of ten conversions at a time, fetches the object, and for each
# pixel in it reads the definitions and counts the rows.
STITCH_CALLS, GOALS_CALLS, GOALS_PIXEL_CALLS = 2, 1, 2
NOTICES_A_CALL = 10
MONTH_DAYS = MONTH_SECONDS / 86_400
# A night computes today, yesterday and the day before; repeats are looked for in the days before these.
PUBLISHED_DAYS = 3
RECENT_DAYS = PUBLISHED_DAYS + REPEAT_DAYS
# `reach` computes the days of two months, and looks back from the first of them.
REACH_DAYS = PUBLISHED_DAYS + (PEOPLE_SETTLE - SETTLES).days + 1
# Athena bills so much a query (Athena pricing page).
LEAST_SCAN = Decimal(10_000_000)
# Taken as how long the queries of a night run, all at the same time; each document is read and written.
QUERY_SECONDS, DOCUMENT_CALLS = 60, 2


@dataclass(frozen=True, slots=True)
class FunctionUse:
    """A function's month: its calls, the billed milliseconds of one, and its memory in MB."""

    calls: Decimal
    milliseconds: Decimal
    memory: int

    @property
    def gb_seconds(self) -> Decimal:
        """What Lambda bills of it."""
        return self.calls * self.milliseconds / 1000 * self.memory / 1024


@dataclass(frozen=True, slots=True)
class Usage:
    """A month in numbers."""

    requests: Decimal
    collect: FunctionUse
    collect_starts: FunctionUse
    enrich: FunctionUse
    stitch: FunctionUse
    goals: FunctionUse
    publish: FunctionUse
    messages: Decimal  # on the identify queue
    messages_a_batch: Decimal
    identified: Decimal  # hits
    conversions: Decimal
    link_rows: Decimal
    objects: Decimal  # of events
    link_objects: Decimal
    object_bytes: Decimal  # of one of events
    stored_bytes: Decimal  # by a month's events
    published_days: Decimal  # that a night looks at, at most
    published_bytes: Decimal  # that a night scans


def work_out(workload: Workload, basis: Basis) -> Usage:
    """The month of a workload."""
    figures, deployment = basis.figures, basis.deployment
    events = Decimal(workload.events)
    requests = events / workload.hits_per_request
    identified, conversions = events * workload.identified, events * workload.conversions
    messages = min(requests, identified)
    window = messages / MONTH_SECONDS * deployment.stitch_batch_window
    messages_a_batch = max(Decimal(1), min(window, Decimal(deployment.stitch_batch_size)))
    buffered = events * workload.event_bytes
    objects = _count_batches(
        events, workload.buffer_seconds, buffered, Decimal(deployment.hits_buffer_megabytes * 2**20)
    )
    row_bytes = read_size(figures.parquet, events / objects)
    link_rows = identified * figures.link_rows / 1000
    return Usage(
        requests=requests,
        collect=_use_collect(workload, basis, requests, messages),
        collect_starts=FunctionUse(
            requests * workload.cold,
            # AWS runs the start on a whole processor or more, whatever the memory.
            _bill(figures.collect_init_ms + _slow(figures.collect_first_ms, workload.collect_memory)),
            workload.collect_memory,
        ),
        enrich=_use_enrich(workload, basis, events, buffered),
        stitch=_use_stitch(workload, basis, messages / messages_a_batch, identified),
        goals=_use_goals(workload, basis, objects, conversions),
        messages=messages,
        messages_a_batch=messages_a_batch,
        identified=identified,
        conversions=conversions,
        link_rows=link_rows,
        objects=objects,
        link_objects=min(link_rows, MONTH_SECONDS / deployment.links_buffer_seconds),
        object_bytes=events / objects * row_bytes,
        stored_bytes=events * row_bytes,
        publish=_use_publish(workload, basis),
        published_days=_count_published_days(workload),
        published_bytes=_scan_published(workload, basis),
    )


def read_size(sizes: Sequence[ParquetSize], rows: Decimal) -> Decimal:
    """Bytes of an event in an object of `rows` rows: measured, or between two measurements by the logarithm of the rows."""
    ordered = sorted(sizes, key=lambda size: size.rows)
    if rows <= ordered[0].rows:
        return ordered[0].bytes
    for less, more in pairwise(ordered):
        if rows <= more.rows:
            way = (rows / less.rows).ln() / (Decimal(more.rows) / less.rows).ln()
            return less.bytes + (more.bytes - less.bytes) * way
    return ordered[-1].bytes


def _use_collect(workload: Workload, basis: Basis, requests: Decimal, messages: Decimal) -> FunctionUse:
    figures, memory = basis.figures, workload.collect_memory
    work = figures.collect_request_ms + figures.collect_hit_ms * workload.hits_per_request
    # One call to Firehose, and one to SQS where the request says who it was.
    waits = workload.wait_ms * (1 + messages / requests)
    return FunctionUse(requests, _bill(_slow(work, memory) + waits), memory)


def _use_enrich(workload: Workload, basis: Basis, events: Decimal, buffered: Decimal) -> FunctionUse:
    memory = basis.deployment.enrich_memory
    calls = _count_batches(events, TRANSFORM_SECONDS, buffered, TRANSFORM_BYTES)
    work = basis.figures.enrich_hit_us / 1000 * events / calls
    return FunctionUse(calls, _bill(_slow(work, memory)), memory)


def _use_stitch(workload: Workload, basis: Basis, batches: Decimal, identified: Decimal) -> FunctionUse:
    figures, memory = basis.figures, basis.deployment.stitch_memory
    if not batches:
        return FunctionUse(batches, batches, memory)
    work = (figures.stitch_hit_us + figures.stitch_calls / 1000 * figures.table_call_us) / 1000
    waits = workload.wait_ms * figures.stitch_calls / 1000
    a_batch = (_slow(work, memory) + waits) * identified / batches + workload.wait_ms * STITCH_CALLS
    return FunctionUse(batches, _bill(a_batch), memory)


def _use_goals(workload: Workload, basis: Basis, objects: Decimal, conversions: Decimal) -> FunctionUse:
    figures, memory = basis.figures, basis.deployment.goals_memory
    scan = figures.goal_object_ms + figures.goal_event_us / 1000 * workload.events / objects
    reached = conversions / objects
    counting = figures.goal_calls / 1000 * reached
    others = GOALS_CALLS + GOALS_PIXEL_CALLS * workload.pixels + reached / NOTICES_A_CALL
    work = scan + (counting * figures.goal_call_us + others * figures.table_call_us) / 1000
    return FunctionUse(objects, _bill(_slow(work, memory) + workload.wait_ms * (counting + others)), memory)


def _use_publish(workload: Workload, basis: Basis) -> FunctionUse:
    documents = len(PARTS) * workload.pixels
    waits = QUERY_SECONDS * 1000 + workload.wait_ms * DOCUMENT_CALLS * documents
    return FunctionUse(MONTH_DAYS, _bill(waits), basis.deployment.publish_memory)


def _count_published_days(workload: Workload, due: int = PUBLISHED_DAYS) -> Decimal:
    """The days that a night's queries look at: what is due and the look-back, but no more than are kept."""
    return min(Decimal(workload.lookback_days + due), workload.months * MONTH_DAYS)


def _scan_published(workload: Workload, basis: Basis) -> Decimal:
    """The bytes that a night's queries scan."""
    a_day = workload.events / MONTH_DAYS
    days = _count_published_days(workload)
    recent = min(days, Decimal(RECENT_DAYS))
    figures = basis.figures
    an_event = figures.publish_recent_bytes * recent + figures.publish_past_bytes * (days - recent)
    an_event += figures.publish_reach_bytes * (_count_published_days(workload, REACH_DAYS) - days)
    return max(a_day * an_event, LEAST_SCAN * len(PARTS))


def _count_batches(records: Decimal, seconds: int, size: Decimal, limit: Decimal) -> Decimal:
    """How often a buffer of so many seconds and bytes is emptied; never oftener than there are records."""
    return max(min(records, MONTH_SECONDS / seconds), size / limit)


def _slow(milliseconds: Decimal, memory: int) -> Decimal:
    """Time that a whole processor's work takes with this memory's share of one."""
    return milliseconds * max(Decimal(1), PROCESSOR_MB / memory)


def _bill(milliseconds: Decimal) -> Decimal:
    """Lambda rounds up to the millisecond."""
    return milliseconds.to_integral_value(ROUND_CEILING)
