"""Defined goals as the views read them: one row a window, the table `goal_windows` (docs/goals.md, «The same in Athena»).

Amounts and minimums are decimal texts and patterns are ready for LIKE, so that nothing is left to read but the columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pixelweave.conversion import DEFINED, GoalRef
from pixelweave.field import Field
from pixelweave.goal_pattern import to_like

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from pixelweave.goal import Condition, GoalRecord, GoalSpec
    from pixelweave.goal_window import Window

# The end of a window that is open, in Unix milliseconds: the year 10000.
OPEN_END = 253_402_300_800_000

# What a conversion is worth: nothing, `amount` of `unit`, or the event's value.
NOTHING, FIXED, EVENT = "nothing", "fixed", "event"

GOAL_WINDOW_FIELDS = (
    Field("pixel_id"),
    Field("goal_key"),
    Field("goal"),
    Field("once"),
    Field("needed"),
    Field("conditions", "array<struct<field:string,key:string,pattern:string,minimum:string>>"),
    Field("worth"),
    Field("amount"),
    Field("unit"),
    Field("starts_at", "bigint"),
    Field("ends_at", "bigint"),
)


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """A `goal.Condition`: `pattern` is for LIKE with a backslash as escape, `minimum` decimal text."""

    field: str
    key: str | None
    pattern: str | None
    minimum: str | None


@dataclass(frozen=True, slots=True)
class GoalWindowRow:
    """A stretch of `received_at` (Unix milliseconds, from inclusive to exclusive) and what the goal counts in it.

    `needed` is `all` or `any` of the conditions, `worth` one of NOTHING, FIXED and EVENT, `amount` decimal text where it is FIXED;
    `unit` is that of the amount, or of an event's value without a currency.
    """

    pixel_id: str
    goal_key: str
    goal: str
    once: str
    needed: str
    conditions: tuple[ConditionRow, ...]
    worth: str
    amount: str | None
    unit: str | None
    starts_at: int
    ends_at: int


def list_window_rows(records: Sequence[GoalRecord]) -> list[GoalWindowRow]:
    """The rows of these goals; of one whose removal has begun there are none."""
    return [
        _make_row(record, window) for record in records if not record.is_removed for window in record.windows
    ]


def _make_row(record: GoalRecord, window: Window) -> GoalWindowRow:
    spec = record.revisions[window.revision]
    worth, amount, unit = _describe_value(spec)
    return GoalWindowRow(
        pixel_id=record.pixel_id,
        goal_key=GoalRef.make(record.pixel_id, DEFINED, record.goal_id).key,
        goal=record.name,
        once=spec.once,
        needed=spec.match,
        conditions=tuple(_make_condition(condition) for condition in spec.conditions),
        worth=worth,
        amount=amount,
        unit=unit,
        starts_at=window.starts_at,
        ends_at=OPEN_END if window.ends_at is None else window.ends_at,
    )


def _describe_value(spec: GoalSpec) -> tuple[str, str | None, str | None]:
    if spec.value is None:
        return NOTHING, None, None
    amount = spec.value.amount
    return (EVENT if amount is None else FIXED), _print(amount), spec.value.unit


def _make_condition(condition: Condition) -> ConditionRow:
    pattern = None if condition.pattern is None else to_like(condition.pattern)
    return ConditionRow(condition.field, condition.key, pattern, _print(condition.minimum))


def _print(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"
