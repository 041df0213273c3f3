"""The lean client and the sink over loopback sockets, with everything that can go wrong with a connection."""

from __future__ import annotations

import base64
import json
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from pixelweave_aws.account import Account
from pixelweave_aws.call_error import CallError, RefusedError, ThrottledError, TransientError
from pixelweave_aws.clock import Clock
from pixelweave_aws.collect_settings import Credentials, Settings
from pixelweave_aws.connection import IDLE_SECONDS
from pixelweave_aws.firehose import HitsStream
from pixelweave_aws.pixel_lookup import PixelLookup
from pixelweave_aws.queue import Queue
from pixelweave_aws.sink import Sink

from bench.certificate import Chain, make_chain
from bench.fake_aws import BROKEN, THROTTLED, Breakdown, FakeAws, Fault, Partial, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

SPILL = "http://sqs/spill"
IDENTIFY = "http://sqs/identify"
# Long enough for loopback on a busy machine, short enough for a test that waits for it.
READ_SECONDS = 0.4
ROWS = [b'{"n": 0}\n', b'{"n": 1}\n', b'{"n": 2}\n']


class Stack:
    """Adapters against one fake AWS; pauses are counted, not slept, and `skipped` moves the clock."""

    def __init__(self, aws: FakeAws, *, ca_bundle: str | None = None, token: str | None = "token") -> None:
        self.aws = aws
        self.skipped = 0.0
        self.clock = Clock(lambda: time.monotonic() + self.skipped, time.time, lambda _: None)
        settings = Settings(
            pixel_table="pixels",
            hits_stream="hits",
            identify_queue_url=IDENTIFY,
            spill_queue_url=SPILL,
            region="eu-west-1",
            credentials=Credentials("AKIDEXAMPLE", "secret", token),
            endpoint_urls=dict.fromkeys(("firehose", "sqs", "dynamodb"), aws.url),
            ca_bundle=ca_bundle,
        )
        self.account = Account(settings, self.clock, connect_seconds=5.0, read_seconds=READ_SECONDS)
        self.firehose = self.account.client("firehose")
        self.hits = HitsStream(self.firehose, "hits", self.clock)
        queues = self.account.client("sqs")
        identify, spill = Queue(queues, IDENTIFY, self.clock), Queue(queues, SPILL, self.clock)
        self.sink = Sink(self.hits, identify, spill, self.clock)

    def close(self) -> None:
        """Drop the connections."""
        self.account.close()

    def deadline(self, seconds: float = 20.0) -> float:
        """A deadline some seconds from now."""
        return self.clock.monotonic() + seconds

    def call(self) -> None:
        """Put one record, once."""
        data = base64.b64encode(ROWS[0]).decode()
        body = json.dumps({"DeliveryStreamName": "hits", "Record": {"Data": data}}).encode()
        self.firehose.call("PutRecord", body, self.deadline())


@pytest.fixture
def stack() -> Iterator[Stack]:
    """Adapters against a fake AWS without TLS."""
    with FakeAws() as aws, closing(Stack(aws)) as running:
        yield running


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """A certificate chain for loopback."""
    return make_chain(tmp_path_factory.mktemp("chain"))


def test_a_hit_with_an_identity_costs_one_firehose_and_one_sqs_call(stack: Stack) -> None:
    result = stack.sink.store(ROWS[:1], ['{"e": 1}'], 20.0)
    assert (result.stored, result.spilled, result.lost) == (2, 0, 0)
    assert [call.operation for call in stack.aws.calls] == ["PutRecord", "SendMessage"]
    assert stack.aws.records == ROWS[:1]
    assert stack.aws.messages == {IDENTIFY: ['{"e": 1}']}


def test_a_request_is_what_the_protocol_asks_for(stack: Stack) -> None:
    stack.sink.store(ROWS[:1], ["{}"], 20.0)
    put, send = stack.aws.calls
    assert put.headers["content-type"] == "application/x-amz-json-1.1"
    assert send.headers["content-type"] == "application/x-amz-json-1.0"
    assert put.headers["x-amz-security-token"] == "token"
    assert put.headers["host"] == stack.aws.url.removeprefix("http://")


def test_connections_are_kept(stack: Stack) -> None:
    for _ in range(3):
        stack.sink.store(ROWS[:1], ["{}"], 20.0)
    assert stack.aws.connections == 2


