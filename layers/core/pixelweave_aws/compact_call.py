"""Packing on demand: the function `compact`, called and waited for.

CompactCallError
├── CompactBusyError     another run is on its way
└── CompactCrashError    the run ended in an error
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from pixelweave_aws.day_report import DayReport

if TYPE_CHECKING:
    from datetime import date

    from mypy_boto3_lambda import LambdaClient


class CompactCallError(Exception):
    """Nobody knows what was packed; the log is whole all the same."""


class CompactBusyError(CompactCallError):
    """Another run is on its way: there is one at a time."""


class CompactCrashError(CompactCallError):
    """The run ended in an error; the next one goes on."""


class CompactCall:
    """Calls the function. `client` should wait as long as it may run, and try once: a second call would meet the first."""

    def __init__(self, client: LambdaClient, function: str) -> None:
        self._client = client
        self._function = function

    def run(self, day: date | None = None, *, dry_run: bool = False) -> list[DayReport]:
        """Settle one day, or all of them; with `dry_run` only tell what would be done.

        Raises CompactBusyError, CompactCrashError; others are botocore's.
        """
        event = {"day": day.isoformat() if day else None, "dry_run": dry_run}
        try:
            answer = self._client.invoke(FunctionName=self._function, Payload=json.dumps(event).encode())
        except ClientError as exc:
            if exc.response["Error"]["Code"] != "TooManyRequestsException":
                raise
            raise CompactBusyError("another run is packing; wait for it, or look at its log") from exc
        payload = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            kind, message = payload.get("errorType", "Error"), payload.get("errorMessage", "no reason given")
            raise CompactCrashError(f"compact failed: {kind}: {message}")
        return [DayReport.from_record(record) for record in payload["days"]]
