"""What the lake knows of a person: events and links, by the views over the log (docs/queries.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pixelweave.link import SESSION, VISITOR
from pixelweave_aws.lake import LakeError, QueryFailedError

from pixelweave_cli.event_query import MAX_ROWS, PARTITION, Statement, read_event, write_columns
from pixelweave_cli.failure import InputError

if TYPE_CHECKING:
    from pixelweave_aws.lake import Lake

    from pixelweave_cli.window import Window

VIEW = "events_stitched"
SPAN_VIEW = "leaf_span"
_OF_PERSON = ("attributed", "is_back_attributed")
# How Athena says it; the second way is that of an engine below it.
_MISSING = ("TABLE_NOT_FOUND", "does not exist")


class ViewMissingError(LakeError):
    """The views over the log are not deployed."""


def write_timeline(person_id: str, window: Window, limit: int | None) -> Statement:
    """Return the statement for a person's events of every outcome, the newest first; without `limit` all of them.

    Raises InputError for a limit out of range.
    """
    if limit is not None and not 1 <= limit <= MAX_ROWS:
        raise InputError(f"--limit: {limit} is not between 1 and {MAX_ROWS}")
    own = ", ".join(f'CAST(e."{column}" AS VARCHAR) AS "{column}"' for column in _OF_PERSON)
    sql = (
        f'SELECT {write_columns()}, {own} FROM "{VIEW}" e '  # noqa: S608 - constants
        f'WHERE e."{PARTITION}" BETWEEN ? AND ? AND e."received_at" >= ? AND e."person_id" = ? '
        'ORDER BY e."received_at" DESC, e."event_id" DESC'
    )
    values = (window.first_day.isoformat(), window.last_day.isoformat(), window.since, person_id)
    return Statement(sql, values) if limit is None else Statement(f"{sql} LIMIT ?", (*values, limit))


def read_timeline(lake: Lake, statement: Statement) -> list[dict[str, Any]]:
    """Return a person's events as records, with how they were attributed. Raises ViewMissingError, LakeError."""
    return [
        read_event(row)
        | {"attributed": row["attributed"], "is_back_attributed": row["is_back_attributed"] == "true"}
        for row in query_view(lake, statement)
    ]


def read_spans(lake: Lake, person_id: str) -> list[dict[str, Any]]:
    """Return the sessions and visitors that are or were a person's, as the links log has them: also those that are somebody else's
    since. Raises ViewMissingError, LakeError."""
    columns = ", ".join(f'CAST(s."{name}" AS VARCHAR) AS "{name}"' for name in ("since", "ends_at"))
    sql = (
        f'SELECT s."leaf_type", s."scope", s."leaf", {columns} FROM "{SPAN_VIEW}" s '  # noqa: S608 - constants
        'WHERE s."person_id" = ? AND s."leaf_type" IN (?, ?) ORDER BY s."since", s."leaf_type", s."scope", s."leaf"'
    )
    return [dict(row) for row in query_view(lake, Statement(sql, (person_id, SESSION, VISITOR)))]


def query_view(lake: Lake, statement: Statement) -> list[dict[str, str | None]]:
    """Return the rows of a statement over views. Raises ViewMissingError, LakeError."""
    try:
        return lake.query(statement.sql, statement.parameters)
    except QueryFailedError as exc:
        if any(sign in str(exc) for sign in _MISSING):
            raise ViewMissingError(
                "the views over the log (docs/queries.md) are not deployed: deploy the stack again"
            ) from exc
        raise
