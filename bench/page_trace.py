"""What a trace of Chromium says of one page: how long its scripts ran, and how long they held the main thread."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

# web.dev, «Total Blocking Time»: what a task takes beyond this delays an answer to the visitor.
LONG_TASK_US = 50_000
MAIN_THREAD = "CrRendererMain"
CATEGORIES = ("devtools.timeline", "disabled-by-default-devtools.timeline")
# Chromium's names of the times it spends in a page's scripts; they lie within one another.
SCRIPT = frozenset({"EvaluateScript", "FunctionCall", "RunMicrotasks", "TimerFire", "EventDispatch"})


class PageCost(NamedTuple):
    """Milliseconds that one page took of the main thread, waiting for the processor left out: all scripts' evaluation, all that
    scripts did (their listeners, timers and promises too), the longest task, and what tasks took beyond 50 ms each."""

    evaluation: float
    script: float
    longest_task: float
    blocking: float


def read_trace(trace: bytes, address: str) -> PageCost:
    """Read a trace in Chromium's JSON form, of the renderers that evaluated a script at an address that begins with `address`;
    ValueError where none did."""
    events = json.loads(trace)["traceEvents"]
    main = {
        (each["pid"], each["tid"])
        for each in events
        if each["name"] == "thread_name" and each["args"]["name"] == MAIN_THREAD
    }
    done = [each for each in events if "tdur" in each and (each["pid"], each["tid"]) in main]
    evaluated = [
        each
        for each in done
        if each["name"] == "EvaluateScript" and each["args"]["data"]["url"].startswith(address)
    ]
    if not evaluated:
        raise ValueError(f"no script of {address} in the trace")
    pages = {each["pid"] for each in evaluated}
    tasks = [each["tdur"] for each in done if each["name"] == "RunTask" and each["pid"] in pages]
    ran = [each for each in done if each["name"] in SCRIPT and each["pid"] in pages]
    return PageCost(
        evaluation=sum(each["tdur"] for each in evaluated) / 1000,
        script=_add_outermost(ran) / 1000,
        longest_task=max(tasks, default=0) / 1000,
        blocking=sum(max(0, task - LONG_TASK_US) for task in tasks) / 1000,
    )


def _add_outermost(events: Iterable[dict[str, Any]]) -> int:
    """The sum of what does not lie within another of the same thread, in microseconds."""
    total, thread, end = 0, (0, 0), 0
    for each in sorted(events, key=lambda event: (event["pid"], event["tid"], event["ts"], -event["dur"])):
        if (each["pid"], each["tid"]) != thread or each["ts"] >= end:
            total += each["tdur"]
            thread, end = (each["pid"], each["tid"]), each["ts"] + each["dur"]
    return total
