"""boto3 in the lean client's place, its faults hooked into botocore's events."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectTimeoutError, NoCredentialsError, ReadTimeoutError
from pixelweave_aws.account import Account
from pixelweave_aws.call_error import CallError, RefusedError, SignatureError, ThrottledError, TransientError
from pixelweave_aws.clock import Clock
from pixelweave_aws.collect_settings import Credentials, Settings
from pixelweave_aws.fallback import BotoClient
from pixelweave_aws.firehose import HitsStream
from pixelweave_aws.queue import Queue
from pixelweave_aws.sink import Sink

from bench.fake_aws import FakeAws, Partial, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEYS = Credentials("AKIDEXAMPLE", "secret")
BODY = b'{"DeliveryStreamName": "hits", "Record": {"Data": "e30="}}'


@pytest.fixture(autouse=True)
def _keys_for_boto3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEYS.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEYS.secret_key)
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)


@pytest.fixture
def aws() -> Iterator[FakeAws]:
    """A fake AWS without TLS."""
    with FakeAws() as running:
        yield running


def make_settings(aws: FakeAws, **change: Any) -> Settings:
    """Settings for `aws`, for which boto3 is needed unless `change` says otherwise."""
    values = {"credentials": None, "peculiarity": "credentials are not in the environment"} | change
    return Settings(
        pixel_table="pixels",
        hits_stream="hits",
        identify_queue_url="http://sqs/identify",
        spill_queue_url="http://sqs/spill",
        region="eu-west-1",
        endpoint_urls=dict.fromkeys(("firehose", "sqs", "dynamodb"), aws.url),
        **values,
    )


@pytest.fixture
def open_account() -> Iterator[Callable[[Settings], Account]]:
    """Makes accounts, and drops their connections afterwards."""
    with ExitStack() as stack:
        yield lambda settings: stack.enter_context(closing(Account(settings)))


def test_peculiar_settings_are_boto3s(aws: FakeAws, open_account: Callable[[Settings], Account]) -> None:
    account = open_account(make_settings(aws))
    queues = account.client("sqs")
    sink = Sink(
        HitsStream(account.client("firehose"), "hits", account.clock),
        Queue(queues, "http://sqs/identify", account.clock),
        Queue(queues, "http://sqs/spill", account.clock),
        account.clock,
    )
    aws.fail("firehose", Partial(0))
    result = sink.store([b"a", b"\xc3\xa9"], ["{}"], 20.0)
    assert (result.stored, result.spilled, result.lost) == (3, 0, 0)
    assert aws.records == [b"\xc3\xa9", b"a"]
    assert aws.messages == {"http://sqs/identify": ["{}"]}
    assert "Boto3" in aws.calls[0].headers["user-agent"]


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "ThrottlingException", ThrottledError),
        (500, "InternalFailure", TransientError),
        (400, "ResourceNotFoundException", RefusedError),
        (403, "InvalidSignatureException", SignatureError),
    ],
)
def test_an_error_answer_is_judged_like_the_lean_clients(
    aws: FakeAws, status: int, code: str, kind: type[CallError]
) -> None:
    client = BotoClient("firehose", make_settings(aws), Clock())

    def refuse(**_: object) -> AWSResponse:
        class Raw:
            def stream(self, *_: object, **__: object) -> Iterator[bytes]:
                yield b'{"__type": "%b"}' % code.encode()

        return AWSResponse("http://aws", status, HTTPHeaders(), Raw())

    client.events.register("before-send.firehose.PutRecord", refuse)
    with pytest.raises(kind, match=code) as caught:
        client.call("PutRecord", BODY, client_deadline())
    assert type(caught.value) is kind
    assert aws.calls == []


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (ReadTimeoutError(endpoint_url="http://aws"), TransientError),
        (ConnectTimeoutError(endpoint_url="http://aws"), TransientError),
        (NoCredentialsError(), RefusedError),
    ],
)
def test_a_fault_of_the_sdk_is_judged_too(aws: FakeAws, fault: Exception, kind: type[CallError]) -> None:
    client = BotoClient("firehose", make_settings(aws), Clock())

    def fail(**_: object) -> None:
        raise fault

    client.events.register("before-send.firehose.PutRecord", fail)
    with pytest.raises(kind, match=type(fault).__name__) as caught:
        client.call("PutRecord", BODY, client_deadline())
    assert type(caught.value) is kind


def client_deadline() -> float:
    """Twenty seconds from now."""
    return Clock().monotonic() + 20.0


def test_a_deadline_that_has_passed_makes_no_call(aws: FakeAws) -> None:
    with pytest.raises(TransientError, match="TimedOut"):
        BotoClient("firehose", make_settings(aws), Clock()).call("PutRecord", BODY, 0.0)
    assert aws.calls == []


def test_a_refused_signature_is_tried_by_boto3_from_then_on(
    aws: FakeAws, open_account: Callable[[Settings], Account]
) -> None:
    client = open_account(make_settings(aws, credentials=KEYS, peculiarity=None)).client("firehose")
    client.call("PutRecord", BODY, client_deadline())
    aws.fail("firehose", Refusal(403, "InvalidSignatureException"))
    for _ in range(2):
        client.call("PutRecord", BODY, client_deadline())
    is_boto3 = ["Boto3" in call.headers.get("user-agent", "") for call in aws.calls]
    assert is_boto3 == [False, False, True, True]
    assert aws.records == [b"{}"] * 3


def test_a_signature_that_boto3_cannot_mend_is_refused(
    aws: FakeAws, open_account: Callable[[Settings], Account]
) -> None:
    client = open_account(make_settings(aws, credentials=KEYS, peculiarity=None)).client("firehose")
    aws.fail("firehose", *[Refusal(403, "ExpiredTokenException")] * 3)
    for _ in range(2):
        with pytest.raises(SignatureError, match="ExpiredTokenException"):
            client.call("PutRecord", BODY, client_deadline())
    assert len(aws.calls) == 3


def test_the_lean_path_imports_nothing_heavy() -> None:
    modules = "account answer aws_json clock collect_settings connection endpoint fallback firehose pixel_lookup queue sink"
    code = f"""
import sys
for name in {modules.split()!r}:
    __import__("pixelweave_aws." + name)
heavy = {{"boto3", "botocore", "typing", "dataclasses", "pydantic", "http.client", "email", "logging", "datetime"}}
print(sorted(heavy & set(sys.modules)))
"""
    # Isolated (-I) and without site (-S): what site-packages import at start-up is not ours.
    path = "import sys; sys.path.insert(0, 'layers/core')\n"
    command = [sys.executable, "-I", "-S", "-c", path + code]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={})
    assert done.stdout == "[]\n"
