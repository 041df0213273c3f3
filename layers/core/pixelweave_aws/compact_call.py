"""Packing on demand: the function `compact`, called and waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelweave_aws.day_report import DayReport
from pixelweave_aws.function_call import call_function

if TYPE_CHECKING:
    from datetime import date

    from mypy_boto3_lambda import LambdaClient


class CompactCall:
    """Calls the function; `client` as `call_function` wants it."""

    def __init__(self, client: LambdaClient, function: str) -> None:
        self._client = client
        self._function = function

    def run(self, day: date | None = None, *, dry_run: bool = False) -> list[DayReport]:
        """Settle one day, or all of them; with `dry_run` only tell what would be done.

        Raises FunctionCallError; others are botocore's. The log is whole after either.
        """
        event = {"day": day.isoformat() if day else None, "dry_run": dry_run}
        payload = call_function(self._client, self._function, "compact", event)
        return [DayReport.from_record(record) for record in payload["days"]]
