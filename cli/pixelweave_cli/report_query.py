"""Goals by what the reporting table does not know, channel, country and browser, from the view `conversions` (docs/queries.md)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pixelweave.goal_report import TRIGGER, GoalRow

from pixelweave_cli.event_query import Selection, Statement, write_count
from pixelweave_cli.people_query import query_view

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixelweave_aws.lake import Lake, Row
    from pixelweave_aws.sql import Value

    from pixelweave_cli.window import Window

VIEW = "conversions"
ATTRIBUTES = ("channel", "country", "browser")
# What stands for an attribute that is not known.
UNKNOWN = "(unknown)"


def read_conversions(lake: Lake, pixel_id: str, window: Window, by: str) -> list[GoalRow]:
    """Return the goals reached in the window by one of ATTRIBUTES. Raises ViewMissingError, LakeError."""
    statement = write_conversions(pixel_id, window, by)
    return collect_rows(query_view(lake, statement))


def read_triggers(lake: Lake, table: str, pixel_id: str, window: Window, by: str) -> list[GoalRow]:
    """Return the accepted hits by one of ATTRIBUTES, as what a pixel without goals reports. Raises LakeError."""
    statement = write_count(table, Selection(window, pixel_id, "accepted"), [by])
    rows = lake.query(statement.sql, statement.parameters)
    return [GoalRow(TRIGGER, TRIGGER, row[by] or UNKNOWN, int(row["events"] or 0)) for row in rows]


def write_conversions(pixel_id: str, window: Window, by: str) -> Statement:
    """Return the statement: a row for each goal, attribute and unit with conversions and value, and one with the unique sessions of
    the goal and attribute, which do not add up over units.

    The view looks at the whole log, because the first of all events with one key counts; a condition on partitions would not spare any.
    """
    terms = ['c."pixel_id" = ?', 'c."received_at" >= ?']
    values: list[Value] = [pixel_id, window.since]
    if window.until is not None:
        terms.append('c."received_at" < ?')
        values.append(window.until)
    keys = f'c."goal_key", c."goal", c."source", c."{by}"'
    sql = (
        f'SELECT c."goal_key", c."goal", c."source", c."{by}" AS "bucket", c."unit", '  # noqa: S608 - constants
        'CAST(grouping(c."unit") AS VARCHAR) AS "is_whole", count(*) AS "conversions", '
        'count(DISTINCT c."session_id") AS "sessions", CAST(sum(c."value") AS VARCHAR) AS "value" '
        f'FROM "{VIEW}" c WHERE {" AND ".join(terms)} GROUP BY GROUPING SETS (({keys}), ({keys}, c."unit"))'
    )
    return Statement(sql, tuple(values))


def collect_rows(rows: Iterable[Row]) -> list[GoalRow]:
    """Return what the rows of `write_conversions` say, the units of a goal and attribute together."""
    whole: dict[tuple[str, str], Row] = {}
    values: dict[tuple[str, str], dict[str, Decimal]] = {}
    for row in rows:
        key = str(row["goal_key"]), row["bucket"] or UNKNOWN
        if row["is_whole"] == "1":
            whole[key] = row
        elif row["unit"] is not None:
            values.setdefault(key, {})[row["unit"]] = Decimal(row["value"] or 0)
    return [
        GoalRow(
            goal=str(row["goal"]),
            source=str(row["source"]),
            bucket=bucket,
            conversions=int(row["conversions"] or 0),
            sessions=int(row["sessions"] or 0),
            values=dict(sorted(values.get((key, bucket), {}).items())),
        )
        for (key, bucket), row in whole.items()
    ]
