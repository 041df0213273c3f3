"""What bench/page_trace.py reads in a trace."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bench.page_trace import PageCost, read_trace

SHOP = "http://shop.localhost:1"


def name_thread(pid: int, tid: int, name: str) -> dict[str, Any]:
    return {"ph": "M", "name": "thread_name", "pid": pid, "tid": tid, "args": {"name": name}}


def take(name: str, duration: int, *, pid: int = 1, tid: int = 1, url: str = "") -> dict[str, Any]:
    return {"ph": "X", "name": name, "pid": pid, "tid": tid, "tdur": duration, "args": {"data": {"url": url}}}


def write(*events: dict[str, Any]) -> bytes:
    threads = [
        name_thread(1, 1, "CrRendererMain"),
        name_thread(1, 2, "Compositor"),
        name_thread(2, 1, "CrRendererMain"),
    ]
    return json.dumps({"traceEvents": [*threads, *events]}).encode()


@pytest.mark.parametrize(("task_us", "blocking_ms"), [(50_000, 0), (50_001, 0.001), (62_500, 12.5)])
def test_a_task_blocks_for_what_it_takes_beyond_50_ms(task_us: int, blocking_ms: float) -> None:
    trace = write(take("EvaluateScript", 1_500, url=f"{SHOP}/a.js"), take("RunTask", task_us))
    assert read_trace(trace, SHOP) == PageCost(1.5, task_us / 1000, blocking_ms)


def test_scripts_are_added_and_others_threads_pages_and_addresses_left_out() -> None:
    trace = write(
        take("EvaluateScript", 1_000, url=f"{SHOP}/a.js"),
        take("EvaluateScript", 2_000, url=f"{SHOP}/"),
        take("EvaluateScript", 4_000, url="chrome://new-tab"),
        take("EvaluateScript", 8_000, url=f"{SHOP}/a.js", tid=2),
        take("RunTask", 5_000),
        take("RunTask", 90_000, tid=2),
        take("RunTask", 90_000, pid=2),
    )
    assert read_trace(trace, SHOP) == PageCost(3, 5, 0)


def test_a_trace_without_a_script_of_the_page_is_refused() -> None:
    with pytest.raises(ValueError, match="no script"):
        read_trace(write(take("RunTask", 5_000)), SHOP)
