"""The spill queue and its dead letters as the tools drain them (spill message: ARCHITECTURE.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_sqs import SQSClient

# Long polling asks all of SQS's servers: an empty answer then means an empty queue.
WAIT_SECONDS = 2


class SpillMessageError(ValueError):
    """A message on the queue is not a spill message."""


class SpillMessage(BaseModel):
    """Records that a target did not take; each is the text that the target would have received."""

    model_config = ConfigDict(frozen=True)

    format: Literal["pixelweave.spill/1"] = Field(alias="schema")
    target: Literal["hits", "identify"]
    records: tuple[str, ...]

    @classmethod
    def read(cls, body: str) -> SpillMessage:
        """Return the message of an SQS body. Raises SpillMessageError; its text holds nothing of the body."""
        try:
            return cls.model_validate_json(body)
        except ValidationError as exc:
            raise SpillMessageError("not a message of the form pixelweave.spill/1") from exc


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """A message that this receiver holds until the queue's visibility time-out or its deletion."""

    body: str
    receipt: str


class SpillQueue:
    """One queue of spill messages. Errors are botocore's."""

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
                QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=WAIT_SECONDS
            )
            messages = answer.get("Messages", [])
            if not messages:
                return
            for message in messages:
                yield ReceivedMessage(body=message["Body"], receipt=message["ReceiptHandle"])

    def delete(self, message: ReceivedMessage) -> None:
        """Remove a message: all of its records were delivered."""
        self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message.receipt)
