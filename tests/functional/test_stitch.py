"""The stitch function as SQS calls it, against moto (one thread); faults come from botocore hooks."""

from __future__ import annotations

import copy
import importlib
import json
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from moto import mock_aws
from pixelweave_aws.batch_call import ATTEMPTS
from pixelweave_aws.collect_settings import SettingsError
from pixelweave_aws.person_bus import MAX_ENTRIES
from pixelweave_aws.stitch_settings import REQUIRED, StitchSettings

from tests.functional.identity_bench import TABLE, create_identity_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

EVENT = json.loads((Path(__file__).parents[2] / "events" / "sqs_identify.json").read_text())
CAPTURED = [record["body"] for record in EVENT["Records"]]
STREAM, BUS, BUCKET = "links", "people", "lake"
PERSON = "pn_019f1d8ce27b70008000000000000001"


class Context:
    """What the function asks of Lambda's context."""

    def __init__(self, remaining_ms: int = 60_000) -> None:
        self._remaining_ms = remaining_ms

    def get_remaining_time_in_millis(self) -> int:
        return self._remaining_ms


class Stage:
    """The function and everything around it; faults are put between it and AWS."""

    def __init__(self, app: ModuleType, dead_letter_url: str) -> None:
        self.app = app
        self.logged = StringIO()
        self._dead_letter_url = dead_letter_url
        self.notices: list[dict[str, Any]] = []
        self.calls: Counter[str] = Counter()
        batch = app.build_batch()
        self.dynamodb = batch._table._client
        self.firehose = batch._links._client
        self.events = batch._bus._client
        for client in (self.dynamodb, self.firehose, self.events):
            client.meta.events.register("provide-client-params", self._note)

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls[model.name] += 1
        if model.name == "PutEvents":
            assert len(params["Entries"]) <= MAX_ENTRIES
            self.notices += params["Entries"]

    def run(self, *bodies: str, receives: int = 1, remaining_ms: int = 60_000) -> list[str]:
        """Deliver bodies as one batch; the message ids that failed."""
        event: dict[str, Any] = {"Records": []}
        for number, body in enumerate(bodies):
            record = copy.deepcopy(EVENT["Records"][0]) | {"messageId": f"m-{number}", "body": body}
            record["attributes"]["ApproximateReceiveCount"] = str(receives)
            event["Records"].append(record)
        answer = self.app.handler(event, Context(remaining_ms))
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the links log, in the order they were put."""
        s3, decoder, rows = boto3.client("s3"), json.JSONDecoder(), []
        for found in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
            text, start = s3.get_object(Bucket=BUCKET, Key=found["Key"])["Body"].read().decode(), 0
            while start < len(text):
                row, start = decoder.raw_decode(text, start)
                rows.append(row)
        return rows

    def names(self) -> list[str]:
        return [notice["DetailType"] for notice in self.notices]

    def items(self) -> dict[tuple[str, str], dict[str, Any]]:
        found = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
        return {(item["pk"]["S"], item["sk"]["S"]): item for item in found}

    def dead_letters(self) -> list[tuple[str, str]]:
        """Body and reason of what was set aside."""
        answer = boto3.client("sqs").receive_message(
            QueueUrl=self._dead_letter_url, MessageAttributeNames=["All"], MaxNumberOfMessages=10
        )
        return [
            (message["Body"], message["MessageAttributes"]["reason"]["StringValue"])
            for message in answer.get("Messages", [])
        ]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    env = {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "IDENTITY_TABLE": TABLE,
        "LINKS_STREAM": STREAM,
        "EVENT_BUS": BUS,
        "BLOCKED_VALUES": "Nobody@corp.example, ",
        "GRAPH_API_URL": "",
    }
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    app = importlib.import_module("functions.stitch.app")
    cached = (app.load_settings, app.build_batch, app.build_dead_letters)
    with mock_aws():
        create_identity_table(boto3.client("dynamodb"))
        boto3.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        boto3.client("firehose").create_delivery_stream(
            DeliveryStreamName=STREAM,
            ExtendedS3DestinationConfiguration={
                "RoleARN": "arn:aws:iam::123456789012:role/firehose",
                "BucketARN": f"arn:aws:s3:::{BUCKET}",
            },
        )
        boto3.client("events").create_event_bus(Name=BUS)
        queue = boto3.client("sqs").create_queue(QueueName="identify-dead")["QueueUrl"]
        monkeypatch.setenv("IDENTIFY_DEAD_LETTER_QUEUE_URL", queue)
        for each in cached:
            each.cache_clear()
        stage = Stage(app, queue)
        monkeypatch.setattr(app.logger.registered_handler, "stream", stage.logged)
        yield stage
        for each in cached:
            each.cache_clear()


def read_metrics(text: str) -> dict[str, float]:
    """Counts by name, those of a reason as `name:reason`; zeros left out."""
    counts: dict[str, float] = {}
    for line in map(json.loads, text.splitlines()):
        for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
            name = metric["Name"] + (f":{line['reason']}" if "reason" in line else "")
            counts[name] = counts.get(name, 0) + line[metric["Name"]][0]
    return {name: count for name, count in counts.items() if count}


def make_body(number: int, *identifiers: tuple[str, str], **changes: Any) -> str:
    hit = {
        "event_id": f"event-{number:04d}",
        "pixel_id": "px",
        "workspace_id": "ws",
        "dialect": "native",
        "type": "page_view",
        "received_at": 1_782_907_200_000 + number,
        "occurred_at": 1_782_907_200_000 + number,
        "identifiers": [{"type": kind, "value": value} for kind, value in identifiers],
    }
    return json.dumps({"schema": "pixelweave.identify/1", "hits": [hit | changes]})


def test_the_captured_messages_of_four_dialects_are_one_person(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stage.run(*CAPTURED) == []
    persons = {row["person_id"] for row in stage.rows()}
    assert persons == {PERSON}
    kinds = Counter((row["kind"], row.get("node_type") or row.get("leaf_type")) for row in stage.rows())
    assert kinds == {
        ("node", "email_sha256"): 1,
        ("node", "email_md5"): 1,
        ("node", "user_id"): 2,
        ("node", "phone_e164_md5"): 1,
        ("link", "session"): 2,
        ("link", "visitor"): 2,
        # The lead of a server's own, with neither session nor visitor.
        ("link", "event"): 1,
    }
    traits = stage.items()[f"PERSON#{PERSON}", "TRAITS"]["traits"]["M"]
    assert set(traits) == {"firstname", "lastname", "zip", "mobile", "plan"}
    assert Counter(stage.names()) == {"PersonIdentified": 4, "LeadCaptured": 1}
    assert {notice["Source"] for notice in stage.notices} == {"pixelweave"}
    assert read_metrics(capsys.readouterr().out) == {
        "MessagesStitched": 4,
        "HitsStitched": 5,
        "PersonsCreated": 1,
    }


def test_a_batch_tells_everything_in_few_calls(stage: Stage) -> None:
    assert stage.run(*(make_body(number, ("user_id", f"u{number}")) for number in range(12))) == []
    assert stage.calls["PutRecordBatch"] == 1
    assert stage.calls["PutEvents"] == 2
    assert Counter(row["kind"] for row in stage.rows()) == {"node": 12, "link": 12}


def test_a_batch_of_repeats_writes_and_tells_nothing(stage: Stage) -> None:
    stage.run(*CAPTURED[:3])
    stage.calls.clear()
    assert stage.run(*(body.replace("-8000-", "-9000-") for body in CAPTURED[:3])) == []
    assert set(stage.calls) == {"BatchGetItem", "GetItem"}


def test_a_redelivery_tells_again_what_the_first_delivery_wrote(stage: Stage) -> None:
    stage.run(*CAPTURED)
    first, notices = stage.rows(), stage.names()
    assert stage.run(*CAPTURED, receives=2) == []
    assert {row["link_id"] for row in stage.rows()} == {row["link_id"] for row in first}
    assert len(stage.rows()) == 2 * len(first)
    assert stage.names() == notices * 2


def test_an_event_of_a_session_that_is_everybodys_is_a_leaf_of_its_own(stage: Stage) -> None:
    body = make_body(1, ("user_id", "u1"), session_id="undefined")
    assert stage.run(body) == []
    assert [row["leaf"] for row in stage.rows() if row["kind"] == "link"] == ["event-0001"]
    assert [pk for pk, _ in stage.items() if pk.startswith("LEAF#")] == []


class TestMalformed:
    def test_it_is_set_aside_with_its_reason_and_the_batch_goes_on(
        self, stage: Stage, capsys: pytest.CaptureFixture[str]
    ) -> None:
        broken = [make_body(1), "no JSON: canary@mail.example"]
        assert stage.run(broken[0], CAPTURED[0], broken[1]) == []
        assert stage.dead_letters() == [
            (broken[0], "malformed: hits.0: value_error"),
            (broken[1], "malformed: : json_invalid"),
        ]
        assert {row["person_id"] for row in stage.rows()} == {PERSON}
        assert read_metrics(capsys.readouterr().out)["MessagesMalformed"] == 2
        assert "canary" not in stage.logged.getvalue()
        assert "m-2" in stage.logged.getvalue()

    def test_it_stays_on_its_queue_where_it_cannot_be_set_aside(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("IDENTIFY_DEAD_LETTER_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/1/gone")
        stage.app.load_settings.cache_clear()
        assert stage.run("no JSON", CAPTURED[0]) == ["m-0"]


def break_calls(client: Any, operation: str, when: Callable[[dict[str, Any]], bool], *, after: bool) -> None:
    """Break the connection of calls whose parameters are so, before or after they did their work."""
    matches: list[bool] = []

    def look(params: dict[str, Any], **_: Any) -> None:
        matches.append(when(params))

    def fail(**_: Any) -> None:
        if matches[-1]:
            raise ConnectionClosedError(endpoint_url="https://aws")

    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.register(f"provide-client-params.{service}.{operation}", look)
    client.meta.events.register(f"{'after' if after else 'before'}-call.{service}.{operation}", fail)


def fail_events(client: Any, events: set[str]) -> None:
    """Answer transactions of these events with an error that no further attempt mends."""
    named: list[bool] = []

    def look(params: dict[str, Any], **_: Any) -> None:
        named.append(any(event in json.dumps(params) for event in events))

    def fail(**_: Any) -> None:
        if named[-1]:
            raise ClientError({"Error": {"Code": "ValidationException"}}, "TransactWriteItems")

    client.meta.events.register("provide-client-params.dynamodb.TransactWriteItems", look)
    client.meta.events.register("before-call.dynamodb.TransactWriteItems", fail)


def make_envelope(count: int) -> str:
    """A message of so many hits, each with a user id of its own."""
    parts = [json.loads(make_body(number, ("user_id", f"u{number}")))["hits"][0] for number in range(count)]
    return json.dumps({"schema": "pixelweave.identify/1", "hits": parts})


class TestPartialFailure:
    @pytest.mark.parametrize("after", [False, True])
    @pytest.mark.parametrize("operation", ["TransactWriteItems", "PutItem"])
    def test_one_hits_failure_fails_its_message_only(self, stage: Stage, operation: str, after: bool) -> None:
        def hurts(params: dict[str, Any]) -> bool:
            return "event-0002" in json.dumps(params)

        break_calls(stage.dynamodb, operation, hurts, after=after)
        bodies = [
            make_body(number, ("user_id", f"u{number}"), session_id=f"s{number}") for number in (1, 2, 3)
        ]
        assert stage.run(*bodies) == ["m-1"]
        assert {row["event_id"] for row in stage.rows()} == {"event-0001", "event-0003"}
        assert json.loads(stage.logged.getvalue())["error"] == "ConnectionClosedError"

    def test_a_hit_that_fails_each_time_keeps_no_other_hit_of_its_message_back(self, stage: Stage) -> None:
        fail_events(stage.dynamodb, {"event-0001"})
        assert stage.run(make_envelope(3)) == ["m-0"]
        assert {row["event_id"] for row in stage.rows()} == {"event-0000", "event-0002"}
        assert stage.logged.getvalue().count("message failed") == 1
        assert stage.run(make_envelope(3), receives=2) == ["m-0"]

    @pytest.mark.parametrize(("failing", "told"), [((0, 1), {2, 3}), ((0, 1, 2), set())])
    def test_past_three_failures_the_rest_of_a_message_waits(
        self, stage: Stage, failing: tuple[int, ...], told: set[int]
    ) -> None:
        fail_events(stage.dynamodb, {f"event-{number:04d}" for number in failing})
        assert stage.run(make_envelope(4)) == ["m-0"]
        assert {row["event_id"] for row in stage.rows()} == {f"event-{number:04d}" for number in told}

    def test_where_nobody_answers_the_rest_of_a_message_comes_again(self, stage: Stage) -> None:
        broken = [True]

        def hurts(params: dict[str, Any]) -> bool:
            return broken[0] and "event-0001" in json.dumps(params)

        break_calls(stage.dynamodb, "TransactWriteItems", hurts, after=True)
        assert stage.run(make_envelope(3)) == ["m-0"]
        assert {row["event_id"] for row in stage.rows()} == {"event-0000"}
        broken[0] = False
        assert stage.run(make_envelope(3), receives=2) == []
        assert {row["event_id"] for row in stage.rows()} == {"event-0000", "event-0001", "event-0002"}

    def test_a_message_that_is_twice_in_a_batch_tells_what_both_deliveries_found(self, stage: Stage) -> None:
        """The second one finds the way that the first one shortened, past the merge that it made."""
        known = (["b"], ["c"], ["x"], ["c", "x"])
        stage.run(
            *(make_body(number, *(("uuid", name) for name in names)) for number, names in enumerate(known))
        )
        record = EVENT["Records"][0] | {"body": make_body(9, ("uuid", "x"), ("uuid", "b"))}
        assert stage.app.handler({"Records": [record, record]}, Context()) == {"batchItemFailures": []}
        merges = {row["event_id"] for row in stage.rows() if row["kind"] == "merge"}
        assert merges == {"event-0003", "event-0009"}

    @pytest.mark.parametrize(("remaining_ms", "failed"), [(30_000, []), (29_999, ["m-0"])])
    def test_a_message_is_not_begun_without_the_time_to_finish_it(
        self, stage: Stage, remaining_ms: int, failed: list[str]
    ) -> None:
        assert stage.run(CAPTURED[0], remaining_ms=remaining_ms) == failed
        assert bool(stage.items()) is not bool(failed)


def refuse_entries(client: Any, operation: str, results: str, count: str, times: dict[int, int]) -> None:
    """Answer that entries (by their place in the first call) were refused, as often as `times` says."""
    places: list[list[int]] = []

    def answer(parsed: dict[str, Any], **_: Any) -> None:
        now = places[-1] if places else list(range(len(parsed[results])))
        refused = [place for place in now if times.get(place, 0) > 0]
        for index, place in enumerate(now):
            if place in refused:
                times[place] -= 1
                parsed[results][index] = {"ErrorCode": "ServiceUnavailableException"}
        parsed[count] = len(refused)
        places.append(refused)

    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.register(f"after-call.{service}.{operation}", answer)


class TestTelling:
    """Message m-<n> tells two rows, of its node and its session, and one notice."""

    BODIES = tuple(
        make_body(number, ("user_id", f"u{number}"), session_id=f"s{number}") for number in range(3)
    )

    @pytest.fixture(autouse=True)
    def pauses(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        taken: list[float] = []
        for target in (stage.app.build_batch()._links, stage.app.build_batch()._bus):
            monkeypatch.setattr(target, "_sleep", taken.append)
        return taken

    @pytest.mark.parametrize("is_stream", [True, False])
    def test_what_was_refused_is_tried_again_alone(
        self, stage: Stage, is_stream: bool, pauses: list[float]
    ) -> None:
        self.refuse(stage, {1: 1, 2: 2}, is_stream=is_stream)
        assert stage.run(*self.BODIES) == []
        assert pauses == [0.2, 0.4]
        assert stage.calls["PutRecordBatch" if is_stream else "PutEvents"] == ATTEMPTS

    @pytest.mark.parametrize("is_stream", [True, False])
    def test_what_is_refused_in_every_attempt_fails_its_message(self, stage: Stage, is_stream: bool) -> None:
        self.refuse(stage, {1: ATTEMPTS}, is_stream=is_stream)
        assert stage.run(*self.BODIES) == ["m-1"]
        assert stage.run(self.BODIES[1], receives=2) == []
        assert {row["event_id"] for row in stage.rows()} == {"event-0000", "event-0001", "event-0002"}
        assert (
            Counter(json.loads(notice["Detail"])["event_id"] for notice in stage.notices)["event-0001"] >= 1
        )

    @pytest.mark.parametrize("is_stream", [True, False])
    @pytest.mark.parametrize("after", [True, False])
    def test_a_call_that_fails_fails_the_messages_that_told_something(
        self, stage: Stage, is_stream: bool, after: bool
    ) -> None:
        stage.run(make_body(9, ("user_id", "u0"), session_id="s0", occurred_at=1_782_907_200_000))
        client, operation = self.target(stage, is_stream=is_stream)
        break_calls(client, operation, lambda _: True, after=after)
        # The first one is a repeat by now: it tells nothing, and nothing of it failed.
        assert stage.run(*self.BODIES) == ["m-1", "m-2"]
        assert "call failed" in stage.logged.getvalue()

    def target(self, stage: Stage, *, is_stream: bool) -> tuple[Any, str]:
        return (stage.firehose, "PutRecordBatch") if is_stream else (stage.events, "PutEvents")

    def refuse(self, stage: Stage, times: dict[int, int], *, is_stream: bool) -> None:
        client, operation = self.target(stage, is_stream=is_stream)
        fields = ("RequestResponses", "FailedPutCount") if is_stream else ("Entries", "FailedEntryCount")
        places = {2 * number if is_stream else number: count for number, count in times.items()}
        refuse_entries(client, operation, *fields, places)


class TestRefusal:
    def test_what_makes_no_node_is_written_down_once_and_counted_each_time(
        self, stage: Stage, capsys: pytest.CaptureFixture[str]
    ) -> None:
        sent = [
            ("user_id", "undefined"),
            ("email", "nobody@CORP.example"),
            ("email", "none of yours"),
            ("uuid", "u"),
        ]
        assert stage.run(*(make_body(number, *sent) for number in range(3))) == []
        written = [item for (pk, _), item in stage.items().items() if pk == "PIXEL#ws#px"]
        assert sorted((item["kind"]["S"], item["reason"]["S"], item["by"]["S"]) for item in written) == [
            ("email", "blocked_value", "event-0000"),
            ("email", "invalid_value", "event-0000"),
            ("user_id", "blocked_value", "event-0000"),
        ]
        assert stage.calls["PutItem"] == 3
        assert "corp" not in json.dumps(written).lower()
        metrics = read_metrics(capsys.readouterr().out)
        assert (metrics["EdgesRefused:blocked_value"], metrics["EdgesRefused:invalid_value"]) == (6, 3)
        assert "MergeRefused" not in stage.names()

    def test_two_user_ids_stay_two_persons_and_that_is_told(
        self, stage: Stage, capsys: pytest.CaptureFixture[str]
    ) -> None:
        mail = ("email", "ann@mail.example")
        assert stage.run(make_body(1, ("user_id", "a"), mail), make_body(2, ("user_id", "b"), mail)) == []
        refused = [
            json.loads(notice["Detail"]) for notice in stage.notices if notice["DetailType"] == "MergeRefused"
        ]
        assert {each["reason"] for each in refused} == {"unique_conflict"}
        # The address is two nodes, and each one of them leads to the person that has another user id.
        assert read_metrics(capsys.readouterr().out)["EdgesRefused:unique_conflict"] == len(refused)
        assert {each["identifier"]["type"] for each in refused} == {"email_sha256", "email_md5"}
        assert len({row["person_id"] for row in stage.rows()}) == 2

    def test_a_poison_person_is_reported_and_slows_nobody(
        self, stage: Stage, capsys: pytest.CaptureFixture[str]
    ) -> None:
        shared = ("email", "kiosk@mail.example")
        stage.run(make_body(1, shared))
        stage.dynamodb.update_item(
            TableName=TABLE,
            Key={"pk": {"S": "PERSON#pn_event0001"}, "sk": {"S": "PERSON"}},
            UpdateExpression="SET nodes = :full",
            ExpressionAttributeValues={":full": {"N": "1000"}},
        )
        capsys.readouterr()
        stage.calls.clear()
        grown = [make_body(number, shared, ("uuid", f"u{number}")) for number in range(2, 12)]
        assert stage.run(*grown, make_body(50, ("email", "ann@mail.example"))) == []
        metrics = read_metrics(capsys.readouterr().out)
        assert (metrics["EdgesRefused:too_many_identifiers"], metrics["PersonsCreated"]) == (10, 1)
        assert stage.calls["TransactWriteItems"] == 1
        assert "Conflicts" not in metrics


def test_no_plain_value_leaves_the_table(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    canaries = ("canary@mail.example", "canary-user", "+13125550199", "canary-trait", "canary-token")
    body = make_body(
        1,
        *zip(("email", "user_id", "phone", "access_token"), (*canaries[:3], canaries[4]), strict=True),
        ("email", "not an address: canary"),
        traits={"name": canaries[3]},
        type="lead",
    )
    assert stage.run(body, make_body(2, ("user_id", "other"), ("email", canaries[0]))) == []
    told = (
        json.dumps(stage.rows())
        + json.dumps(stage.notices)
        + stage.logged.getvalue()
        + capsys.readouterr().out
    )
    assert not [canary for canary in ("canary", canaries[2]) if canary in told]
    held = json.dumps(list(stage.items().values()))
    assert [canary for canary in canaries if canary not in held] == ["canary-token"]


ENV = {name: name.lower() for name in REQUIRED}


class TestSettings:
    @pytest.mark.parametrize("name", REQUIRED)
    def test_a_missing_one_is_named(self, name: str) -> None:
        with pytest.raises(SettingsError, match=name):
            StitchSettings.from_env(ENV | {name: ""})

    def test_the_others_have_defaults(self) -> None:
        assert StitchSettings.from_env(ENV) == StitchSettings(
            "identity_table", "links_stream", "event_bus", "identify_dead_letter_queue_url"
        )

    def test_blocked_values_are_a_list_without_case(self) -> None:
        settings = StitchSettings.from_env(ENV | {"BLOCKED_VALUES": " Info@shop.example ,,X"})
        assert settings.blocked == {"info@shop.example", "x"}


def test_a_token_is_asked_for_where_the_deployment_names_an_api(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRAPH_API_URL", "http://127.0.0.1:9/v23.0")
    stage.app.load_settings.cache_clear()
    stage.app.build_batch.cache_clear()
    assert stage.run(make_body(1, ("access_token", "secret"))) == []
    assert read_metrics(capsys.readouterr().out)["GraphFailures"] == 1
