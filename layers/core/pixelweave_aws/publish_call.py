"""Publishing on demand: the function `publish`, called and waited for.

PublishCallError
├── PublishBusyError     another run is on its way
└── PublishCrashError    the run ended in an error
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from mypy_boto3_lambda import LambdaClient

# The function's own time-out, and what its answer may need on its way.
READ_TIMEOUT_SECONDS = 930


class PublishCallError(Exception):
    """Nothing was published, or nobody knows."""


class PublishBusyError(PublishCallError):
    """Another run is on its way: there is one at a time."""


class PublishCrashError(PublishCallError):
    """The run ended in an error; what it had finished stays."""


@dataclass(frozen=True, slots=True)
class PublishedPart:
    """What a run did for one part: how many days and rows, what its query took, and why it failed if it did."""

    part: str
    days: int
    rows: int
    bytes_scanned: int
    milliseconds: int
    error: str | None

    @classmethod
    def read(cls, record: Mapping[str, object]) -> Self:
        """Read a record of the function's answer."""
        error = record["error"]
        return cls(
            part=str(record["part"]),
            days=int(str(record["days"])),
            rows=int(str(record["rows"])),
            bytes_scanned=int(str(record["bytes_scanned"])),
            milliseconds=int(str(record["milliseconds"])),
            error=None if error is None else str(error),
        )


class PublishCall:
    """Calls the function. `client` should wait READ_TIMEOUT_SECONDS for an answer, and try once: a second call would meet the first."""

    def __init__(self, client: LambdaClient, function: str) -> None:
        self._client = client
        self._function = function

    def run(self, wanted: date | None = None, parts: Sequence[str] = ()) -> list[PublishedPart]:
        """Publish what is due, from `wanted` on if that is earlier, of these parts or of all.

        Raises PublishBusyError, PublishCrashError; others are botocore's.
        """
        event = {"from": wanted.isoformat() if wanted else None, "parts": list(parts)}
        try:
            answer = self._client.invoke(FunctionName=self._function, Payload=json.dumps(event).encode())
        except ClientError as exc:
            if exc.response["Error"]["Code"] != "TooManyRequestsException":
                raise
            raise PublishBusyError("another run is publishing; wait for it, or look at its log") from exc
        payload = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            kind, message = payload.get("errorType", "Error"), payload.get("errorMessage", "no reason given")
            if kind == "DocumentConflictError":
                raise PublishBusyError("another run published at the same time; run it again")
            raise PublishCrashError(f"publish failed: {kind}: {message}")
        return [PublishedPart.read(record) for record in payload["parts"]]
