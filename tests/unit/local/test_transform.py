"""The transform of a batch: verdicts, retries, and what goes to the error prefix."""

import base64
from typing import Any

import pytest
from pixelweave_local import transform as module
from pixelweave_local.buffer import Record
from pixelweave_local.transform import Failure, InvocationError, processor, transform

ARN = "arn:aws:lambda:us-east-1:000000000000:function:enrich"
STREAM = "arn:aws:firehose:us-east-1:000000000000:deliverystream/hits"
RECORDS = [Record("a", b"one", 1000), Record("b", b"two", 2000)]


def ok(record: Record, data: bytes | None = None) -> dict[str, str]:
    encoded = base64.b64encode(record.data if data is None else data).decode()
    return {"recordId": record.record_id, "result": "Ok", "data": encoded}


class Function:
    """A transform function that answers what it is told to, after some failures; it keeps what it was sent."""

    def __init__(self, answer: Any, failures: int = 0) -> None:
        self.answer = answer
        self.failures = failures
        self.events: list[dict[str, Any]] = []

    def __call__(self, arn: str, event: dict[str, Any]) -> Any:
        assert arn == ARN
        self.events.append(event)
        if len(self.events) <= self.failures:
            raise InvocationError("out of order")
        return self.answer


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RETRY_PAUSE", 0.0)


def run(function: Function, **parameters: str) -> tuple[list[Record], list[Failure]]:
    return transform(RECORDS, {"LambdaArn": ARN, **parameters}, STREAM, function)


def test_one_call_carries_the_whole_batch_as_aws_sends_it() -> None:
    function = Function({"records": [ok(record) for record in RECORDS]})
    run(function)
    (event,) = function.events
    assert event["deliveryStreamArn"] == STREAM
    assert event["region"] == "us-east-1"
    assert event["records"][1] == {"recordId": "b", "approximateArrivalTimestamp": 2000, "data": "dHdv"}


def test_records_that_are_ok_carry_what_the_function_returned() -> None:
    passed, failed = run(Function({"records": [ok(RECORDS[1]), ok(RECORDS[0], b"changed")]}))
    assert passed == [Record("a", b"changed", 1000), RECORDS[1]]
    assert failed == []


def test_a_dropped_record_is_neither_delivered_nor_an_error() -> None:
    answer = {"records": [ok(RECORDS[0]), {"recordId": "b", "result": "Dropped"}]}
    assert run(Function(answer)) == ([RECORDS[0]], [])


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        ({"recordId": "b", "result": "ProcessingFailed", "data": "dHdv"}, "Lambda.ProcessingFailedStatus"),
        ({"recordId": "c", "result": "Ok", "data": "dHdv"}, "Lambda.MissingRecordId"),
        ({"recordId": "b", "result": "Ok"}, "Lambda.JsonProcessingException"),
        ({"recordId": "b", "result": "Ok", "data": "?"}, "Lambda.JsonProcessingException"),
        ({"recordId": "b", "result": "Fine", "data": "dHdv"}, "Lambda.JsonProcessingException"),
    ],
)
def test_a_bad_verdict_fails_its_record_and_no_other(verdict: dict[str, str], code: str) -> None:
    passed, failed = run(Function({"records": [ok(RECORDS[0]), verdict]}))
    assert passed == [RECORDS[0]]
    assert [(failure.record, failure.code, failure.attempts) for failure in failed] == [(RECORDS[1], code, 1)]


@pytest.mark.parametrize("answer", [None, [], {"records": None}, {"rows": []}, "text"])
def test_an_answer_without_records_fails_the_batch(answer: Any) -> None:
    passed, failed = run(Function(answer))
    assert passed == []
    assert {failure.code for failure in failed} == {"Lambda.JsonProcessingException"}


def test_an_answer_above_6_mb_fails_the_batch() -> None:
    passed, failed = run(Function({"records": [ok(RECORDS[0], b"x" * 5_000_000), ok(RECORDS[1])]}))
    assert passed == []
    assert len(failed) == 2


def test_a_failing_function_is_called_again_up_to_the_number_of_retries() -> None:
    function = Function({"records": [ok(record) for record in RECORDS]}, failures=3)
    assert run(function) == (RECORDS, [])
    assert len(function.events) == 4


def test_after_the_last_retry_nothing_passes_through_raw() -> None:
    function = Function({"records": []}, failures=99)
    passed, failed = run(function, NumberOfRetries="1")
    assert passed == []
    assert [(failure.record, failure.code, failure.attempts) for failure in failed] == [
        (record, "Lambda.FunctionError", 2) for record in RECORDS
    ]


def test_the_processor_is_found_only_where_it_is_enabled() -> None:
    parameters = [{"ParameterName": "LambdaArn", "ParameterValue": ARN}]
    processing = {"Enabled": True, "Processors": [{"Type": "Lambda", "Parameters": parameters}]}
    assert processor({"ProcessingConfiguration": processing}) == {"LambdaArn": ARN}
    assert processor({"ProcessingConfiguration": processing | {"Enabled": False}}) is None
    assert (
        processor({"ProcessingConfiguration": {"Enabled": True, "Processors": [{"Type": "Other"}]}}) is None
    )
    assert processor({}) is None
