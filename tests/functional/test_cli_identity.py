"""`pixelweave identity rebuild`: the table held against the log, and put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from tests.functional.identity_bench import TABLE
from tests.functional.people_stack import PeopleStack, event_id, person_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_sqs.type_defs import MessageAttributeValueTypeDef

CANARY = "canary@example.com"
MALFORMED: dict[str, MessageAttributeValueTypeDef] = {
    "reason": {"DataType": "String", "StringValue": "malformed: no JSON"}
}


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[PeopleStack]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        stack = PeopleStack()
        stack.say(1, "s1", email=CANARY)
        stack.say(2, "s2", user_id="u1", fbid="100")
        stack.say(3, "s1", email=CANARY, user_id="u1")
        yield stack
        stack.lake.close()


def lose(stack: PeopleStack, *prefixes: str) -> None:
    """Delete items by the beginning of their partition keys."""
    for item in stack.read_items():
        if item["pk"]["S"].startswith(prefixes):
            stack.dynamodb.delete_item(TableName=TABLE, Key={name: item[name] for name in ("pk", "sk")})


def test_a_table_like_its_log_is_exit_code_0_and_nothing_printed(stack: PeopleStack) -> None:
    for words in ((), ("--check",), ("--repair",)):
        assert stack.run_json("identity", "rebuild", *words) == []


def test_an_empty_log_is_no_difference(stack: PeopleStack) -> None:
    stack.links.clear()
    assert stack.run_json("identity", "rebuild", "--check") == []


def test_an_event_that_is_a_leaf_of_its_own_stands_in_the_log_only(stack: PeopleStack) -> None:
    stack.say(4, email=CANARY)
    assert "event" in {row.get("leaf_type") for row in stack.links}
    assert stack.run_json("identity", "rebuild", "--check") == []
    assert {span["leaf_type"] for span in stack.run_json("people", "show", CANARY)[0]["spans"]} == {"session"}


def test_differences_are_printed_and_exit_code_1(stack: PeopleStack) -> None:
    lose(stack, f"NODE#acme#user_id#{stack.pixel_id}", "LEAF#acme#session#" + stack.pixel_id + "#s2")
    result = stack.run("identity", "rebuild", "--check")
    assert result.exit_code == 1
    assert "2 differences" in result.stderr
    header, node, link = (line.split("\t") for line in result.stdout.splitlines())
    assert header == ["kind", "person_id", "other_id", "type", "scope", "subject", "since", "event_id"]
    assert node[:5] == ["missing_node", person_id(2), "", "user_id", stack.pixel_id]
    assert link[3:] == ["session", stack.pixel_id, "s2", "2025-06-30T12:02:00.000Z", event_id(2)]


def test_a_lost_table_is_repaired_and_stitching_goes_on_in_it(stack: PeopleStack) -> None:
    lose(stack, "NODE#", "PERSON#", "LEAF#")
    found = stack.run_json("identity", "rebuild", "--repair")
    assert len(found) == 9
    assert all(row["repaired"] for row in found)
    assert stack.run_json("identity", "rebuild", "--check") == []
    stack.say(4, "s9", fbid="100")
    (record,) = stack.run_json("people", "show", CANARY)
    assert record["persons"] == [person_id(1), person_id(2)]
    assert record["is_complete"]
    assert "s9" in {leaf["value"] for leaf in record["leaves"]}
    assert {each["value"] for each in record["identifiers"]} == {None}
    (erased,) = stack.run_json("people", "forget", CANARY, "--yes")
    assert erased["identifiers"] == 4


def test_an_identifier_that_was_lost_alone_is_counted_once(stack: PeopleStack) -> None:
    lose(stack, "NODE#acme#fbid")
    stack.run_json("identity", "rebuild", "--repair")
    assert stack.run_json("people", "show", CANARY)[0]["is_complete"]
    assert stack.run("people", "forget", CANARY, "--yes").exit_code == 0


def test_the_forgotten_come_back_by_no_repair(stack: PeopleStack) -> None:
    stack.run_json("people", "forget", CANARY, "--yes")
    assert stack.run_json("identity", "rebuild", "--repair") == []
    stack.hear_tombstones()
    assert stack.run_json("identity", "rebuild", "--repair") == []
    lose(stack, "NODE#", "PERSON#", "LEAF#")
    found = stack.run_json("identity", "rebuild", "--repair")
    assert {row["kind"] for row in found} == {"missing_suppression"}
    assert stack.run("people", "show", CANARY).exit_code == 3
    stack.say(4, "s4", email=CANARY)
    assert stack.run("people", "show", CANARY).exit_code == 3


def test_who_is_back_from_a_backup_is_told_and_left(stack: PeopleStack) -> None:
    backup = stack.read_items()
    stack.run_json("people", "forget", CANARY, "--yes")
    stack.hear_tombstones()
    for item in backup:
        stack.dynamodb.put_item(TableName=TABLE, Item=item)
    result = stack.run("identity", "rebuild", "--repair")
    assert (result.exit_code, "not_forgotten" in result.stdout) == (4, True)
    stack.run_json("people", "forget", person_id(1), "--yes")
    assert stack.run_json("identity", "rebuild", "--check") == []


def test_check_and_repair_are_not_said_together(stack: PeopleStack) -> None:
    result = stack.run("identity", "rebuild", "--check", "--repair")
    assert (result.exit_code, "not both" in result.stderr) == (2, True)


def test_a_missing_log_is_one_line_and_exit_code_1(stack: PeopleStack) -> None:
    stack.run_json("identity", "rebuild")
    stack.athena.connection.execute("DROP TABLE links CASCADE")
    result = stack.run("identity", "rebuild")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("pixelweave: the query failed: ")


def test_dead_letters_go_back_to_the_identify_queue_but_not_the_malformed(
    stack: PeopleStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pixelweave_aws.drained_queue.WAIT_SECONDS", 0)
    dead = stack.queues["identify-dead"]
    stack.sqs.send_message(QueueUrl=dead, MessageBody="tired")
    stack.sqs.send_message(QueueUrl=dead, MessageBody=CANARY, MessageAttributes=MALFORMED)
    assert stack.run_json("identity", "redrive", "--dry-run")[0]["places"] == 2
    result = stack.run("identity", "redrive")
    assert result.exit_code == 4
    assert "malformed: no JSON" in result.output
    assert CANARY not in result.output
    sent = stack.sqs.receive_message(QueueUrl=stack.queues["identify"], MaxNumberOfMessages=10)["Messages"]
    assert [message["Body"] for message in sent] == ["tired"]
    assert stack.runtime.identify_dead_letters.count() == 1


def test_the_malformed_go_back_when_told_to(stack: PeopleStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pixelweave_aws.drained_queue.WAIT_SECONDS", 0)
    stack.sqs.send_message(
        QueueUrl=stack.queues["identify-dead"], MessageBody="mended", MessageAttributes=MALFORMED
    )
    assert stack.run_json("identity", "redrive", "--malformed")[0]["accepted"] == 1
    assert stack.runtime.identify_dead_letters.count() == 0
