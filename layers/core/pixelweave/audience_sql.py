"""An audience as one Athena query: its members with their hashes, and how many are left after each filter.

The views are read over the rows of the look-back alone: their texts stand in the query under their own names, over a CTE that shadows the
table `events` (docs/audiences.md, «How it is evaluated»). What each actor did is summed up in one pass. `audience_match.py` says
the same in plain Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixelweave.audience_expression import Fragment, write_condition, write_consent, write_who
from pixelweave.audience_filter import ANY, CONSENT, LACKS, WHO, list_filters
from pixelweave.audience_table import IDENTIFIERS, list_tables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pixelweave.audience import AudienceSpec
    from pixelweave.audience_expression import Value
    from pixelweave.audience_filter import Filter

COLUMNS = ("actor_id", "person_id", "is_known", "country", *IDENTIFIERS)
PASSED, COUNT = "passed", "left_"


class AudienceQuery(NamedTuple):
    """A statement whose `?` are to be bound to the values in their order.

    Its rows are members, at most as many as were asked for: `COLUMNS`, and in `passed` the number of filters. Each row has `left_0`,
    `left_1` …, how many were seen and how many are left after each filter. Where there is no member, one row of somebody else has
    these counts; where nobody was seen, there is none.
    """

    sql: str
    values: tuple[Value, ...]


def write_query(
    spec: AudienceSpec, views: Mapping[str, str], table: str, now: datetime, limit: int | None = None
) -> AudienceQuery:
    """The query for an audience at the moment `now`, with `limit` members (1 or more) at most: `views` are the texts of
    `audience_table.VIEWS`, `table` the log as SQL names it, quoted."""
    parts = list(list_tables(spec, views, table, now))
    verdict = _write_verdict(spec, now)
    total = len(list_filters(spec))
    counts = [f"count(*) OVER () AS {COUNT}0"] + [
        f"sum(CASE WHEN {PASSED} >= {number} THEN 1 ELSE 0 END) OVER () AS {COUNT}{number}"
        for number in range(1, total + 1)
    ]
    names = ", ".join((*COLUMNS, PASSED, *(f"{COUNT}{number}" for number in range(total + 1))))
    sql = "WITH " + ",\n".join(part.sql for part in (*parts, verdict))
    values = [value for part in (*parts, verdict) for value in part.values]
    sql += (
        f"\nSELECT {names} FROM (\n"  # noqa: S608 - names are constants, texts are bound
        f"    SELECT verdict.*, {', '.join(counts)},\n"
        f"        row_number() OVER (ORDER BY {PASSED} DESC, actor_id) AS place\n"
        f"    FROM verdict\n) AS counted\nWHERE place = 1 OR ({PASSED} = {total}"
    )
    if limit is not None:
        sql += " AND place <= ?"
        values.append(limit)
    return AudienceQuery(f"{sql})\nORDER BY place", tuple(values))


def _write_verdict(spec: AudienceSpec, now: datetime) -> Fragment:
    """How many filters each actor passes."""
    filters = [_write_filter(spec, each, now) for each in list_filters(spec)]
    cases = "\n            ".join(
        f"WHEN NOT ({each.sql}) THEN {number}" for number, each in enumerate(filters)
    )
    return Fragment(
        f"""verdict AS (
    SELECT p.actor_id, p.person_id, coalesce(i.known, 0) = 1 AS is_known, p.country, {", ".join(f"i.{name}" for name in IDENTIFIERS)},
        CASE
            {cases}
            ELSE {len(filters)}
        END AS {PASSED}
    FROM profile AS p
    LEFT JOIN identity AS i ON i.person_id = p.person_id
)""",  # noqa: S608 - constants
        tuple(value for each in filters for value in each.values),
    )


def _write_filter(spec: AudienceSpec, each: Filter, now: datetime) -> Fragment:
    if each.kind == WHO:
        return Fragment(write_who(spec))
    if each.kind == CONSENT:
        return Fragment(write_consent(spec))
    conditions = [write_condition(number, spec.conditions[number], now) for number in each.conditions]
    if each.kind == ANY:
        return Fragment(
            " OR ".join(f"({part.sql})" for part in conditions),
            tuple(value for part in conditions for value in part.values),
        )
    (condition,) = conditions
    return Fragment(f"NOT ({condition.sql})", condition.values) if each.kind == LACKS else condition
