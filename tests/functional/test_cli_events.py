"""`pixelweave events …` from the typed words to what is printed, moved and removed."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws
from pixelweave.field import FIELDS
from pixelweave_aws.batch_call import ATTEMPTS

from tests.functional.event_table import make_event_table, make_row
from tests.functional.tool_stack import ToolStack

if TYPE_CHECKING:
    from collections.abc import Iterator

EMAIL = "canary@example.com"
RECORD = {
    "event_id": "e1",
    "pixel_id": "px_one",
    "received_at": 1_751_284_800_500,
    "dialect": "rokt",
    "title": EMAIL,
}
PROCESSING = "errors/processing-failed/dt=2025-06-30/object-1"
CONVERSION = "errors/format-conversion-failed/dt=2025-06-30/object-2"


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[ToolStack]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setattr("pixelweave_aws.drained_queue.WAIT_SECONDS", 0)
    with mock_aws():
        stack = ToolStack([make_row(1, labels={"a": "b"}), make_row(2, dialect="ksense", outcome="bot")])
        yield stack
        stack.athena.close()


def make_failure(record: Any, **changes: Any) -> bytes:
    data = record if isinstance(record, bytes) else json.dumps(record).encode()
    document = {
        "attemptsMade": 1,
        "arrivalTimestamp": 1_751_284_800_000,
        "errorCode": "Lambda.FunctionError",
        "errorMessage": f"refused the title {EMAIL} of the record",
        "attemptEndingTimestamp": 1_751_284_801_000,
        "rawData": b64encode(data).decode(),
        "lambdaArn": "arn:aws:lambda:eu-central-1:123456789012:function:enrich",
    }
    return json.dumps(document | changes).encode()


def make_spill(target: str, *records: str) -> str:
    return json.dumps({"schema": "pixelweave.spill/1", "target": target, "records": records})


def test_list_prints_one_object_a_row_with_the_columns_as_keys(stack: ToolStack) -> None:
    events = stack.run_json("events", "list", "--pixel", "px_one")
    assert [event["event_id"] for event in events] == ["event-02", "event-01"]
    assert list(events[1]) == [*(field.name for field in FIELDS), "dt"]
    assert events[1]["labels"] == {"a": "b"}


def test_list_takes_its_filters(stack: ToolStack) -> None:
    words = (
        "events",
        "list",
        "--outcome",
        "bot",
        "--type",
        "page_view",
        "--since",
        "1d",
        "--until",
        "2025-07-01",
    )
    assert [event["event_id"] for event in stack.run_json(*words)] == ["event-02"]
    assert stack.run_json("events", "list", "--since", "5m") == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("list", "--pixel", "x' OR '1'='1"), "is not a pixel id"),
        (("list", "--outcome", "good"), "--outcome: 'good' is not one of accepted, rejected, bot, test"),
        (("list", "--type", "click"), "--type: 'click' is not one of page_view"),
        (("list", "--limit", "0"), "--limit: 0 is not between 1 and 10000"),
        (("list", "--since", "yesterday"), "--since: 'yesterday' is not a time"),
        (("list", "--until", "2020-01-01"), "is not after --since"),
        (("count", "--by", "password"), "--by: password is not a column to count by"),
        (("count", "--by", "dialect,dialect"), "--by: a column is named twice"),
        (("tail", "--interval", "1.9"), "--interval: 1.9 is less than 2 seconds"),
    ],
)
def test_a_bad_value_is_told_by_its_option_and_exit_code_2(
    stack: ToolStack, words: tuple[str, ...], sentence: str
) -> None:
    result = stack.run("events", *words)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert result.stdout == ""
    assert stack.athena.statements == []


def test_count_groups_by_dialect_and_outcome_unless_told_otherwise(stack: ToolStack) -> None:
    assert stack.run_json("events", "count") == [
        {"dialect": "ksense", "outcome": "bot", "events": 1},
        {"dialect": "rokt", "outcome": "accepted", "events": 1},
    ]
    assert stack.run_json("events", "count", "--by", "") == [{"events": 2}]
    assert stack.run("events", "count", "--by", "dt").stdout == "dt\tevents\n2025-06-30\t2\n"


@pytest.mark.parametrize("command", ["list", "count"])
def test_a_failed_query_is_one_line_and_exit_code_1(stack: ToolStack, command: str) -> None:
    stack.athena.connection.execute("DROP TABLE events")
    result = stack.run("events", command)
    assert result.exit_code == 1
    assert result.stderr.startswith("pixelweave: the query failed: ")
    assert result.stdout == ""


def test_tail_prints_each_event_once_the_oldest_first(stack: ToolStack) -> None:
    rows = [make_row(40 + n) for n in range(3)]
    stack.athena.connection = make_event_table(rows[:2])

    def arrive(seconds: float) -> None:
        stack.athena.connection = make_event_table(rows)
        stack.pauses.append(seconds)

    stack.runtime.sleep = arrive
    events = stack.run_json("events", "tail", "--polls", "2", "--interval", "3")
    assert [event["event_id"] for event in events] == ["event-40", "event-41", "event-42"]
    assert stack.pauses == [3.0]


def test_an_interrupted_tail_has_done_its_work(stack: ToolStack) -> None:
    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    stack.runtime.sleep = interrupt
    result = stack.run("events", "tail")
    assert (result.exit_code, result.stderr) == (0, "")


def test_failed_groups_by_reason_and_shows_no_personal_data(stack: ToolStack) -> None:
    stack.put_error(
        PROCESSING, make_failure(RECORD) + make_failure(RECORD, arrivalTimestamp=1_751_284_900_000)
    )
    stack.put_error(CONVERSION, make_failure(b"\xff garbage", errorCode=None, lastErrorCode="Schema") + b"\n")
    stack.sqs.send_message(QueueUrl=stack.queues["spill-dead"], MessageBody="x")
    result = stack.run("events", "failed", "--json")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["kind"], row["records"]) for row in rows] == [
        ("processing-failed", 2),
        ("format-conversion-failed", 1),
        ("spill dead letters queue", 1),
    ]
    assert rows[0]["first"] == "2025-06-30T12:00:00.000Z"
    assert rows[0]["last"] == "2025-06-30T12:01:40.000Z"
    assert rows[0]["message"] == "refused the title … of the record"
    assert rows[0]["sample"]["event_id"] == "e1"
    assert rows[0]["sample"]["columns"] == ["event_id", "pixel_id", "received_at", "dialect", "title"]
    assert rows[1]["code"] == "Schema"
    assert rows[1]["sample"] == {"bytes": 9, "columns": None}
    assert "canary" not in result.output
    assert "canary" not in stack.run("events", "failed").output


def test_replay_puts_the_records_back_and_removes_the_object(stack: ToolStack) -> None:
    stack.put_error(PROCESSING, make_failure(RECORD) + b"\n" + make_failure(RECORD | {"event_id": "e2"}))
    (tally,) = stack.run_json("events", "replay")
    assert tally == {
        "source": "error prefix",
        "places": 1,
        "records": 2,
        "accepted": 2,
        "emptied": 1,
        "unreadable": [],
    }
    assert sorted(record["event_id"] for record in stack.read_delivered()) == ["e1", "e2"]
    assert stack.list_errors() == []


def test_replay_makes_of_an_enriched_row_what_enrich_takes(stack: ToolStack) -> None:
    row = RECORD | {
        "received_at": "2025-06-30 12:00:00.500",
        "occurred_at": "2025-06-30 12:00:00.000",
        "country": "DE",
    }
    stack.put_error(CONVERSION, make_failure(row))
    stack.run_json("events", "replay")
    (record,) = stack.read_delivered()
    assert record["received_at"] == RECORD["received_at"]
    assert record["occurred_at"] == 1_751_284_800_000
    assert record["client"] == {"country": "DE"}


def test_a_dry_run_only_counts(stack: ToolStack) -> None:
    stack.put_error(PROCESSING, make_failure(RECORD))
    stack.sqs.send_message(QueueUrl=stack.queues["spill"], MessageBody=make_spill("hits", "{}"))
    (tally,) = stack.run_json("events", "replay", "--dry-run")
    assert (tally["places"], tally["records"], tally["accepted"]) == (1, 1, 0)
    spill, dead = stack.run_json("events", "replay", "--spill", "--dry-run")
    assert (spill["places"], dead["places"]) == (1, 0)
    assert stack.list_errors() == [PROCESSING]
    assert stack.read_delivered() == []
    assert stack.runtime.spill_queues["spill"].count() == 1


@pytest.mark.parametrize("body", [b"not json", b'{"rawData": "!"}', b"[1]", b'{"attemptsMade": 1}', b"\xff"])
def test_an_object_that_firehose_did_not_write_stays_and_the_others_go(stack: ToolStack, body: bytes) -> None:
    stack.put_error(CONVERSION, body)
    stack.put_error(PROCESSING, make_failure(RECORD))
    result = stack.run("events", "replay", "--json")
    assert result.exit_code == 4
    assert json.loads(result.stdout)["unreadable"] == [CONVERSION]
    assert stack.list_errors() == [CONVERSION]
    assert len(stack.read_delivered()) == 1


def refuse(stack: ToolStack, refusals: int) -> list[int]:
    """Let Firehose refuse the last record of a call so many times; the list grows by the size of each call."""
    client = stack.runtime.redelivery._firehose
    put = client.put_record_batch
    calls: list[int] = []

    def put_partly(**request: Any) -> Any:
        calls.append(len(request["Records"]))
        if len(calls) > refusals:
            return put(**request)
        accepted = request["Records"][:-1]
        if accepted:
            put(**request | {"Records": accepted})
        results = [{"RecordId": "1"} for _ in accepted] + [{"ErrorCode": "ServiceUnavailableException"}]
        return {"FailedPutCount": 1, "RequestResponses": results}

    client.put_record_batch = put_partly  # type: ignore[method-assign]  # a fault is put into this one client
    return calls


def test_a_record_refused_at_first_is_put_again_alone(stack: ToolStack) -> None:
    stack.put_error(PROCESSING, make_failure(RECORD) + make_failure(RECORD | {"event_id": "e2"}))
    calls = refuse(stack, 1)
    stack.run_json("events", "replay")
    assert calls == [2, 1]
    assert sorted(record["event_id"] for record in stack.read_delivered()) == ["e1", "e2"]
    assert stack.list_errors() == []


def test_an_object_stays_while_one_of_its_records_is_refused(stack: ToolStack) -> None:
    stack.put_error(PROCESSING, make_failure(RECORD) + make_failure(RECORD | {"event_id": "e2"}))
    refuse(stack, ATTEMPTS)
    result = stack.run("events", "replay")
    assert result.exit_code == 4
    assert "stays where it is" in result.stderr
    assert stack.list_errors() == [PROCESSING]


def test_records_of_large_objects_go_in_calls_that_firehose_takes(
    stack: ToolStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = json.dumps(RECORD)
    monkeypatch.setattr("pixelweave_cli.replay.MAX_BATCH_BYTES", 2 * len(record))
    stack.put_error(PROCESSING, make_failure(RECORD) * 5)
    calls = refuse(stack, 0)
    stack.run_json("events", "replay")
    assert calls == [2, 2, 1]


def test_the_spill_queue_and_its_dead_letters_are_drained_to_where_they_belong(stack: ToolStack) -> None:
    stack.sqs.send_message(QueueUrl=stack.queues["spill"], MessageBody=make_spill("hits", json.dumps(RECORD)))
    stack.sqs.send_message(
        QueueUrl=stack.queues["spill-dead"], MessageBody=make_spill("identify", "one", "two")
    )
    tallies = stack.run_json("events", "replay", "--spill")
    assert [(tally["source"], tally["accepted"], tally["emptied"]) for tally in tallies] == [
        ("spill", 1, 1),
        ("spill dead letters", 2, 1),
    ]
    assert [record["event_id"] for record in stack.read_delivered()] == ["e1"]
    messages = stack.sqs.receive_message(QueueUrl=stack.queues["identify"], MaxNumberOfMessages=10)[
        "Messages"
    ]
    assert sorted(message["Body"] for message in messages) == ["one", "two"]
    assert all(queue.count() == 0 for queue in stack.runtime.spill_queues.values())


def test_a_message_that_is_no_spill_message_stays_and_its_text_is_not_shown(stack: ToolStack) -> None:
    stack.sqs.send_message(QueueUrl=stack.queues["spill"], MessageBody=json.dumps({"schema": EMAIL}))
    result = stack.run("events", "replay", "--spill", "--json")
    assert result.exit_code == 4
    assert json.loads(result.stdout.splitlines()[0])["unreadable"] == [
        "not a message of the form pixelweave.spill/1"
    ]
    assert "canary" not in result.output
    assert stack.runtime.spill_queues["spill"].count() == 1
