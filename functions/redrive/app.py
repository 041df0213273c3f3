"""redrive: empties the spill queue into the hits stream and the identify queue."""

from __future__ import annotations

import os
import time
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from botocore.config import Config
from pixelweave_aws.redelivery import Redelivery
from pixelweave_aws.redrive_settings import RedriveSettings
from pixelweave_aws.spill_message import SpillMessage

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

# Enough for one message against targets that hang; with less than this left the rest of a batch waits on its queue.
RESERVE_MS = 30_000

logger = Logger(service="redrive")
# A failed message goes back alone, even when it is the whole batch: after its attempts the dead-letter queue has it.
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


class OutOfTimeError(Exception):
    """The invocation ends before another message could be delivered."""


@cache
def build_redelivery() -> Redelivery:
    """The redelivery of this environment; built on the first batch, because clients need a region."""
    settings = RedriveSettings.from_env(os.environ)
    config = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})
    return Redelivery(
        boto3.client("firehose", config=config),
        boto3.client("sqs", config=config),
        hits_stream=settings.hits_stream,
        identify_queue_url=settings.identify_queue_url,
        sleep=time.sleep,
    )


def deliver(record: SQSRecord, lambda_context: LambdaContext) -> None:
    """Deliver one message of the spill queue; what it raises keeps the message on the queue."""
    try:
        if lambda_context.get_remaining_time_in_millis() < RESERVE_MS:
            raise OutOfTimeError
        build_redelivery().deliver(SpillMessage.read(record.body))
    except Exception as exc:
        logger.warning("message failed", extra={"message_id": record.message_id, "error": type(exc).__name__})
        raise


def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Answer one batch of the spill queue with the messages that failed."""
    return process_partial_response(event=event, record_handler=deliver, processor=processor, context=context)
