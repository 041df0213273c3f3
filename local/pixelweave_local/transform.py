"""One call of a stream's transform function per batch, with Firehose's verdicts on every record.

Rules: https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html and
…/data-transformation-failure-handling.html. What a transform refuses, forgets or cannot answer goes to
the error prefix; nothing is ever passed through raw.
"""

import base64
import binascii
import json
import time
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from pixelweave_local.buffer import Record

DEFAULT_RETRIES = 3
LAMBDA_LIMIT = 6 * 1024 * 1024  # bytes of a synchronous invocation's payload, either way
RETRY_PAUSE = 0.1  # seconds; AWS waits longer, a laptop has nobody else to wait for

type Invoke = Callable[[str, dict[str, Any]], Any]


class InvocationError(Exception):
    """The transform function raised, timed out, was throttled, or is not there."""


class Failure(NamedTuple):
    """A record for the error prefix: why, after how many calls, and by which function."""

    record: Record
    code: str
    message: str
    attempts: int
    function_arn: str


def processor(config: dict[str, Any]) -> dict[str, str] | None:
    """The parameters (`LambdaArn`, `NumberOfRetries`, …) of a destination's Lambda processor, if any."""
    processing = config.get("ProcessingConfiguration") or {}
    if not processing.get("Enabled"):
        return None
    for item in processing.get("Processors") or []:
        if item.get("Type") == "Lambda":
            return {p["ParameterName"]: str(p["ParameterValue"]) for p in item.get("Parameters") or []}
    return None


def transform(
    records: list[Record], parameters: dict[str, str], stream_arn: str, invoke: Invoke
) -> tuple[list[Record], list[Failure]]:
    """Records as the function returned them, in their order, and those that go to the error prefix."""
    function_arn = parameters["LambdaArn"]
    retries = int(parameters.get("NumberOfRetries", DEFAULT_RETRIES))
    event = _event(records, stream_arn, function_arn)
    attempts = 0
    while True:
        attempts += 1
        try:
            answer = invoke(function_arn, event)
        except InvocationError as exc:
            if attempts <= retries:
                time.sleep(RETRY_PAUSE)
                continue
            return [], [Failure(r, "Lambda.FunctionError", str(exc), attempts, function_arn) for r in records]
        return _sort(records, answer, attempts, function_arn)


def _event(records: list[Record], stream_arn: str, function_arn: str) -> dict[str, Any]:
    return {
        "invocationId": str(uuid.uuid4()),
        "deliveryStreamArn": stream_arn,
        "region": function_arn.split(":")[3],
        "records": [
            {
                "recordId": record.record_id,
                "approximateArrivalTimestamp": record.arrived_ms,
                "data": base64.b64encode(record.data).decode(),
            }
            for record in records
        ],
    }


def _sort(
    records: list[Record], answer: Any, attempts: int, function_arn: str
) -> tuple[list[Record], list[Failure]]:
    """Split `records` by the function's verdicts: Ok, Dropped (gone on purpose), or a failure."""
    returned = answer.get("records") if isinstance(answer, dict) else None
    if not isinstance(returned, list):
        message = "The Lambda function's answer has no list of records."
        return [], [
            Failure(r, "Lambda.JsonProcessingException", message, attempts, function_arn) for r in records
        ]
    if len(json.dumps(answer)) > LAMBDA_LIMIT:
        message = "The Lambda function's answer is larger than 6 MB."
        return [], [Failure(r, "Lambda.FunctionError", message, attempts, function_arn) for r in records]
    verdicts = {item.get("recordId"): item for item in returned if isinstance(item, dict)}
    passed, failed = [], []
    for record in records:
        verdict = verdicts.get(record.record_id)
        problem = _problem(verdict)
        if problem:
            failed.append(Failure(record, *problem, attempts, function_arn))
        elif verdict and verdict["result"] == "Ok":
            passed.append(record._replace(data=base64.b64decode(verdict["data"])))
    return passed, failed


def _problem(verdict: dict[str, Any] | None) -> tuple[str, str] | None:
    """The error code and message of one verdict; None where it is a valid Ok or Dropped."""
    if verdict is None:
        return "Lambda.MissingRecordId", "The record's id is missing in the Lambda function's answer."
    match verdict.get("result"):
        case "Dropped":
            return None
        case "ProcessingFailed":
            return "Lambda.ProcessingFailedStatus", "ProcessingFailed status set for the record"
        case "Ok":
            try:
                base64.b64decode(verdict["data"], validate=True)
            except (KeyError, TypeError, binascii.Error):
                return "Lambda.JsonProcessingException", "The record's data is missing or is not base64."
            return None
        case other:
            return "Lambda.JsonProcessingException", f"{other!r} is not a result."
