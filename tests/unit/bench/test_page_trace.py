"""What bench/page_trace.py reads in a trace."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bench.page_trace import PageCost, read_trace

SHOP = "http://shop.localhost:1"


def name_thread(pid: int, tid: int, name: str) -> dict[str, Any]:
    return {"ph": "M", "name": "thread_name", "pid": pid, "tid": tid, "args": {"name": name}}


def take(
    name: str, duration: int, *, at: int = 0, pid: int = 1, tid: int = 1, url: str = ""
) -> dict[str, Any]:
    """An event that had the processor half of its time."""
    data = {"data": {"url": url}}
    return {
        "ph": "X", "name": name, "pid": pid, "tid": tid, "ts": at, "dur": 2 * duration, "tdur": duration, "args": data
    }  # fmt: skip


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
    assert read_trace(trace, SHOP) == PageCost(1.5, 1.5, task_us / 1000, blocking_ms)


def test_scripts_are_added_and_others_threads_pages_and_addresses_left_out() -> None:
    trace = write(
        take("EvaluateScript", 1_000, url=f"{SHOP}/a.js"),
        take("EvaluateScript", 2_000, at=2_000, url=f"{SHOP}/"),
        take("EvaluateScript", 4_000, at=2_000, pid=2, url="chrome://new-tab"),
        take("EvaluateScript", 8_000, url=f"{SHOP}/a.js", tid=2),
        take("RunTask", 5_000),
        take("RunTask", 90_000, tid=2),
        take("RunTask", 90_000, pid=2),
    )
    assert read_trace(trace, SHOP) == PageCost(3, 3, 5, 0)


@pytest.mark.parametrize(
    ("name", "at", "script_ms"),
    [
        ("FunctionCall", 2_000, 1.25),
        ("FunctionCall", 1_999, 1),
        ("FunctionCall", 0, 1),
        ("EventDispatch", 2_000, 1.25),
        ("TimerFire", 2_000, 1.25),
        ("RunMicrotasks", 2_000, 1.25),
        ("Layout", 2_000, 1),
    ],
)
def test_all_that_scripts_do_is_counted_once(name: str, at: int, script_ms: float) -> None:
    trace = write(take(name, 250, at=at), take("EvaluateScript", 1_000, url=f"{SHOP}/a.js"))
    assert read_trace(trace, SHOP).script == script_ms


def test_a_page_of_two_renderers_has_the_scripts_of_both() -> None:
    trace = write(
        take("EvaluateScript", 1_000, url=f"{SHOP}/a.js"),
        take("EvaluateScript", 1_000, url=f"{SHOP}/b.js", pid=2),
    )
    assert read_trace(trace, SHOP).script == 2


def test_a_trace_without_a_script_of_the_page_is_refused() -> None:
    with pytest.raises(ValueError, match="no script"):
        read_trace(write(take("RunTask", 5_000)), SHOP)
