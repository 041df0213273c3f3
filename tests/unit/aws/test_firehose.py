"""Chunks, single puts, partial failures."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from pixelweave_aws.call_error import CallError, RefusedError, ThrottledError, TransientError
from pixelweave_aws.firehose import MAX_BYTES, HitsStream

from tests.unit.aws.fake_port import FakeClock, FakePort


def put(port: FakePort, *records: bytes, seconds: float = 2.0) -> list[int]:
    """Put `records` on a stream behind `port`."""
    clock = FakeClock()
    return HitsStream(port, "hits", clock).put(list(records), clock.time + seconds)


def make_batch_answer(*failed: int, size: int) -> dict[str, Any]:
    """What Firehose answers when the records at `failed` were not taken."""
    outcomes = [
        {"ErrorCode": "ServiceUnavailableException"} if n in failed else {"RecordId": "1"}
        for n in range(size)
    ]
    return {"FailedPutCount": len(failed), "RequestResponses": outcomes}


def sizes(port: FakePort) -> list[int]:
    """The number of records of each call."""
    return [len(payload.get("Records", [None])) for payload in port.payloads]


def test_one_record_is_one_put_record() -> None:
    port = FakePort()
    assert put(port, b'{"a":"\xc3\xa9"}\n') == []
    assert port.operations == ["PutRecord"]
    data = base64.b64encode(b'{"a":"\xc3\xa9"}\n').decode()
    assert port.payloads == [{"DeliveryStreamName": "hits", "Record": {"Data": data}}]


def test_two_records_are_one_batch() -> None:
    port = FakePort(make_batch_answer(size=2))
    assert put(port, b"a", b"b") == []
    assert port.operations == ["PutRecordBatch"]
    assert port.payloads == [{"DeliveryStreamName": "hits", "Records": [{"Data": "YQ=="}, {"Data": "Yg=="}]}]


def test_no_record_is_no_call() -> None:
    port = FakePort()
    assert put(port) == []
    assert port.operations == []


def test_a_streams_name_is_quoted() -> None:
    port = FakePort()
    HitsStream(port, 'a"b', FakeClock()).put([b"a"], 1e9)
    assert port.payloads[0]["DeliveryStreamName"] == 'a"b'


@pytest.mark.parametrize(
    ("count", "chunks"), [(499, [499]), (500, [500]), (501, [500, 1]), (1001, [500, 500, 1])]
)
def test_a_call_takes_500_records(count: int, chunks: list[int]) -> None:
    port = FakePort()
    put(port, *[b"x"] * count)
    assert sizes(port) == chunks


# In base64, with 16 bytes around it, a record of 786,420 bytes takes 1,048,576: four of them are 4 MiB.
@pytest.mark.parametrize(("last", "chunks"), [(786_420 - 192, [4]), (786_420 - 189, [3, 1])])
def test_a_call_takes_4_mib(last: int, chunks: list[int]) -> None:
    port = FakePort()
    put(port, *[b"x" * 786_420] * 3, b"x" * last)
    assert sizes(port) == chunks
    assert MAX_BYTES == 4_194_304


def test_only_failed_records_are_put_again() -> None:
    port = FakePort(make_batch_answer(1, 3, size=4), make_batch_answer(1, size=2))
    assert put(port, b"a", b"b", b"c", b"d") == []
    assert port.operations == ["PutRecordBatch", "PutRecordBatch", "PutRecord"]
    assert port.payloads[1]["Records"] == [{"Data": "Yg=="}, {"Data": "ZA=="}]
    assert port.payloads[2]["Record"] == {"Data": "ZA=="}


def test_indices_that_stay_failed_are_those_of_the_whole_list() -> None:
    port = FakePort(
        make_batch_answer(size=500), *[make_batch_answer(0, size=2)] + [ThrottledError("SlowDown")] * 2
    )
    assert put(port, *[b"x"] * 502) == [500]


@pytest.mark.parametrize("error", [ThrottledError("SlowDown"), TransientError("TimedOut")])
def test_a_passing_fault_is_tried_three_times(error: CallError) -> None:
    assert put(FakePort(error, error), b"a") == []
    assert put(FakePort(error, error, error), b"a") == [0]


def test_a_refusal_is_not_tried_again() -> None:
    port = FakePort(RefusedError("ResourceNotFoundException"))
    assert put(port, b"a", b"b") == [0, 1]
    assert port.operations == ["PutRecordBatch"]


def test_time_that_has_run_out_ends_the_tries() -> None:
    port = FakePort(*[ThrottledError("SlowDown")] * 3)
    assert put(port, b"a", seconds=0.1) == [0]
    assert len(port.operations) == 2
