"""The redrive function as SQS calls it, against moto; faults come from fakes of the two clients."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws
from pixelweave_aws.batch_call import ATTEMPTS
from pixelweave_aws.collect_settings import SettingsError
from pixelweave_aws.redelivery import MAX_MESSAGES, MAX_RECORDS, Redelivery, UndeliveredError
from pixelweave_aws.redrive_settings import RedriveSettings
from pixelweave_aws.sink import make_spill_messages
from pixelweave_aws.spill_message import SpillMessage

from tests.functional.aws_part import create_stream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

STREAM = "hits"
BUCKET = "lake"
RECORD = (Path(__file__).parents[2] / "events" / "firehose" / "altcraft_goals.json").read_text()


class Context:
    """What the function asks of Lambda's context."""

    def __init__(self, remaining_ms: int = 60_000) -> None:
        self._remaining_ms = remaining_ms

    def get_remaining_time_in_millis(self) -> int:
        return self._remaining_ms


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "HITS_STREAM": STREAM,
    }.items():
        monkeypatch.setenv(name, value)
    module = importlib.import_module("functions.redrive.app")
    with mock_aws():
        boto3.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        create_stream(boto3.client("firehose"), STREAM, BUCKET)
        queue = boto3.client("sqs").create_queue(QueueName="identify")["QueueUrl"]
        monkeypatch.setenv("IDENTIFY_QUEUE_URL", queue)
        module.build_redelivery.cache_clear()
        yield module
        module.build_redelivery.cache_clear()


def make_event(*bodies: str) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"m-{index}",
                "receiptHandle": f"h-{index}",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:spill",
                "awsRegion": "eu-west-1",
            }
            for index, body in enumerate(bodies)
        ]
    }


def spill(target: str, *records: str) -> str:
    (message,) = make_spill_messages(target, list(records))
    return message[0]


def read_lake() -> str:
    s3 = boto3.client("s3")
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
    return "".join(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode() for key in keys)


def failed(answer: dict[str, Any]) -> list[str]:
    return [item["itemIdentifier"] for item in answer["batchItemFailures"]]


def test_hits_reach_the_stream_and_identify_messages_their_queue(app: ModuleType) -> None:
    event = make_event(spill("hits", RECORD, RECORD), spill("identify", '{"event_id":"e"}'))
    assert failed(app.handler(event, Context())) == []
    assert read_lake() == RECORD * 2
    messages = boto3.client("sqs").receive_message(QueueUrl=app.os.environ["IDENTIFY_QUEUE_URL"])["Messages"]
    assert [message["Body"] for message in messages] == ['{"event_id":"e"}']


def test_a_message_that_is_no_spill_message_fails_alone(app: ModuleType) -> None:
    broken = (
        "no JSON",
        "[]",
        '{"schema":"pixelweave.spill/2","target":"hits","records":[]}',
        '{"schema":"pixelweave.spill/1","target":"elsewhere","records":[]}',
        '{"schema":"pixelweave.spill/1","target":"hits","records":[{}]}',
    )
    assert failed(app.handler(make_event(*broken, spill("hits", RECORD)), Context())) == [
        f"m-{i}" for i in range(5)
    ]
    assert read_lake() == RECORD


def test_a_batch_of_which_nothing_can_be_delivered_fails_message_by_message(
    app: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HITS_STREAM", "no-such-stream")
    assert failed(app.handler(make_event(spill("hits", RECORD), "x"), Context())) == ["m-0", "m-1"]


@pytest.mark.parametrize(("remaining_ms", "expected"), [(30_000, []), (29_999, ["m-0"])])
def test_a_message_is_not_begun_without_the_time_to_finish_it(
    remaining_ms: int, expected: list[str], app: ModuleType
) -> None:
    assert failed(app.handler(make_event(spill("hits", RECORD)), Context(remaining_ms))) == expected
    assert bool(read_lake()) is not bool(expected)


def test_a_failure_is_logged_by_message_and_class_and_nothing_else(
    app: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    app.handler(make_event('{"canary": "canary@mail.example"}'), Context())
    (record,) = [record for record in caplog.records if record.name == "redrive"]
    assert (record.__dict__["message_id"], record.__dict__["error"]) == ("m-0", "SpillMessageError")
    assert "canary" not in repr(record.__dict__)


class FlakyTargets:
    """Both clients in one: refuses the records named in `refusals` as often as they say."""

    def __init__(self, **refusals: int) -> None:
        self.refusals = refusals
        self.calls: list[list[str]] = []

    def _refuses(self, text: str) -> bool:
        self.refusals[text] = self.refusals.get(text, 0) - 1
        return self.refusals[text] >= 0

    def put_record_batch(self, *, DeliveryStreamName: str, Records: list[dict[str, bytes]]) -> dict[str, Any]:  # noqa: N803
        assert DeliveryStreamName == STREAM
        self.calls.append([record["Data"].decode() for record in Records])
        responses = [
            {"ErrorCode": "ServiceUnavailableException"} if self._refuses(text) else {"RecordId": "1"}
            for text in self.calls[-1]
        ]
        return {"FailedPutCount": sum("ErrorCode" in r for r in responses), "RequestResponses": responses}

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803
        assert QueueUrl == "https://queue"
        self.calls.append([entry["MessageBody"] for entry in Entries])
        refused = [{"Id": entry["Id"]} for entry in Entries if self._refuses(entry["MessageBody"])]
        return {"Failed": refused} if refused else {}


def deliver(targets: Any, target: str, *records: str) -> list[float]:
    pauses: list[float] = []
    redelivery = Redelivery(
        targets, targets, hits_stream=STREAM, identify_queue_url="https://queue", sleep=pauses.append
    )
    redelivery.deliver(SpillMessage.read(spill(target, *records)))
    return pauses


@pytest.mark.parametrize("target", ["hits", "identify"])
def test_only_what_was_refused_is_sent_again_after_growing_pauses(target: str) -> None:
    targets = FlakyTargets(b=1, c=2)
    assert deliver(targets, target, "a", "b", "c") == [0.2, 0.4]
    assert targets.calls == [["a", "b", "c"], ["b", "c"], ["c"]]


@pytest.mark.parametrize("target", ["hits", "identify"])
def test_what_is_refused_in_every_attempt_keeps_the_message_on_the_queue(target: str) -> None:
    targets = FlakyTargets(b=ATTEMPTS)
    with pytest.raises(UndeliveredError, match="1 of 2 records"):
        deliver(targets, target, "a", "b")
    assert len(targets.calls) == ATTEMPTS


@pytest.mark.parametrize(("target", "limit"), [("hits", MAX_RECORDS), ("identify", MAX_MESSAGES)])
def test_a_call_carries_as_many_records_as_its_service_takes(target: str, limit: int) -> None:
    for count, calls in ((limit, [limit]), (limit + 1, [limit, 1])):
        targets = FlakyTargets()
        deliver(targets, target, *["x"] * count)
        assert [len(call) for call in targets.calls] == calls


@pytest.mark.parametrize("missing", ["HITS_STREAM", "IDENTIFY_QUEUE_URL"])
def test_a_missing_setting_is_named(missing: str) -> None:
    env = {"HITS_STREAM": "s", "IDENTIFY_QUEUE_URL": "q"}
    assert RedriveSettings.from_env(env) == RedriveSettings("s", "q")
    with pytest.raises(SettingsError, match=missing):
        RedriveSettings.from_env(env | {missing: ""})
