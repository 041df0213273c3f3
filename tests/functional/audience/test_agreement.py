"""Random small logs: Athena's query and plain Python find the same members, and count the same."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pixelweave.audience_filter import list_filters
from pixelweave.audience_match import count_passed
from pixelweave.audience_sql import COLUMNS, COUNT, PASSED, write_query
from pixelweave.funnel import FunnelSpec, list_step_rows
from pixelweave_aws.sql import bind

from tests.functional.audience.history_oracle import WITHIN, make_histories
from tests.functional.audience.lake_draw import NOW, STEPS, draw_audience, draw_events, draw_goals, draw_links
from tests.functional.goal_draw import to_columns
from tests.functional.goal_row import make_window_rows
from tests.functional.view_lake import ViewLake, list_views

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelweave.audience import AudienceSpec
    from pixelweave.goal import GoalRecord

    from tests.functional.link_row import Row

MOMENT = NOW.replace(tzinfo=UTC)


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        funnels = [
            FunnelSpec(name=f"{by} way", steps=STEPS, by=by, within=WITHIN) for by in ("session", "person")
        ]
        lake.fill("funnel_steps", [asdict(row) for row in list_step_rows("px_one", funnels)])
        yield lake


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(
    spec=draw_audience(),
    events=draw_events(),
    links=draw_links(),
    goals=draw_goals(),
    limit=st.none() | st.integers(1, 2),
)
def test_athena_and_plain_python_find_the_same_members(
    lake: ViewLake,
    spec: AudienceSpec,
    events: list[Row],
    links: list[Row],
    goals: list[GoalRecord],
    limit: int | None,
) -> None:
    lake.fill("links", links)
    lake.fill("goal_windows", make_window_rows(*goals))
    lake.fill("events", [to_columns(event) for event in events])
    histories = make_histories(spec, events, links, goals, STEPS, NOW)
    total = len(list_filters(spec))
    passed = {actor: count_passed(spec, history, MOMENT) for actor, history in histories.items()}

    query = write_query(spec, list_views(), '"lake"."events"', MOMENT, limit)
    names = [*COLUMNS, PASSED, *(f"{COUNT}{number}" for number in range(total + 1))]
    rows = [dict(zip(names, row, strict=True)) for row in lake.query(bind(query.sql, query.values))]
    members = sorted(actor for actor, number in passed.items() if number == total)
    assert [row["actor_id"] for row in rows if row[PASSED] == total] == members[:limit]
    counts = [sum(number >= step for number in passed.values()) for step in range(total + 1)]
    for row in rows:
        assert [row[f"{COUNT}{number}"] for number in range(total + 1)] == counts
    assert bool(rows) == bool(passed)
    for row in rows:
        assert row["is_known"] == histories[row["actor_id"]].is_known
