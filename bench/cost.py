"""The figures that `pixelweave cost` multiplies: what a hit, a batch and a conversion take. docs/cost.md says what each one is.

`python -m bench.cost` measures and prints them; with `--write` they become those of the command (cost_basis.json), and the tables of
docs/cost.md are made anew. Bytes, units and calls are the same on any machine; times are this one's.
"""

from __future__ import annotations

import platform
import sys
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pixelweave.pixel import DIALECTS
from pixelweave_cli.cost_basis import FILE, Basis, Deployment, Figures
from pixelweave_local.template import read_template

from bench.artefact import ROOT
from bench.cost_goal import measure_counting
from bench.cost_hit import (
    measure_collect,
    measure_enrich,
    measure_metrics,
    measure_record,
    publish_goals,
    publish_hits,
    publish_stitching,
)
from bench.cost_page import PAGE, fill_page
from bench.cost_publish import measure_publishing
from bench.cost_scan import measure_scan
from bench.cost_stitch import measure_stitching

if TYPE_CHECKING:
    from collections.abc import Iterable

DIGITS = 3


def measure_figures() -> Figures:
    """Everything that is measured; about half a minute."""
    collect, (enrich_us, sizes) = measure_collect(), measure_enrich()
    stitch, goal, (object_ms, event_us) = measure_stitching(), measure_counting(), measure_scan()
    past_bytes, recent_bytes, reach_bytes = measure_publishing()
    return Figures.model_validate(
        {
            "record_bytes": round(measure_record()),
            "response_bytes": collect.response_bytes,
            "parquet": [{"rows": rows, "bytes": round(size)} for rows, size in sizes.items()],
            "collect_init_ms": _cut(collect.init),
            "collect_first_ms": _cut(collect.first),
            "collect_request_ms": _cut(collect.request),
            "collect_hit_ms": _cut(collect.hit),
            "enrich_hit_us": _cut(enrich_us),
            "stitch_hit_us": _cut(stitch.hit_us),
            "stitch_calls": round(stitch.calls),
            "table_call_us": _cut(stitch.call_us),
            "identity_reads": round(stitch.reads),
            "identity_writes": round(stitch.writes),
            "identity_bytes": round(stitch.bytes),
            "link_rows": round(stitch.rows),
            "notices": round(stitch.notices),
            "goal_object_ms": _cut(object_ms),
            "goal_event_us": _cut(event_us),
            "goal_calls": round(goal.calls),
            "goal_call_us": _cut(goal.call_us),
            "goal_reads": round(goal.reads),
            "goal_writes": round(goal.writes),
            "goal_bytes": round(goal.bytes),
            "tally_writes": _cut(goal.tally_writes),
            "publish_past_bytes": round(past_bytes),
            "publish_recent_bytes": round(recent_bytes),
            "publish_reach_bytes": round(reach_bytes),
            **measure_watching(),
        }
    )


def read_deployment() -> Deployment:
    """What template.yaml deploys when no parameter is given."""
    template: dict[str, Any] = read_template(ROOT / "template.yaml")
    parameters, resources = template["Parameters"], template["Resources"]

    def default(name: str) -> int:
        return int(parameters[name]["Default"])

    def memory(function: str) -> int:
        size = resources[function]["Properties"]["MemorySize"]
        return default(size["Ref"]) if isinstance(size, dict) else int(size)

    return Deployment(
        collect_memory=memory("CollectFunction"),
        enrich_memory=memory("EnrichFunction"),
        stitch_memory=memory("StitchFunction"),
        goals_memory=memory("GoalsFunction"),
        publish_memory=memory("PublishFunction"),
        hits_buffer_seconds=default("HitsBufferSeconds"),
        hits_buffer_megabytes=default("HitsBufferMegabytes"),
        links_buffer_seconds=default("LinksBufferSeconds"),
        stitch_batch_size=default("StitchBatchSize"),
        stitch_batch_window=default("StitchBatchWindow"),
        lookback_days=default("LookbackDays"),
        polled_queues=sum(event["Type"] == "SQS" for event in _list_events(resources)),
        alarms=sum(resource["Type"] == "AWS::CloudWatch::Alarm" for resource in resources.values()),
    )


def _list_events(resources: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for resource in resources.values():
        yield from resource.get("Properties", {}).get("Events", {}).values()


def measure_watching() -> dict[str, int]:
    """Lines and metrics of the functions' batches; what each dialect adds is taken from all of them against one."""
    none, _ = measure_metrics(publish_hits(()))
    one, metrics_of_one = measure_metrics(publish_hits(DIALECTS[:1]))
    every, metrics_of_every = measure_metrics(publish_hits(DIALECTS))
    stitch_bytes, stitch_metrics = measure_metrics(publish_stitching)
    goals_bytes, goals_metrics = measure_metrics(publish_goals)
    a_dialect = (metrics_of_every - metrics_of_one) // (len(DIALECTS) - 1)
    return {
        "enrich_log_bytes": none,
        "enrich_dialect_log_bytes": (every - one) // (len(DIALECTS) - 1),
        "stitch_log_bytes": stitch_bytes,
        "goals_log_bytes": goals_bytes,
        "fixed_metrics": metrics_of_one - a_dialect + stitch_metrics + goals_metrics,
        "dialect_metrics": a_dialect,
    }


def _cut(number: float) -> str:
    """A measured time with as many digits as mean something."""
    return f"{Decimal(f'{number:.{DIGITS}g}'):f}"


def main(arguments: list[str]) -> None:
    """Measure and print; with `--write`, keep."""
    basis = Basis(
        measured=datetime.now(UTC).date().isoformat(),
        machine=f"{platform.machine()}, Python {platform.python_version()}",
        figures=measure_figures(),
        deployment=read_deployment(),
    )
    text = basis.model_dump_json(indent=2) + "\n"
    print(f"\nWhat a hit, a batch and a conversion take (docs/cost.md)\n{text}")
    if "--write" in arguments:
        FILE.write_text(text, encoding="utf-8")
        PAGE.write_text(fill_page(PAGE.read_text(encoding="utf-8"), basis), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
