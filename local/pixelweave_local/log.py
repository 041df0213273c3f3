"""What the functions wrote to CloudWatch Logs, oldest line first."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

POLL_SECONDS = 1.0
# The template asks for no system log lines below WARN; the emulator writes them all the same, three a hit.
_SYSTEM = re.compile(r"(START|END|REPORT) RequestId: ")


class Line(NamedTuple):
    """One line of a log: when (epoch milliseconds), the log group and stream, the text."""

    at_ms: int
    group: str
    stream: str
    text: str

    def __str__(self) -> str:
        """The line as it is printed: time (UTC), the function's part of the group's name, text."""
        moment = dt.datetime.fromtimestamp(self.at_ms / 1000, dt.UTC)
        function = self.group.rsplit("/", 1)[-1]
        return f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}  {function}  {self.text}"


def read_lines(client: Any, since_ms: int = 0) -> list[Line]:
    """The functions' own lines of every group from `since_ms` on. `client` is a boto3 client of CloudWatch Logs."""
    lines = []
    for page in client.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            name = group["logGroupName"]
            events = client.get_paginator("filter_log_events").paginate(logGroupName=name, startTime=since_ms)
            lines += [
                Line(event["timestamp"], name, event["logStreamName"], event["message"].rstrip())
                for found in events
                for event in found["events"]
                if not _SYSTEM.match(event["message"])
            ]
    # Only by time: lines of one moment stay as they were written.
    return sorted(lines, key=lambda line: line.at_ms)


def follow(client: Any, sleep: Callable[[float], None] = time.sleep) -> Iterator[Line]:
    """The lines so far, then each new one as it comes; ends only by an interruption."""
    newest = 0
    # Lines have no id here: of equal ones, as many are new as there are more than before.
    printed: Counter[Line] = Counter()
    while True:
        found = read_lines(client, newest)
        left = printed.copy()
        for line in found:
            if left[line] > 0:
                left[line] -= 1
            else:
                yield line
        printed = Counter(found)
        newest = max((line.at_ms for line in found), default=newest)
        sleep(POLL_SECONDS)
