"""Publishing on demand: the function `publish`, called and waited for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from pixelweave_aws.function_call import FunctionBusyError, FunctionCrashError, call_function

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from mypy_boto3_lambda import LambdaClient


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
    """Calls the function; `client` as `call_function` wants it."""

    def __init__(self, client: LambdaClient, function: str) -> None:
        self._client = client
        self._function = function

    def run(self, wanted: date | None = None, parts: Sequence[str] = ()) -> list[PublishedPart]:
        """Publish what is due, from `wanted` on if that is earlier, of these parts or of all.

        Raises FunctionCallError; others are botocore's.
        """
        event = {"from": wanted.isoformat() if wanted else None, "parts": list(parts)}
        try:
            payload = call_function(self._client, self._function, "publish", event)
        except FunctionCrashError as exc:
            if exc.kind != "DocumentConflictError":
                raise
            raise FunctionBusyError("another run published at the same time; run it again") from exc
        return [PublishedPart.read(record) for record in payload["parts"]]
