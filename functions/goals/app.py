"""goals: counts the conversions of each new object of the log."""

from __future__ import annotations

import os
import time
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from botocore.config import Config
from pixelweave_aws.dead_letter_queue import DeadLetterQueue
from pixelweave_aws.goal_definition import GoalDefinitions
from pixelweave_aws.goal_message import GoalMessage, Pause, UnusableMessageError
from pixelweave_aws.goal_table import GoalTable
from pixelweave_aws.goal_tally import GoalTally
from pixelweave_aws.goals_settings import GoalsSettings
from pixelweave_aws.lake_object import LakeObjects
from pixelweave_aws.notice_bus import NoticeBus
from pixelweave_aws.object_counting import ObjectCounting
from pixelweave_parquet.event_column import MalformedObjectError
from pixelweave_parquet.object_scan import ObjectScan

if TYPE_CHECKING:
    from pathlib import Path

    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger(service="goals")
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
tally = GoalTally()


@cache
def load_settings() -> GoalsSettings:
    """The settings of this environment; read on the first batch."""
    return GoalsSettings.from_env(os.environ)


@cache
def build_message() -> GoalMessage:
    """What counts in this environment; built on the first batch, because clients need a region."""
    settings = load_settings()
    config = Config(connect_timeout=1, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
    dynamodb = boto3.client("dynamodb", config=config)

    def open_scan(path: Path) -> ObjectScan:
        # A folder of its own, which goes with the object's: a scan may read all that lies where it spills, and another process would spill
        # into files of the same names.
        return ObjectScan(path, memory_mb=settings.scan_memory_mb, spill=path.with_name("spill"))

    counting = ObjectCounting(
        lake=LakeObjects(boto3.client("s3", config=config), settings.lake_bucket),
        store=GoalTable(settings.goals_table, dynamodb),
        definitions=GoalDefinitions(settings.pixel_table, dynamodb),
        open_scan=open_scan,
        pause=Pause(tally, time.sleep),
    )
    bus = NoticeBus(boto3.client("events", config=config), settings.event_bus, time.sleep)
    return GoalMessage(
        counting=counting, bus=bus, tally=tally, bucket=settings.lake_bucket, malformed=MalformedObjectError
    )


@cache
def build_dead_letters() -> DeadLetterQueue:
    """Where messages go that will never do."""
    return DeadLetterQueue(boto3.client("sqs"), load_settings().dead_letter_queue_url)


def count(record: SQSRecord, lambda_context: LambdaContext) -> None:
    """Count the objects of one message; what it raises keeps the message on the queue."""
    try:
        build_message().count(
            record.body,
            is_redelivery=int(record.attributes.approximate_receive_count) > 1,
            read_remaining_ms=lambda_context.get_remaining_time_in_millis,
        )
    except UnusableMessageError as exc:
        build_dead_letters().send(record.body, str(exc))
        logger.warning("message set aside", extra={"message_id": record.message_id, "reason": str(exc)})
    except Exception as exc:
        logger.warning("message failed", extra={"message_id": record.message_id, "error": type(exc).__name__})
        raise


def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Answer one batch of the goals queue (event: `events/s3_object_created.json`) with the messages that failed."""
    with processor(records=event["Records"], handler=count, lambda_context=context):
        processor.process()
    settings = load_settings()
    tally.publish(namespace=settings.namespace, service=settings.service)
    return processor.response()
