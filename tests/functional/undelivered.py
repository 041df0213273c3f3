"""What Firehose and the queues could not deliver, and a stack with a log of two rows that it lies in."""

from __future__ import annotations

import json
from base64 import b64encode
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws

from tests.functional.event_table import make_row
from tests.functional.tool_stack import ToolStack

if TYPE_CHECKING:
    from collections.abc import Iterator

EMAIL = "canary@example.com"
RECORD = {
    "event_id": "e1",
    "pixel_id": "px_one",
    "received_at": 1_751_284_800_500,
    "dialect": "rokt",
    "title": EMAIL,
}
PROCESSING = "errors/processing-failed/dt=2025-06-30/object-1"
CONVERSION = "errors/format-conversion-failed/dt=2025-06-30/object-2"


@contextmanager
def open_stack() -> Iterator[ToolStack]:
    """The stack; its queues answer at once."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.setattr("pixelweave_aws.drained_queue.WAIT_SECONDS", 0)
        stack = ToolStack([make_row(1, labels={"a": "b"}), make_row(2, dialect="ksense", outcome="bot")])
        yield stack
        stack.athena.close()


def make_failure(record: Any, **changes: Any) -> bytes:
    """A line of the error prefix, as Firehose writes it."""
    data = record if isinstance(record, bytes) else json.dumps(record).encode()
    document = {
        "attemptsMade": 1,
        "arrivalTimestamp": 1_751_284_800_000,
        "errorCode": "Lambda.FunctionError",
        "errorMessage": f"refused the title {EMAIL} of the record",
        "attemptEndingTimestamp": 1_751_284_801_000,
        "rawData": b64encode(data).decode(),
        "lambdaArn": "arn:aws:lambda:eu-central-1:123456789012:function:enrich",
    }
    return json.dumps(document | changes).encode()


def make_spill(target: str, *records: str) -> str:
    """A message of the spill queue."""
    return json.dumps({"schema": "pixelweave.spill/1", "target": target, "records": records})
