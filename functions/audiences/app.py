"""audiences: evaluates the scheduled audiences, and tells who came and who went."""

from __future__ import annotations

import os
import time
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config
from pixelweave_aws.audience_definition import AudienceDefinitions
from pixelweave_aws.audience_evaluation import AudienceEvaluation
from pixelweave_aws.audience_object import AudienceObjects
from pixelweave_aws.audience_run import AudienceRun, AudienceRunError
from pixelweave_aws.audiences_settings import AudiencesSettings
from pixelweave_aws.lake import Lake
from pixelweave_aws.notice_bus import NoticeBus
from pixelweave_aws.view_text import ViewTexts

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger(service="audiences")
CONFIG = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 4})


@cache
def load_settings() -> AudiencesSettings:
    """The settings of this environment; read on the first call."""
    return AudiencesSettings.from_env(os.environ)


@cache
def build_definitions() -> AudienceDefinitions:
    """Where audiences are defined."""
    return AudienceDefinitions(load_settings().pixel_table, boto3.client("dynamodb", config=CONFIG))


def build_run() -> AudienceRun:
    """What evaluates in this environment; anew for each call, because a deploy may have changed the views."""
    settings = load_settings()
    evaluation = AudienceEvaluation(
        Lake(boto3.client("athena", config=CONFIG), settings.database, settings.work_group),
        ViewTexts(boto3.client("glue", config=CONFIG), settings.database),
        database=settings.database,
        table=settings.events_table,
    )
    return AudienceRun(
        evaluation,
        AudienceObjects(boto3.client("s3", config=CONFIG), settings.lake_bucket),
        NoticeBus(boto3.client("events", config=CONFIG), settings.event_bus, time.sleep),
        lambda: time.time_ns() // 1_000_000,
        report_failure,
    )


def report_failure(name: str, error: Exception) -> None:
    """Log which audience failed, with the reason of a query, which names columns and no people."""
    logger.warning(
        "audience failed", extra={"audience": name, "error": type(error).__name__, "reason": str(error)}
    )


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one call of the schedule (event: `events/audiences_scheduled.json`).

    Raises AudienceRunError where audiences are left: Lambda calls again with the same event, and those that are done are passed over.
    """
    scheduled_ms = int(datetime.fromisoformat(event["scheduled_at"]).timestamp() * 1000)
    summary = build_run().run(build_definitions().list(), scheduled_ms, context.get_remaining_time_in_millis)
    told = {
        "evaluated": summary.evaluated,
        "passed_over": summary.passed_over,
        "failed": summary.failed,
    }
    logger.info("audiences evaluated", extra=told)
    if summary.failed:
        raise AudienceRunError(", ".join(f"{name}: {reason}" for name, reason in summary.failed.items()))
    return told