def test_a_connection_that_was_idle_for_long_is_not_trusted(stack: Stack) -> None:
    stack.call()
    stack.skipped = IDLE_SECONDS - 1
    stack.call()
    assert stack.aws.connections == 1
    stack.skipped = 2 * IDLE_SECONDS + 1
    stack.call()
    assert stack.aws.connections == 2


def test_a_stale_connection_is_replaced_at_once(stack: Stack) -> None:
    stack.aws.fail("firehose", Breakdown.CLOSE_AFTER)
    stack.call()
    stack.call()
    assert stack.aws.connections == 2
    assert len(stack.aws.records) == 2


@pytest.mark.parametrize("fault", [Breakdown.RESET, Breakdown.LOSE_ANSWER])
def test_a_new_connection_that_breaks_is_not_replaced_by_the_client(stack: Stack, fault: Fault) -> None:
    stack.aws.fail("firehose", fault)
    with pytest.raises(TransientError, match="ConnectionFailed"):
        stack.call()
    assert len(stack.aws.calls) == 1


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (THROTTLED, ThrottledError, "ThrottlingException"),
        (Refusal(400, "SlowDown", in_header=True), ThrottledError, "SlowDown"),
        (BROKEN, TransientError, "InternalFailure"),
        (Refusal(400, "ResourceNotFoundException"), RefusedError, "ResourceNotFoundException"),
        (Breakdown.HANG, TransientError, "TimedOut"),
    ],
)
def test_a_fault_is_an_error_with_a_code(
    stack: Stack, fault: Fault, kind: type[CallError], code: str
) -> None:
    stack.aws.fail("firehose", fault)
    with pytest.raises(kind, match=code) as caught:
        stack.call()
    assert type(caught.value) is kind
    stack.call()


def test_a_deadline_that_has_passed_makes_no_call(stack: Stack) -> None:
    with pytest.raises(TransientError, match="TimedOut"):
        stack.firehose.call("PutRecord", b"{}", stack.deadline(0.0))
    assert stack.aws.calls == []


def test_a_hang_ends_with_the_deadline_when_that_is_sooner(stack: Stack) -> None:
    stack.aws.fail("firehose", Breakdown.HANG)
    begun = time.monotonic()
    with pytest.raises(TransientError, match="TimedOut"):
        stack.firehose.call("PutRecord", b'{"Record": {"Data": ""}}', stack.deadline(0.05))
    assert time.monotonic() - begun < READ_SECONDS


def test_a_server_that_is_not_there_is_a_passing_fault() -> None:
    with FakeAws() as aws:
        stack = Stack(aws)
    with pytest.raises(TransientError, match="ConnectionFailed"):
        stack.call()


@pytest.mark.parametrize(
    ("faults", "calls", "spilled"),
    [
        ([THROTTLED], 2, 0),
        ([THROTTLED, BROKEN], 3, 0),
        ([THROTTLED] * 3, 3, 1),
        ([BROKEN] * 3, 3, 1),
        ([Breakdown.RESET], 2, 0),
        ([Breakdown.RESET] * 3, 3, 1),
        ([Breakdown.HANG], 2, 0),
        ([Breakdown.HANG] * 3, 3, 1),
        ([Refusal(400, "ResourceNotFoundException")], 1, 1),
        ([Refusal(400, "AccessDeniedException")], 1, 1),
    ],
)
def test_a_hit_survives_firehose(stack: Stack, faults: list[Fault], calls: int, spilled: int) -> None:
    stack.aws.fail("firehose", *faults)
    result = stack.sink.store(ROWS[:1], [], 20.0)
    assert (result.stored, result.spilled, result.lost) == (1 - spilled, spilled, 0)
    assert len(stack.aws.operations("firehose")) == calls
    bodies = [json.loads(body) for body in stack.aws.messages[SPILL]]
    found = stack.aws.records + [record.encode() for body in bodies for record in body["records"]]
    assert found == ROWS[:1]


def test_a_lost_answer_doubles_a_hit_rather_than_losing_it(stack: Stack) -> None:
    stack.aws.fail("firehose", Breakdown.LOSE_ANSWER)
    result = stack.sink.store(ROWS[:1], [], 20.0)
    assert (result.stored, result.spilled, result.lost) == (1, 0, 0)
    assert stack.aws.records == ROWS[:1] * 2


def test_only_the_failed_part_of_a_batch_is_put_again(stack: Stack) -> None:
    stack.aws.fail("firehose", Partial(0, 2))
    result = stack.sink.store(ROWS, [], 20.0)
    assert (result.stored, result.spilled, result.lost) == (3, 0, 0)
    assert stack.aws.records == [ROWS[1], ROWS[0], ROWS[2]]


