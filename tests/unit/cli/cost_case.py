"""A workload and round figures, so that a bill can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pixelweave_cli.cost_basis import Basis, Deployment, Figures, load_basis
from pixelweave_cli.cost_estimate import estimate
from pixelweave_cli.cost_price import US_EAST_1
from pixelweave_cli.cost_workload import Workload

if TYPE_CHECKING:
    from pixelweave_cli.cost_line import Line

FIGURES: dict[str, Any] = dict.fromkeys(Figures.model_fields, 0) | {
    "response_bytes": 500,
    "parquet": [{"rows": 100, "bytes": 300}, {"rows": 10_000, "bytes": 100}],
    "collect_init_ms": 40,
    "collect_first_ms": 2,
    "collect_request_ms": 1,
    "collect_hit_ms": 1,
    "enrich_hit_us": 50,
    "stitch_hit_us": 1_000,
    "stitch_calls": 4_000,
    "identity_reads": 7_000,
    "identity_writes": 2_000,
    "identity_bytes": 500_000,
    "link_rows": 400,
    "notices": 250,
    "goal_object_ms": 20,
    "goal_calls": 120,
    "goal_reads": 3_000,
    "goal_writes": 7_000,
    "goal_bytes": 500_000,
    "tally_writes": 6,
    "publish_past_bytes": 300,
    "publish_recent_bytes": 1_000,
    "publish_reach_bytes": 60,
    "enrich_log_bytes": 300,
    "enrich_dialect_log_bytes": 600,
    "stitch_log_bytes": 600,
    "goals_log_bytes": 600,
    "fixed_metrics": 20,
    "dialect_metrics": 6,
}
DEPLOYMENT = Deployment(
    collect_memory=1769,
    enrich_memory=1769,
    stitch_memory=1769,
    goals_memory=1769,
    publish_memory=1024,
    hits_buffer_seconds=300,
    hits_buffer_megabytes=128,
    links_buffer_seconds=300,
    stitch_batch_size=50,
    stitch_batch_window=5,
    lookback_days=400,
    polled_queues=3,
    alarms=24,
)
BASIS = Basis(
    measured="2026-07-01",
    machine="test",
    figures=Figures.model_validate(FIGURES),
    deployment=DEPLOYMENT,
)
MEASURED = load_basis()
# A month has 2,628,000 seconds: one event a second.
WORKLOAD = Workload(
    events=2_628_000, event_bytes=Decimal(1_000), buffer_seconds=300, collect_memory=1769, lookback_days=400
)


def bill(**changes: Any) -> dict[str, Line]:
    """The lines of the bill by service and item, with some of the workload changed."""
    lines = estimate(replace(WORKLOAD, **changes), BASIS, US_EAST_1)
    return {f"{line.service}: {line.item}": line for line in lines}


def quantity(name: str, **changes: Any) -> Decimal:
    """How much of one line there is."""
    return bill(**changes)[name].quantity
