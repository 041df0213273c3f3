"""A queue as the tools empty it: the spill queue, and the dead letters of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_sqs import SQSClient

# Long polling asks all of SQS's servers: an empty answer then means an empty queue.
WAIT_SECONDS = 2


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """A message that this receiver holds until the queue's visibility time-out or its deletion; `reason` is why a function
    set it aside itself, where it did."""

    body: str
    receipt: str
    reason: str | None = None


class DrainedQueue:
    """One queue. Errors are botocore's."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def count(self) -> int:
        """Return about how many messages the queue holds, those in flight included."""
        answer = self._client.get_queue_attributes(
            QueueUrl=self._url,
            AttributeNames=[
                "ApproximateNumberOfMessages",
                "ApproximateNumberOfMessagesNotVisible",
                "ApproximateNumberOfMessagesDelayed",
            ],
        )
        return sum(int(number) for number in answer["Attributes"].values())

    def receive(self) -> Iterator[ReceivedMessage]:
        """Yield messages until none is left to be seen."""
        while True:
            answer = self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=10,
                WaitTimeSeconds=WAIT_SECONDS,
                MessageAttributeNames=["reason"],
            )
            messages = answer.get("Messages", [])
            if not messages:
                return
            for message in messages:
                attribute = message.get("MessageAttributes", {}).get("reason")
                reason = attribute.get("StringValue") if attribute else None
                yield ReceivedMessage(message["Body"], message["ReceiptHandle"], reason)

    def delete(self, message: ReceivedMessage) -> None:
        """Remove a message: it is done with, or has gone where it belongs."""
        self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message.receipt)
