"""Defined goals and funnels as the views read them, for the day of `link_row`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from pixelweave.funnel import FunnelSpec, list_step_rows
from pixelweave.goal import GoalRecord, GoalSpec
from pixelweave.goal_window import Window
from pixelweave.goal_window_row import list_window_rows

from tests.functional.link_row import at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.functional.link_row import Row

PIXEL = "px_one"
OPEN = Window(starts_at=0, revision=0)


def to_ms(clock: str) -> int:
    """Return the Unix milliseconds of a moment of the day."""
    return int(at(clock).replace(tzinfo=UTC).timestamp() * 1000)


def make_goal(name: str, *conditions: Mapping[str, Any], **changes: Any) -> GoalRecord:
    """Return a goal whose goal_id is its name, in force at any time; without conditions page views reach it."""
    pixel_id, windows = changes.pop("pixel_id", PIXEL), changes.pop("windows", (OPEN,))
    spec = {"name": name, "conditions": conditions or ({"field": "type", "pattern": "page_view"},)}
    return GoalRecord(
        pixel_id=pixel_id,
        goal_id=name,
        revisions=(GoalSpec.model_validate(spec | changes),),
        windows=windows,
        created_at=0,
    )


def make_window_rows(*records: GoalRecord) -> list[Row]:
    """Return the rows of `goal_windows` for these goals."""
    rows = [asdict(row) for row in list_window_rows(records)]
    return [row | {"conditions": list(row["conditions"])} for row in rows]


def make_step_rows(steps: Sequence[str], within: timedelta = timedelta(hours=1), **changes: Any) -> list[Row]:
    """Return the rows of `funnel_steps` for a funnel `way` of these goals."""
    spec = FunnelSpec.model_validate({"name": "way", "steps": steps, "within": within} | changes)
    return [asdict(row) for row in list_step_rows(PIXEL, [spec])]


def make_map(entries: Mapping[str, str]) -> Row:
    """Return labels or props as DuckDB takes a map: its keys may differ in case only, a struct's may not."""
    return {"key": list(entries), "value": list(entries.values())}
