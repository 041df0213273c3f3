"""Where the pieces of a request go, and what is said of them."""

from __future__ import annotations

import json

import pytest
from pixelweave.event import MAX_ROW
from pixelweave_aws.call_error import CallError, RefusedError, ThrottledError
from pixelweave_aws.firehose import HitsStream
from pixelweave_aws.queue import Queue
from pixelweave_aws.sink import MAX_SPILL_BYTES, Sink, Stored, make_spill_messages

from tests.unit.aws.fake_port import FakeClock, FakePort

DOWN = RefusedError("AccessDeniedException")
BUSY = ThrottledError("SlowDown")


class Case:
    """A sink with a port of its own for each of its three targets."""

    def __init__(
        self,
        hits: tuple[CallError, ...] = (),
        identify: tuple[CallError, ...] = (),
        spill: tuple[CallError, ...] = (),
    ) -> None:
        self.clock = FakeClock()
        self.hits, self.identify, self.spill = FakePort(*hits), FakePort(*identify), FakePort(*spill)
        self.sink = Sink(
            HitsStream(self.hits, "hits", self.clock),
            Queue(self.identify, "identify-url", self.clock),
            Queue(self.spill, "spill-url", self.clock),
            self.clock,
        )

    def store(self, records: list[bytes], identify: list[str], seconds: float = 10.0) -> tuple[int, int, int]:
        """Stored, spilled and lost pieces."""
        result: Stored = self.sink.store(records, identify, seconds)
        return result.stored, result.spilled, result.lost

    def spilled(self) -> list[dict[str, object]]:
        """The bodies that the spill queue was sent."""
        return [json.loads(payload["MessageBody"]) for payload in self.spill.payloads]


def test_one_hit_is_one_firehose_call() -> None:
    case = Case()
    assert case.store([b"{}"], []) == (1, 0, 0)
    assert (case.hits.operations, case.identify.operations, case.spill.operations) == (["PutRecord"], [], [])


def test_one_hit_with_an_identity_is_one_sqs_call_more() -> None:
    case = Case()
    assert case.store([b"{}"], ['{"a": 1}']) == (2, 0, 0)
    assert (len(case.hits.operations), len(case.identify.operations), len(case.spill.operations)) == (1, 1, 0)
    assert case.identify.payloads == [{"QueueUrl": "identify-url", "MessageBody": '{"a": 1}'}]


def test_nothing_is_no_call() -> None:
    case = Case()
    assert case.store([], []) == (0, 0, 0)
    assert case.hits.operations == []


@pytest.mark.parametrize("faults", [(DOWN,), (BUSY, BUSY, BUSY)])
def test_what_firehose_does_not_take_is_spilled(faults: tuple[CallError, ...]) -> None:
    case = Case(hits=faults)
    assert case.store([b'{"t":"\xc3\xa9"}\n'], ["{}"]) == (1, 1, 0)
    assert case.spilled() == [{"schema": "pixelweave.spill/1", "target": "hits", "records": ['{"t":"é"}\n']}]


@pytest.mark.parametrize("faults", [(DOWN,), (BUSY, BUSY, BUSY)])
def test_what_the_identify_queue_does_not_take_is_spilled(faults: tuple[CallError, ...]) -> None:
    case = Case(identify=faults)
    assert case.store([b"{}"], ['{"a": 1}']) == (1, 1, 0)
    assert case.spilled() == [{"schema": "pixelweave.spill/1", "target": "identify", "records": ['{"a": 1}']}]


def test_hits_and_identities_are_spilled_apart() -> None:
    case = Case(hits=(DOWN,), identify=(DOWN,))
    assert case.store([b"{}"], ["[]"]) == (0, 2, 0)
    assert [body["target"] for body in case.spilled()] == ["hits", "identify"]


def test_what_nothing_takes_is_lost_and_counted() -> None:
    case = Case(hits=(DOWN,), identify=(DOWN,), spill=(DOWN, DOWN))
    assert case.store([b"{}", b"{}"], ["[]"]) == (0, 0, 3)


def test_a_passing_fault_of_the_spill_queue_loses_nothing() -> None:
    case = Case(hits=(DOWN,), spill=(BUSY, BUSY))
    assert case.store([b"{}"], []) == (0, 1, 0)


def test_a_fault_of_one_spill_message_loses_only_its_records() -> None:
    case = Case(hits=(DOWN,), spill=(DOWN,))
    assert case.store([b"x" * 200_000, b"y" * 200_000, b"z"], []) == (0, 2, 1)


@pytest.mark.parametrize(
    ("remaining", "hits", "identify", "spill"),
    [
        (10.3, 2.0, 3.0, 6.0),
        (6.3, 2.0, 3.0, 6.0),
        (4.3, 2.0, 3.0, 4.0),
        (2.3, 1.0, 1.5, 2.0),
        (0.1, 0.0, 0.0, 0.0),
    ],
)
def test_each_target_leaves_time_for_the_next(
    remaining: float, hits: float, identify: float, spill: float
) -> None:
    case = Case(hits=(DOWN,), identify=(DOWN,))
    case.store([b"{}"], ["[]"], remaining)
    deadlines = [port.deadlines[0] - 100.0 for port in (case.hits, case.identify, case.spill)]
    assert deadlines == pytest.approx([hits, identify, spill])


def frame_size(target: str) -> int:
    """The size of a spill message around its records."""
    return len(json.dumps({"schema": "pixelweave.spill/1", "target": target, "records": []}))


@pytest.mark.parametrize(("excess", "counts"), [(0, [2]), (1, [1, 1])])
def test_a_spill_message_has_at_most_240_000_bytes(excess: int, counts: list[int]) -> None:
    # Each record adds two quotation marks and a separator of two characters, the last one's being spare.
    first = "x" * 100_000
    second = "y" * (MAX_SPILL_BYTES - frame_size("hits") - len(first) - 8 + excess)
    messages = list(make_spill_messages("hits", [first, second]))
    assert [count for _, count in messages] == counts
    assert all(len(body.encode()) <= 240_000 for body, _ in messages)
    assert [record for body, _ in messages for record in json.loads(body)["records"]] == [first, second]


def test_a_record_is_measured_as_it_is_sent() -> None:
    messages = list(make_spill_messages("hits", ["\u2028" * 50_000, "x" * 100_000]))
    assert [count for _, count in messages] == [1, 1]


@pytest.mark.parametrize("character", ["x", '"', "\\", "ü", "\u4e2d", "\U0001f600"])
def test_the_largest_row_of_any_script_fits_a_spill_message(character: str) -> None:
    weight = len(json.dumps(character, ensure_ascii=False).encode()) - 2
    record = json.dumps({"x": character * ((MAX_ROW - 9) // weight)}, ensure_ascii=False)
    assert MAX_ROW - 10 < len(record.encode()) <= MAX_ROW
    ((body, count),) = make_spill_messages("hits", [record])
    assert count == 1
    assert len(body.encode()) <= MAX_SPILL_BYTES


def test_a_record_larger_than_a_message_stands_alone() -> None:
    counts = [count for _, count in make_spill_messages("hits", ["a", "x" * 250_000, "b"])]
    assert counts == [1, 1, 1]
