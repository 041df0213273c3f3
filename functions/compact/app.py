"""compact: merges the small objects of settled days of the log into few sorted ones (docs/compaction.md)."""

from __future__ import annotations

import os
import time
from datetime import date
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config
from pixelweave.packing import LAYOUTS
from pixelweave_aws.compact_run import CompactRun
from pixelweave_aws.compact_settings import CompactSettings
from pixelweave_aws.compact_tally import CompactTally
from pixelweave_aws.compaction import Compaction
from pixelweave_aws.day_registration import count_short
from pixelweave_aws.packed_day import LogStore
from pixelweave_aws.partition import Partitions
from pixelweave_parquet.object_packing import ObjectPacking

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from aws_lambda_powertools.utilities.typing import LambdaContext
    from pixelweave.packing import Layout
    from pixelweave_parquet.object_packing import Content

# What a group of sources may take, fetched, sorted, checked and uploaded; with less time left nothing is begun.
RESERVE_MS = 300_000

logger = Logger(service="compact")


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Settle all days, or the one of `{"day": "YYYY-MM-DD"}`; with `{"dry_run": true}` nothing is written."""
    settings = CompactSettings.from_env(os.environ)
    day = date.fromisoformat(event["day"]) if event.get("day") else None
    dry_run = bool(event.get("dry_run"))
    logs = build_logs(settings, lambda: context.get_remaining_time_in_millis() > RESERVE_MS)
    run = CompactRun(
        [log for log, _ in logs],
        has_time=lambda: context.get_remaining_time_in_millis() > RESERVE_MS,
        note=lambda log, day, error: logger.error(
            "a day was refused", extra={"log": log, "day": str(day)}, exc_info=error
        ),
    )
    tally = CompactTally()
    reports = []
    for report in run.run(day=day, dry_run=dry_run):
        logger.info("looked at a day", extra=report.to_record())
        tally.count(report)
        reports.append(report.to_record())
    if not dry_run:
        for _, partitions in logs:
            tally.count_short(count_short(partitions, time.time()))
        tally.publish(namespace=settings.namespace, service=settings.service)
    return {"days": reports}


def build_logs(
    settings: CompactSettings, has_time: Callable[[], bool]
) -> list[tuple[Compaction, Partitions]]:
    """What packs each log of this environment, and the days of its table."""
    config = Config(connect_timeout=3, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 5})
    s3, glue = boto3.client("s3", config=config), boto3.client("glue", config=config)
    logs = []
    for layout in LAYOUTS.values():
        partitions = Partitions(glue, settings.database, layout.name)
        store = LogStore(s3, settings.lake_bucket, layout.name)
        pack = bind_pack(layout, settings.pack_memory_mb)
        compaction = Compaction(
            layout.name, partitions, store, pack, limits=settings.limits, now=time.time, has_time=has_time
        )
        logs.append((compaction, partitions))
    return logs


def bind_pack(layout: Layout, memory_mb: int) -> Callable[[Sequence[Path], Path], Content]:
    """What writes one packed object of a log, beside its sources."""

    def pack(sources: Sequence[Path], target: Path) -> Content:
        with ObjectPacking(layout, target.parent, memory_mb=memory_mb) as packing:
            return packing.pack(sources, target)

    return pack
