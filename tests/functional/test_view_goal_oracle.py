"""Random small logs: the views of goals say what plain Python says (`pixelweave.goal_match`)."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from pixelweave.conversion import make_digest
from pixelweave.goal_match import keep_least, list_conversions

from tests.functional.goal_draw import draw_log, to_columns
from tests.functional.goal_row import make_window_rows, to_ms
from tests.functional.link_row import DAY
from tests.functional.view_lake import ViewLake

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pixelweave.conversion import Conversion
    from pixelweave.goal import GoalRecord

    from tests.functional.link_row import Row


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        yield lake


def count_by_hand(conversions: Iterable[Conversion]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """What `goals_report` must have: by pixel, goal key, period, its start and unit the conversions, sessions and value."""
    found: defaultdict[tuple[Any, ...], list[Conversion]] = defaultdict(list)
    for each in conversions:
        hour = (DAY + timedelta(milliseconds=each.received_at - to_ms("00:00"))).replace(minute=0)
        for period, start in (("hour", hour), ("day", hour.replace(hour=0)), ("total", None)):
            place = each.goal.pixel_id, each.goal.key, period, start
            found[*place, None].append(each)
            if each.unit:
                found[*place, each.unit].append(each)
    return {
        place: (
            len(them),
            len({each.session for each in them} - {None}) if place[-1] is None else None,
            None if place[-1] is None else sum((each.value or Decimal()) for each in them),
        )
        for place, them in found.items()
    }


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(log=draw_log())
def test_the_views_of_goals_say_what_plain_python_says(
    lake: ViewLake, log: tuple[list[GoalRecord], list[Row]]
) -> None:
    goals, events = log
    expected = keep_least(each for event in events for each in list_conversions(event, goals))
    lake.fill("goal_windows", make_window_rows(*goals))
    lake.fill("events", [to_columns(event) for event in events])

    columns = [
        "pixel_id",
        "goal_key",
        "once_key",
        "event_id",
        "received_at",
        "session_id",
        "value",
        "unit",
        "source",
    ]
    found = {
        (row["pixel_id"], row["goal_key"], make_digest(row["once_key"])): (
            row["event_id"], row["received_at"], row["session_id"] and make_digest(row["session_id"]), row["value"], row["unit"] or "",
            row["source"],
        )
        for row in lake.read("conversions", columns)
    }  # fmt: skip
    assert found == {
        (goal.pixel_id, goal.key, once): (
            each.event_id, DAY + timedelta(milliseconds=each.received_at - to_ms("00:00")), each.session, each.value, each.unit,
            goal.source,
        )
        for (goal, once), each in expected.items()
    }  # fmt: skip

    columns = ["pixel_id", "goal_key", "period", "starts_at", "unit", "conversions", "sessions", "value"]
    rows = [tuple(row.values()) for row in lake.read("goals_report", columns)]
    assert len({row[:5] for row in rows}) == len(rows)
    assert {row[:5]: row[5:] for row in rows} == count_by_hand(expected.values())
