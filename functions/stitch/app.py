"""stitch: makes persons of identify messages."""

from __future__ import annotations

import os
import time
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from botocore.config import Config
from pixelweave.hit_identity import HitReader
from pixelweave.identify_model import MalformedMessageError
from pixelweave_aws.dead_letter_queue import DeadLetterQueue
from pixelweave_aws.graph_api import GraphApi
from pixelweave_aws.identity_table import IdentityTable
from pixelweave_aws.link_stream import LinkStream
from pixelweave_aws.notice_bus import NoticeBus
from pixelweave_aws.stitch_batch import StitchBatch
from pixelweave_aws.stitch_settings import StitchSettings
from pixelweave_aws.stitch_tally import StitchTally

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

# Enough for a message of hundreds of hits, and for what the whole batch tells; with less left the rest waits on its queue.
RESERVE_MS = 30_000

logger = Logger(service="stitch")
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
tally = StitchTally()


class OutOfTimeError(Exception):
    """The invocation ends before another message could be stitched."""


@cache
def load_settings() -> StitchSettings:
    """The settings of this environment; read on the first batch."""
    return StitchSettings.from_env(os.environ)


@cache
def build_batch() -> StitchBatch:
    """What stitches in this environment; built on the first batch, because clients need a region."""
    settings = load_settings()
    config = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
    graph = settings.graph_api_url and GraphApi(settings.graph_api_url, lambda: tally.count("GraphFailures"))
    return StitchBatch(
        reader=HitReader(settings.region, settings.blocked, *((graph.resolve,) if graph else ())),
        table=IdentityTable(settings.identity_table, boto3.client("dynamodb", config=config)),
        links=LinkStream(boto3.client("firehose", config=config), settings.links_stream, time.sleep),
        bus=NoticeBus(boto3.client("events", config=config), settings.event_bus, time.sleep),
        tally=tally,
        log=logger,
    )


@cache
def build_dead_letters() -> DeadLetterQueue:
    """Where malformed messages go."""
    return DeadLetterQueue(boto3.client("sqs"), load_settings().dead_letter_queue_url)


def stitch(record: SQSRecord, lambda_context: LambdaContext) -> None:
    """Stitch one message; what it raises keeps the message on the queue."""
    try:
        if lambda_context.get_remaining_time_in_millis() < RESERVE_MS:
            raise OutOfTimeError
        is_redelivery = int(record.attributes.approximate_receive_count) > 1
        build_batch().stitch(record.message_id, record.body, is_redelivery=is_redelivery)
    except MalformedMessageError as exc:
        build_dead_letters().send(record.body, f"malformed: {exc}")
        tally.count("MessagesMalformed")
        logger.warning("message malformed", extra={"message_id": record.message_id, "reason": str(exc)})
    except Exception as exc:
        logger.warning("message failed", extra={"message_id": record.message_id, "error": type(exc).__name__})
        raise


def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Answer one batch of the identify queue (event: `events/sqs_identify.json`) with the messages that failed."""
    with processor(records=event["Records"], handler=stitch, lambda_context=context):
        processor.process()
    answer = processor.response()
    failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
    untold = build_batch().tell() - failed
    answer["batchItemFailures"] += [{"itemIdentifier": each} for each in sorted(untold)]
    settings = load_settings()
    tally.publish(namespace=settings.namespace, service=settings.service)
    return answer
