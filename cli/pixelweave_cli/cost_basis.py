"""What one hit, one conversion and one batch take: the figures that an estimate multiplies, measured by `bench/cost.py`.

They lie in cost_basis.json, which `make cost` makes anew; docs/cost.md says how each one is measured.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

FILE = Path(__file__).with_name("cost_basis.json")

type _Amount = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]
type _Count = Annotated[int, Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ParquetSize(_Part):
    """`bytes` that an event takes in an object of `rows` rows (SNAPPY)."""

    rows: Annotated[int, Field(ge=1)]
    bytes: _Amount


class Figures(_Part):
    """Measured figures. Times are of one whole processor of the machine that measured, in milliseconds unless the name says otherwise;
    units are DynamoDB's, a thousand hits or conversions each."""

    record_bytes: _Amount  # a hit as collect puts it on the stream
    response_bytes: _Amount  # the answer to a hit: status line, headers, GIF
    parquet: Annotated[tuple[ParquetSize, ...], Field(min_length=2)]
    collect_init_ms: _Amount
    collect_first_ms: _Amount  # the first call, with its TLS handshakes
    collect_request_ms: _Amount  # a warm call without its hits
    collect_hit_ms: _Amount
    enrich_hit_us: _Amount
    stitch_hit_us: _Amount
    stitch_calls: _Amount  # DynamoDB calls, a thousand identified hits
    table_call_us: _Amount  # what boto3 takes for one call
    identity_reads: _Amount
    identity_writes: _Amount
    identity_bytes: _Amount  # that a thousand identified hits add to the table
    link_rows: _Amount  # rows of the links log, a thousand identified hits
    notices: _Amount  # events on the bus, a thousand identified hits
    goal_object_ms: _Amount  # scanning an object, whatever is in it
    goal_event_us: _Amount
    goal_calls: _Amount  # DynamoDB calls, a thousand conversions
    goal_call_us: _Amount  # planning, and what boto3 takes
    goal_reads: _Amount
    goal_writes: _Amount
    goal_bytes: _Amount  # that a thousand conversions add to the table
    tally_writes: _Amount  # of one object, for each pixel in it
    publish_past_bytes: _Amount  # scanned a night, for each event that is looked back at
    publish_recent_bytes: _Amount  # scanned a night, for each event of the last ten days
    publish_reach_bytes: _Amount  # the share of publish_past_bytes that `reach` scans, which looks back from earlier days than the others
    enrich_log_bytes: _Amount  # a call
    enrich_dialect_log_bytes: _Amount  # a call, for each dialect in it
    stitch_log_bytes: _Amount
    goals_log_bytes: _Amount
    fixed_metrics: _Count
    dialect_metrics: _Count  # for each dialect


class Deployment(_Part):
    """What template.yaml deploys by default: MB, seconds, messages, numbers of resources."""

    collect_memory: _Count
    enrich_memory: _Count
    stitch_memory: _Count
    goals_memory: _Count
    publish_memory: _Count
    hits_buffer_seconds: _Count
    hits_buffer_megabytes: _Count
    links_buffer_seconds: _Count
    stitch_batch_size: _Count
    stitch_batch_window: _Count
    lookback_days: Annotated[int, Field(ge=1)]
    polled_queues: _Count
    alarms: _Count


class Basis(_Part):
    """Everything that is measured: when, on what, and what came out."""

    measured: str
    machine: str
    figures: Figures
    deployment: Deployment


@cache
def load_basis() -> Basis:
    """The figures of this version of Pixelweave."""
    return Basis.model_validate_json(FILE.read_text(encoding="utf-8"))
