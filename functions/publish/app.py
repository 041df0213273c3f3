"""publish: the dashboard's documents, by schedule and on demand."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config
from pixelweave.dashboard_part import choose_parts
from pixelweave_aws.dashboard_bucket import DashboardBucket
from pixelweave_aws.dashboard_text import read_texts
from pixelweave_aws.funnel_definition import FunnelDefinitions
from pixelweave_aws.goal_definition import GoalDefinitions
from pixelweave_aws.lake import Lake
from pixelweave_aws.pixel_table import PixelTable
from pixelweave_aws.publish_settings import PublishSettings
from pixelweave_aws.publish_tally import measure_publishing
from pixelweave_aws.published_pixel import list_published_pixels
from pixelweave_aws.publishing import Publishing, PublishPlan
from pixelweave_aws.sql import quote_name

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from pixelweave_aws.part_report import PartReport

# The folders that packaging/Makefile puts beside this file.
FOLDER = Path(__file__).parent
# For the documents of the part that was waited for last.
RESERVE_SECONDS = 60

logger = Logger(service="publish")


@cache
def load_settings() -> PublishSettings:
    """The settings of this environment; read on the first call."""
    return PublishSettings.from_env(os.environ)


def publish(plan: PublishPlan, now: datetime, context: LambdaContext) -> list[PartReport]:
    """Publish what the plan says."""
    settings = load_settings()
    config = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 4})
    dynamodb = boto3.client("dynamodb", config=config)
    pixels = list_published_pixels(
        PixelTable(settings.pixel_table, dynamodb),
        GoalDefinitions(settings.pixel_table, dynamodb),
        FunnelDefinitions(settings.pixel_table, dynamodb),
    )
    publishing = Publishing(
        lake=Lake(boto3.client("athena", config=config), settings.database, settings.work_group),
        bucket=DashboardBucket(boto3.client("s3", config=config), settings.dashboard_bucket),
        texts=read_texts(FOLDER / "queries", FOLDER / "views"),
        log=logger,
        now=now,
        read_remaining_seconds=lambda: context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS,
    )
    return publishing.run(plan, pixels)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Publish what is due; `from` (YYYY-MM-DD) and `parts` (names) of the event ask for more days and fewer parts (event:
    `events/publish_from_day.json`).

    Raises ValueError for a day or part that is none, and DocumentConflictError where another run writes at the same time.
    """
    settings = load_settings()
    wanted = event.get("from")
    plan = PublishPlan(
        parts=choose_parts(event.get("parts") or ()),
        log=f"{quote_name(settings.database)}.{quote_name(settings.events_table)}",
        days_back=settings.lookback_days,
        wanted=date.fromisoformat(wanted) if wanted else None,
    )
    reports = publish(plan, datetime.now(UTC), context)
    measure_publishing(reports, namespace=settings.namespace, service=settings.service)
    return {"parts": [report.to_record() for report in reports]}
