"""The view `funnel`: known answers, and random ones against an oracle that tries every chain."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise, product
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.functional.goal_row import make_goal, make_step_rows, make_window_rows, to_ms
from tests.functional.link_row import make_event, make_link
from tests.functional.view_lake import ViewLake

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.functional.link_row import Row

WAY = ("a", "b", "c")
HOUR_MS = 3_600_000
# `a`, `b` and `c` are reached by paths that have the letter, so that one event may reach several.
GOALS = [make_goal(letter, {"field": "path", "pattern": f"*{letter}*"}) for letter in WAY]


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        lake.fill("goal_windows", make_window_rows(*GOALS))
        yield lake


def go(clock: str, path: str, **changes: Any) -> Row:
    """An event of the session `s` that reaches the goals that its path names."""
    own = {"session_id": "s", "event_id": f"{changes.get('session_id')}-{clock}"}
    return make_event(clock, path=path, **own | changes)


def follow(lake: ViewLake, events: Sequence[Row], steps: Sequence[Row] = ()) -> list[Row]:
    """Return the rows of the funnel, by default `a`, `b`, `c` within an hour."""
    lake.fill("funnel_steps", steps or make_step_rows(WAY))
    lake.fill("events", events)
    return lake.read("funnel", ["step", "goal", "actors", "from_previous", "from_first", "median_seconds"])


def count(lake: ViewLake, events: Sequence[Row], steps: Sequence[Row] = ()) -> list[int]:
    return [row["actors"] for row in follow(lake, events, steps)]


def test_a_funnel_tells_how_many_get_how_far_and_how_fast(lake: ViewLake) -> None:
    quick = [go("10:00", "a"), go("10:01", "b"), go("10:05", "c")]
    slow = [go("10:00", "a", session_id="t"), go("10:31", "b", session_id="t")]
    lost = [go("10:00", "a", session_id=session) for session in "uv"]
    assert follow(lake, quick + slow + lost) == [
        {"step": 1, "goal": "a", "actors": 4, "from_previous": None, "from_first": 1.0, "median_seconds": 0.0},
        {"step": 2, "goal": "b", "actors": 2, "from_previous": 0.5, "from_first": 0.5, "median_seconds": 960.0},
        {"step": 3, "goal": "c", "actors": 1, "from_previous": 0.5, "from_first": 0.25, "median_seconds": 300.0},
    ]  # fmt: skip


def test_a_funnel_that_nobody_entered_shows_its_steps(lake: ViewLake) -> None:
    assert [tuple(row.values()) for row in follow(lake, [])] == [
        (1, "a", 0, None, None, None),
        (2, "b", 0, None, None, None),
        (3, "c", 0, None, None, None),
    ]


@pytest.mark.parametrize(
    ("events", "actors"),
    [
        ([("10:00", "a"), ("10:10", "b"), ("10:20", "c")], [1, 1, 1]),
        ([("10:00", "b"), ("10:10", "a"), ("10:20", "c")], [1, 0, 0]),
        ([("10:00", "c"), ("10:10", "b"), ("10:20", "a")], [1, 0, 0]),
        ([("10:00", "a"), ("10:10", "c")], [1, 0, 0]),
        ([("10:00", "abc")], [1, 0, 0]),
        ([("10:00", "abc"), ("10:01", "abc"), ("10:02", "abc")], [1, 1, 1]),
        ([("10:00", "a"), ("10:59", "b"), ("11:00", "c")], [1, 1, 1]),
        ([("10:00", "a"), ("10:59", "b"), ("11:00:00.001", "c")], [1, 1, 0]),
        # A greedy reader keeps the first start, or the first way to a step, and misses these.
        ([("10:00", "a"), ("10:50", "a"), ("11:20", "b"), ("11:30", "c")], [1, 1, 1]),
        ([("10:00", "a"), ("10:10", "b"), ("10:50", "a"), ("10:55", "b"), ("11:30", "c")], [1, 1, 1]),
        # The last start leaves no time for what came before it.
        ([("10:00", "a"), ("10:10", "b"), ("10:50", "a"), ("10:55", "c")], [1, 1, 1]),
    ],
)
def test_steps_are_reached_in_order_and_in_time(
    lake: ViewLake, events: list[tuple[str, str]], actors: list[int]
) -> None:
    assert count(lake, [go(*event) for event in events]) == actors


def test_a_goal_may_be_two_steps(lake: ViewLake) -> None:
    steps = make_step_rows(("a", "a"))
    assert count(lake, [go("10:00", "a")], steps) == [1, 0]
    assert count(lake, [go("10:00", "a"), go("10:01", "a")], steps) == [1, 1]


def test_all_goals_of_a_name_are_the_step(lake: ViewLake) -> None:
    own = go("10:01", "", goals=[{"name": "b", "value": None, "unit": None}])
    built_in = go("10:02", "", type="conversion", name="c")
    assert count(lake, [go("10:00", "a"), own, built_in]) == [1, 1, 1]


@pytest.mark.parametrize(
    ("changes", "by_session", "by_person"),
    [
        ({}, 1, 1),
        ({"session_id": "t"}, 0, 1),
        ({"session_id": None}, 0, 1),
        ({"session_id": "t", "visitor_id": "friend"}, 0, 1),
        ({"visitor_id": None}, 1, 0),
        ({"session_id": "t", "visitor_id": "stranger"}, 0, 0),
        ({"pixel_id": "px_two", "goals": [{"name": "b", "value": None, "unit": None}]}, 0, 0),
    ],
)
def test_a_session_or_a_person_goes_through_a_funnel(
    lake: ViewLake, changes: Row, by_session: int, by_person: int
) -> None:
    lake.fill("links", [make_link("A", "09:00"), make_link("A", "09:00", visitor="friend")])
    events = [go("10:00", "a"), go("10:01", "b") | changes]
    reached = [
        count(lake, events, make_step_rows(("a", "b"), by=actor))[1] for actor in ("session", "person")
    ]
    lake.fill("links", [])
    assert reached == [by_session, by_person]


@pytest.mark.parametrize("shared", [{"session_id": "s", "visitor_id": None}, {"session_id": None}])
def test_who_is_no_person_is_a_visitor_or_else_a_session(lake: ViewLake, shared: Row) -> None:
    events = [go("10:00", "a", **shared), go("10:01", "b", **shared)]
    assert count(lake, events, make_step_rows(("a", "b"), by="person")) == [1, 1]


def test_events_without_a_session_go_through_no_funnel_together(lake: ViewLake) -> None:
    nobody = {"session_id": None, "visitor_id": None}
    events = [go("10:00", "a", **nobody), go("10:01", "b", **nobody)]
    for actor in ("session", "person"):
        assert count(lake, events, make_step_rows(("a", "b"), by=actor)) == [0, 0]


def test_a_funnel_has_up_to_eight_steps(lake: ViewLake) -> None:
    steps = make_step_rows(tuple("abcabcab"))
    events = [go(f"10:0{place}", letter) for place, letter in enumerate("abcabcab")]
    assert count(lake, events, steps) == [1] * 8
    assert count(lake, events[:-1], steps) == [1] * 7 + [0]


def find_times(path: Sequence[tuple[int, str, str]], steps: Sequence[str]) -> list[int | None]:
    """The least time from the first step to each step over all chains of events within an hour; None where there is no chain."""
    times: list[int | None] = []
    for length in range(1, len(steps) + 1):
        chains = [
            chain[-1][0] - chain[0][0]
            for chain in product(path, repeat=length)
            if all(before[:2] < after[:2] for before, after in pairwise(chain))
            and all(step in event[2] for event, step in zip(chain, steps, strict=False))
            and chain[-1][0] - chain[0][0] <= HOUR_MS
        ]
        times.append(min(chains, default=None))
    return times


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    paths=st.lists(
        st.lists(
            st.tuples(st.integers(0, 9).map(lambda number: 20 * number), st.sampled_from(["a", "b", "c", "ab", "bc"])),
            max_size=6,
        ),
        min_size=1,
        max_size=3,
    ),
    steps=st.lists(st.sampled_from("abc"), min_size=2, max_size=4),
)  # fmt: skip
def test_a_funnel_is_exact(lake: ViewLake, paths: list[list[tuple[int, str]]], steps: list[str]) -> None:
    events, expected = [], []
    for actor, path in enumerate(paths):
        told = []
        for number, (minute, goals) in enumerate(path):
            clock = str(timedelta(hours=10, minutes=minute)).rjust(8, "0")
            events.append(go(clock, goals, event_id=f"{actor}{number}", session_id=f"s{actor}"))
            told.append((to_ms(clock), f"{actor}{number}", goals))
        expected.append(find_times(told, steps))
    rows = follow(lake, events, make_step_rows(steps))
    for row, *times in zip(rows, *expected, strict=True):
        known = [time for time in times if time is not None]
        assert row["actors"] == len(known)
        assert row["median_seconds"] == (median(known) / 1000 if known else None)
