"""One of the stack's functions, called on demand and waited for.

FunctionCallError
├── FunctionBusyError     another run is on its way
└── FunctionCrashError    the run ended in an error
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_lambda import LambdaClient

# The functions' own time-out, and what an answer may need on its way.
READ_TIMEOUT_SECONDS = 930


class FunctionCallError(Exception):
    """Nobody knows what the run did."""


class FunctionBusyError(FunctionCallError):
    """Another run is on its way: there is one at a time."""


class FunctionCrashError(FunctionCallError):
    """The run ended in an error, whose class is `kind`; what it had finished stays."""

    def __init__(self, name: str, kind: str, message: str) -> None:
        super().__init__(f"{name} failed: {kind}: {message}")
        self.kind = kind


def call_function(client: LambdaClient, function: str, name: str, event: Mapping[str, object]) -> Any:
    """Call `function`, whose `name` people know, with `event`, and return its answer as JSON is read.

    `client` should wait READ_TIMEOUT_SECONDS for an answer, and try once: a second call would meet the first.
    Raises FunctionBusyError, FunctionCrashError; others are botocore's.
    """
    try:
        answer = client.invoke(FunctionName=function, Payload=json.dumps(event).encode())
    except ClientError as exc:
        if exc.response["Error"]["Code"] != "TooManyRequestsException":
            raise
        raise FunctionBusyError(
            f"another run of {name} is on its way; wait for it, or look at its log"
        ) from exc
    payload = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        raise FunctionCrashError(
            name, payload.get("errorType", "Error"), payload.get("errorMessage", "no reason given")
        )
    return payload
