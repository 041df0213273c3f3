"""`pixelweave events …` from the typed words to what is printed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from pixelweave.field import FIELDS

from tests.functional.event_table import make_event_table, make_row
from tests.functional.undelivered import (
    CONVERSION,
    PROCESSING,
    RECORD,
    make_failure,
    open_stack,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.functional.tool_stack import ToolStack


@pytest.fixture
def stack() -> Iterator[ToolStack]:
    with open_stack() as stack:
        yield stack


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
