"""Redelivery: what the collector could not hand over goes where it belonged.

A spill message is delivered whole or stays on its queue. When a part of it fails for good, the message comes back and its
delivered part is sent again: at least once, as Firehose and SQS are themselves. An event is known by its event_id, so
that a row twice in the log is counted once by the views, and the stitcher meets a message it has seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelweave_aws.batch_call import send_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_firehose import FirehoseClient
    from mypy_boto3_sqs import SQSClient

    from pixelweave_aws.spill_message import SpillMessage

# PutRecordBatch takes 500 records and 4 MiB, SendMessageBatch 10 messages and 256 KiB (their API references); a spill
# message, itself on a queue, is within either size.
MAX_RECORDS = 500
MAX_MESSAGES = 10


class UndeliveredError(Exception):
    """A target refused some records of a spill message in every attempt."""


class Redelivery:
    """Delivers spill messages. `sleep` takes seconds."""

    def __init__(
        self,
        firehose: FirehoseClient,
        sqs: SQSClient,
        *,
        hits_stream: str,
        identify_queue_url: str,
        sleep: Callable[[float], None],
    ) -> None:
        self._firehose = firehose
        self._sqs = sqs
        self._hits_stream = hits_stream
        self._identify_queue_url = identify_queue_url
        self._sleep = sleep

    def deliver(self, message: SpillMessage) -> None:
        """Deliver every record of a spill message to its target.

        Raises:
            UndeliveredError: some were refused in every attempt.
            botocore.exceptions.ClientError, BotoCoreError: a call failed as a whole, after botocore's own retries.
        """
        send, limit = (
            (self._put_records, MAX_RECORDS)
            if message.target == "hits"
            else (self._send_messages, MAX_MESSAGES)
        )
        refused = send_all(message.records, limit, send, self._sleep)
        if refused:
            raise UndeliveredError(f"{len(refused)} of {len(message.records)} records")

    def _put_records(self, records: Sequence[str]) -> list[str]:
        """Put records on the hits stream; those that Firehose refused."""
        answer = self._firehose.put_record_batch(
            DeliveryStreamName=self._hits_stream, Records=[{"Data": record.encode()} for record in records]
        )
        if not answer["FailedPutCount"]:
            return []
        return [
            record
            for record, result in zip(records, answer["RequestResponses"], strict=True)
            if result.get("ErrorCode")
        ]

    def _send_messages(self, bodies: Sequence[str]) -> list[str]:
        """Send bodies to the identify queue; those that SQS refused."""
        answer = self._sqs.send_message_batch(
            QueueUrl=self._identify_queue_url,
            Entries=[{"Id": str(index), "MessageBody": body} for index, body in enumerate(bodies)],
        )
        return [bodies[int(entry["Id"])] for entry in answer.get("Failed", [])]
