"""`pixelweave compact` from the typed words to what is printed."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, cast

import pytest
from moto import mock_aws
from pixelweave_aws.compact_call import CompactCall

from tests.functional.tool_stack import ToolStack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_lambda import LambdaClient

DAY = {"log": "events", "day": "2025-06-01", "objects_before": 2, "bytes_before": 9_000}
SAME = {"objects_after": 2, "bytes_after": 9_000, "rows": None, "reason": None}
FEWER = {"objects_after": 1, "bytes_after": 5_000, "rows": 70, "reason": None}


class Function:
    """Lambda with one function: answers with `days`, and remembers the events."""

    def __init__(self, *days: dict[str, Any]) -> None:
        self.days = days
        self.events: list[Any] = []

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803  # boto3's names
        """Run the function."""
        assert FunctionName == "compact"
        self.events.append(json.loads(Payload))
        return {"Payload": io.BytesIO(json.dumps({"days": self.days}).encode())}


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[ToolStack]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        stack = ToolStack()
        yield stack
        stack.athena.close()


def answer(stack: ToolStack, *days: dict[str, Any]) -> Function:
    function = Function(*days)
    stack.runtime.compact_call = CompactCall(cast("LambdaClient", function), "compact")
    return function


def test_a_dry_run_does_not_say_how_large_a_day_will_be(stack: ToolStack) -> None:
    function = answer(stack, DAY | SAME | {"state": "would pack"}, DAY | FEWER | {"state": "packed"})
    result = stack.run("compact", "--dry-run")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1:] == [
        "events\t2025-06-01\twould pack\t2\t9000\t\t\t\t",
        "events\t2025-06-01\tpacked\t2\t9000\t1\t5000\t70\t",
    ]
    assert function.events == [{"day": None, "dry_run": True}]
    would, did = stack.run_json("compact", "--dry-run")
    assert (would["objects_after"], would["bytes_after"], did["objects_after"]) == (None, None, 1)


@pytest.mark.parametrize(
    ("states", "sentence"),
    [
        (["refused", "packed"], "1 day is left: events 2025-06-01"),
        (["unfinished", "refused"], "2 days are left, the first: events 2025-06-01"),
    ],
)
def test_days_that_are_left_are_counted(stack: ToolStack, states: list[str], sentence: str) -> None:
    answer(stack, *(DAY | SAME | {"state": state} for state in states))
    result = stack.run("compact")
    assert (result.exit_code, result.stderr) == (4, f"pixelweave: {sentence}; see docs/compaction.md\n")


def test_a_day_that_is_none_is_said_before_anything_runs(stack: ToolStack) -> None:
    function = answer(stack)
    result = stack.run("compact", "--day", "yesterday")
    assert (result.exit_code, function.events) == (2, [])
    assert result.stderr == "pixelweave: --day: 'yesterday' is not a day such as 2025-06-30\n"