def test_what_stays_failed_of_a_batch_is_spilled(stack: Stack) -> None:
    stack.aws.fail("firehose", Partial(1), THROTTLED, THROTTLED)
    result = stack.sink.store(ROWS, [], 20.0)
    assert (result.stored, result.spilled, result.lost) == (2, 1, 0)
    (body,) = stack.aws.messages[SPILL]
    assert json.loads(body)["records"] == [ROWS[1].decode()]


def test_what_no_service_takes_is_lost_and_said_so(stack: Stack) -> None:
    stack.aws.fail("firehose", *[BROKEN] * 3)
    stack.aws.fail("sqs", *[BROKEN] * 9)
    result = stack.sink.store(ROWS[:1], ["{}"], 20.0)
    assert (result.stored, result.spilled, result.lost) == (0, 0, 2)
    assert stack.aws.records == []


def test_after_a_put_that_took_nothing_firehose_is_left_alone_for_five_seconds(stack: Stack) -> None:
    stack.aws.fail("firehose", *[BROKEN] * 3)
    stack.sink.store(ROWS[:1], [], 20.0)
    stack.skipped += 4.9
    assert stack.sink.store(ROWS[:1], [], 20.0).spilled == 1
    assert len(stack.aws.operations("firehose")) == 3
    stack.skipped += 0.2
    assert stack.sink.store(ROWS[:1], [], 20.0).stored == 1
    assert len(stack.aws.operations("firehose")) == 4


def test_a_put_that_took_some_leaves_firehose_in_use(stack: Stack) -> None:
    stack.aws.fail("firehose", Partial(1), THROTTLED, THROTTLED)
    stack.sink.store(ROWS, [], 20.0)
    assert stack.sink.store(ROWS[:1], [], 20.0).stored == 1


def test_firehose_is_woken_rather_than_losing_a_hit_that_the_spill_queue_refuses(stack: Stack) -> None:
    stack.aws.fail("firehose", *[BROKEN] * 3)
    stack.sink.store(ROWS[:1], [], 20.0)
    stack.aws.fail("sqs", *[BROKEN] * 3)
    result = stack.sink.store(ROWS[1:], [], 20.0)
    assert (result.stored, result.spilled, result.lost) == (2, 0, 0)
    assert stack.aws.records == ROWS[1:]


def test_a_pixel_is_looked_up_once(stack: Stack) -> None:
    stack.aws.items["KEY#k"] = {"pixel_id": {"S": "px_1"}, "key": {"S": "k"}, "status": {"S": "active"}}
    lookup = PixelLookup(stack.account.client("dynamodb"), "pixels", stack.clock, 60.0)
    found = [lookup.find("k"), lookup.find("k"), lookup.find("unknown")]
    assert [pixel and pixel.pixel_id for pixel in found] == ["px_1", "px_1", None]
    assert stack.aws.operations("dynamodb") == ["GetItem", "GetItem"]
    assert stack.aws.calls[0].headers["content-type"] == "application/x-amz-json-1.0"


def test_tls_is_checked_against_the_bundle_of_the_operator(chain: Chain) -> None:
    with FakeAws(chain) as aws, closing(Stack(aws, ca_bundle=str(chain.root))) as stack:
        for _ in range(2):
            stack.call()
        assert len(aws.records) == 2
        assert aws.connections == 1


def test_a_stale_tls_connection_is_replaced_at_once(chain: Chain) -> None:
    with FakeAws(chain) as aws, closing(Stack(aws, ca_bundle=str(chain.root))) as stack:
        aws.fail("firehose", Breakdown.CLOSE_AFTER, Breakdown.CLOSE_AFTER)
        for _ in range(3):
            stack.call()
        assert len(aws.records) == 3
        assert aws.connections == 3


def test_a_chain_that_ends_in_no_known_root_is_refused(chain: Chain) -> None:
    with FakeAws(chain) as aws, closing(Stack(aws)) as stack:
        with pytest.raises(RefusedError, match="CertificateNotTrusted"):
            stack.call()
        assert aws.calls == []


def test_a_chain_that_only_the_systems_bundle_knows_is_trusted_after_all(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(chain.root))
    with FakeAws(chain) as aws, closing(Stack(aws)) as stack:
        stack.call()
        assert len(aws.records) == 1
        assert aws.connections == 2
