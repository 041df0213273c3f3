"""AWS's own time, for what must not believe the clock of whoever runs the tools."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb import DynamoDBClient


def read_clock(client: DynamoDBClient) -> int:
    """AWS's own time in Unix milliseconds, rounded up to the next second.

    By the Date header of an answer of DynamoDB (RFC 9110, «Date»: whole seconds): the windows of goals are held against the collector's
    clock, and one that a wrong clock opened in the past would have missed events.
    """
    # Any answer has the header; this one needs no table and costs nothing.
    headers: Mapping[str, str] = client.describe_endpoints()["ResponseMetadata"]["HTTPHeaders"]
    return (int(parsedate_to_datetime(headers["date"]).timestamp()) + 1) * 1000
