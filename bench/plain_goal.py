"""Goals matched over JSON lines in plain Python, as somebody would write it by hand who cares for speed.

Conditions become closures once, a row meets only its own pixel's goals, and digests are made only of what is left after deduplication.
What `pixelweave.goal_match` does for one row at a time is the rules' reference and slower.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pixelweave.built_in import name_built_in
from pixelweave.conversion import BUILT_IN, DEFINED, HIT, Conversion, GoalRef, make_digest
from pixelweave.goal_match import (
    KEYED_COLUMNS,
    ONCE_COLUMNS,
    OWN_VALUE,
    read_moment,
    settle_value,
)
from pixelweave.goal_pattern import matches_pattern, split_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pixelweave.goal import Condition, GoalRecord, GoalSpec, GoalValue

type Row = dict[str, Any]
type Test = Callable[[Row], bool]
# Moment as text, event_id, session_id, value, unit, how it is valued, workspace.
type Found = tuple[str, str, str | None, str | None, str | None, GoalValue | None, str]


def find_conversions(lines: Iterable[str], records: Sequence[GoalRecord]) -> list[Conversion]:
    """The conversions of the goals `records`, of hits and built in; of one once key the least."""
    by_pixel: dict[str, list[tuple[GoalRef, Test, GoalSpec]]] = {}
    for record in records:
        goal = GoalRef.make(record.pixel_id, DEFINED, record.goal_id)
        by_pixel.setdefault(record.pixel_id, []).append((goal, _compile(record.spec), record.spec))
    kept: dict[tuple[GoalRef, str], Found] = {}
    for line in lines:
        row = json.loads(line)
        if row["outcome"] != "accepted":
            continue
        for goal, test, spec in by_pixel.get(row["pixel_id"], ()):
            if test(row):
                _keep(kept, (goal, _make_key(row, spec.once)), _find(row, row, "currency", spec.value))
        label = name_built_in(row["dialect"], row["type"], row.get("name"))
        if label is not None:
            goal = GoalRef.make(row["pixel_id"], BUILT_IN, label)
            _keep(kept, (goal, _make_key(row, "order")), _find(row, row, "currency", OWN_VALUE))
        for place, element in enumerate(row.get("goals", ()), start=1):
            goal = GoalRef.make(row["pixel_id"], HIT, element["name"])
            _keep(kept, (goal, f"{_make_key(row, 'event')}#{place}"), _find(row, element, "unit", OWN_VALUE))
    return [_convert(goal, key, found) for (goal, key), found in kept.items()]


def _compile(spec: GoalSpec) -> Test:
    tests = [_compile_condition(condition) for condition in spec.conditions]
    if len(tests) == 1:
        return tests[0]
    if spec.match == "any":
        return lambda row: any(test(row) for test in tests)
    first, second, *others = tests
    return lambda row: first(row) and second(row) and all(test(row) for test in others)


def _compile_condition(condition: Condition) -> Test:
    field, pattern, key = condition.field, condition.pattern, condition.key
    if pattern is None:
        minimum = condition.minimum or Decimal(0)
        return lambda row: "value" in row and Decimal(row["value"]) >= minimum
    if key is not None:
        column = KEYED_COLUMNS[field]
        return lambda row: column in row and row[column].get(key) == pattern
    parts = split_pattern(pattern)
    if len(parts) == 1:
        return lambda row: row.get(field) == pattern
    if parts[1:] == ("",):
        head = parts[0]
        return lambda row: row.get(field, "").startswith(head)
    return lambda row: field in row and matches_pattern(pattern, row[field])


def _make_key(row: Row, once: str) -> str:
    column = ONCE_COLUMNS.get(once)
    if column in row:
        return f"{once}:{row[column]}"
    return f"message:{row['message_id']}" if "message_id" in row else f"event:{row['event_id']}"


def _find(row: Row, valued: Row, unit: str, worth: GoalValue | None) -> Found:
    return (
        row["received_at"],
        row["event_id"],
        row.get("session_id"),
        valued.get("value"),
        valued.get(unit),
        worth,
        row["workspace_id"],
    )


def _keep(kept: dict[tuple[GoalRef, str], Found], key: tuple[GoalRef, str], found: Found) -> None:
    known = kept.get(key)
    if known is None or found[:2] < known[:2]:
        kept[key] = found


def _convert(goal: GoalRef, key: str, found: Found) -> Conversion:
    moment, event_id, session, value, unit, worth, workspace_id = found
    settled, settled_unit = settle_value(worth, None if value is None else Decimal(value), unit)
    digest = None if session is None else make_digest(session)
    return Conversion(
        goal, make_digest(key), read_moment(moment), event_id, digest, settled, settled_unit, workspace_id
    )
