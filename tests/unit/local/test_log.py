"""What `make logs` prints."""

from itertools import islice
from typing import Any

from pixelweave_local.log import follow, read_lines

START = 1_782_864_000_000  # 2026-07-01T00:00:00Z


class Logs:
    """CloudWatch Logs with two groups; `messages` are (group, milliseconds after START, text)."""

    def __init__(self, messages: list[tuple[str, int, str]]) -> None:
        self.messages = messages

    def get_paginator(self, operation: str) -> "Logs":
        self.operation = operation
        return self

    def paginate(self, logGroupName: str = "", startTime: int = 0) -> list[dict[str, Any]]:  # noqa: N803 - boto3's names
        if self.operation == "describe_log_groups":
            return [
                {"logGroups": [{"logGroupName": name}]}
                for name in ("/pixelweave/x/collect", "/pixelweave/x/enrich")
            ]
        found = [
            {"timestamp": START + after, "logStreamName": "s", "message": text + "\n"}
            for group, after, text in self.messages
            if logGroupName.endswith(group) and START + after >= startTime
        ]
        return [{"events": found}]


def test_lines_of_all_functions_come_in_the_order_of_time_with_the_functions_name() -> None:
    lines = read_lines(Logs([("enrich", 2500, "second"), ("collect", 1007, "first")]))
    assert [str(line) for line in lines] == ["00:00:01.007  collect  first", "00:00:02.500  enrich  second"]


def test_what_lambda_says_of_each_call_is_left_out() -> None:
    system = [f"{word} RequestId: 04be66db Version: $LATEST" for word in ("START", "END", "REPORT")]
    messages = [("collect", number, text) for number, text in enumerate([*system, "ERROR: END RequestId: x"])]
    assert [line.text for line in read_lines(Logs(messages))] == ["ERROR: END RequestId: x"]


def test_following_prints_each_line_once_and_equal_lines_as_often_as_they_were_written() -> None:
    logs = Logs([("collect", 0, "same"), ("collect", 0, "same")])

    def write_more(_: float) -> None:
        logs.messages.append(("collect", 0, "same"))
        logs.messages.append(("collect", 5, "new"))

    lines = [line.text for line in islice(follow(logs, sleep=write_more), 4)]
    assert lines == ["same", "same", "same", "new"]
