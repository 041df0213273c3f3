"""`pixelweave events replay`: what could not be delivered goes back to where it belongs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pixelweave_aws.batch_call import ATTEMPTS

from tests.functional.undelivered import (
    CONVERSION,
    EMAIL,
    PROCESSING,
    RECORD,
    make_failure,
    make_spill,
    open_stack,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.functional.tool_stack import ToolStack


@pytest.fixture
def stack() -> Iterator[ToolStack]:
    with open_stack() as stack:
        yield stack


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
