"""A goal as its operator defines it, and the record that is kept of it (docs/goals.md).

The record knows every revision of the definition and the windows of time in which each one is in force, so that what a goal counts
is a function of the log and the record.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from pixelweave.catalog import MAX_GOAL_NAME, POINTS, is_currency
from pixelweave.goal_window import TOO_MANY, Window, WindowError, cut_windows, put_window

MAX_GOALS_PER_PIXEL = 100
MAX_CONDITIONS = 10
MAX_PATTERN = 512
MAX_KEY = 128
# The record is one DynamoDB item of at most 400 KB; as JSON it is a little longer than as an item.
MAX_RECORD_BYTES = 390_000

EVENT, ORDER, SESSION, VISITOR = "event", "order", "session", "visitor"
ONCE = (EVENT, ORDER, SESSION, VISITOR)

COLUMNS = ("type", "name", "host", "path")
KEYED = ("label", "property")
VALUE = "value"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

type Once = Literal["event", "order", "session", "visitor"]


def _refuse_control(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("control characters are not allowed")
    return text


def _check_unit(unit: str) -> str:
    if unit.lower() == POINTS:
        return POINTS
    if not is_currency(unit):
        raise ValueError(f"{unit!r} is not a unit; write points, or a currency of three letters such as EUR")
    return unit.upper()


type Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_GOAL_NAME),
    AfterValidator(_refuse_control),
]
type Unit = Annotated[str, AfterValidator(_check_unit)]
# decimal(18,4) of the event row.
type Amount = Annotated[Decimal, Field(max_digits=18, decimal_places=4, allow_inf_nan=False)]


class Condition(BaseModel):
    """One test of an event: a pattern for a column, label or property, or a minimum for its value.

    `field` is one of `COLUMNS`, `KEYED` or `value`; `key` names the label or property. In `pattern` a `*` is any text, `\\*` a star,
    `\\\\` a backslash.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: Literal["type", "name", "host", "path", "label", "property", "value"]
    key: (
        Annotated[str, StringConstraints(min_length=1, max_length=MAX_KEY), AfterValidator(_refuse_control)]
        | None
    ) = None
    pattern: (
        Annotated[
            str, StringConstraints(min_length=1, max_length=MAX_PATTERN), AfterValidator(_refuse_control)
        ]
        | None
    ) = None
    minimum: Amount | None = None

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if (self.key is not None) != (self.field in KEYED):
            raise ValueError("a label or a property needs its name, nothing else has one")
        if (self.minimum is not None) != (self.field == VALUE) or (self.pattern is None) != (
            self.field == VALUE
        ):
            raise ValueError("value takes a minimum, everything else a pattern")
        return self


class GoalValue(BaseModel):
    """What a conversion is worth: `amount` of `unit`, or the event's own value where `amount` is None (`unit` where the event has
    no currency)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Amount | None = None
    unit: Unit = POINTS


class GoalSpec(BaseModel):
    """What an operator decides about a goal. `value` None: conversions are counted, not valued.

    `enabled_from` (inclusive) and `enabled_to` (exclusive) bound the moments of receipt that may count at all.

    Raises pydantic.ValidationError; `pixel_model.describe_errors` puts it into words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    match: Literal["all", "any"] = "all"
    conditions: Annotated[tuple[Condition, ...], Field(min_length=1, max_length=MAX_CONDITIONS)]
    value: GoalValue | None = None
    once: Once = "event"
    enabled_from: AwareDatetime | None = None
    enabled_to: AwareDatetime | None = None

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.enabled_from and self.enabled_to and self.enabled_to <= self.enabled_from:
            raise ValueError("the goal ends before it begins")
        return self


class GoalRecord(BaseModel):
    """A defined goal: its revisions, the last one being the present definition, and the windows, sorted and without overlap.

    `created_at` is Unix milliseconds; `version` grows by one with each change. `is_removed`: its removal has begun, nothing shows it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    pixel_id: str
    goal_id: str
    revisions: Annotated[tuple[GoalSpec, ...], Field(min_length=1)]
    windows: tuple[Window, ...]
    created_at: int
    version: int = Field(default=1, ge=1)
    is_removed: bool = False

    @property
    def spec(self) -> GoalSpec:
        """The present definition."""
        return self.revisions[-1]

    @property
    def name(self) -> str:
        """The goal's name, the same in all revisions."""
        return self.spec.name

    def find_spec(self, moment: int) -> GoalSpec | None:
        """The revision in force at `moment` (Unix milliseconds), if any is."""
        for window in self.windows:
            if window.holds(moment):
                return self.revisions[window.revision]
        return None


def define_goal(spec: GoalSpec, *, pixel_id: str, goal_id: str, now: int) -> GoalRecord:
    """A new goal, in force from `now` (Unix milliseconds) on as far as `spec` says."""
    return GoalRecord(
        pixel_id=pixel_id,
        goal_id=goal_id,
        revisions=(spec,),
        windows=put_window((), _bound(spec, now, None, 0)),
        created_at=now,
    )


def revise_goal(record: GoalRecord, spec: GoalSpec, now: int) -> GoalRecord:
    """The goal with `spec` in force from `now` (Unix milliseconds) on; what was counted before stays.

    Raises:
        ValueError: another name.
        WindowError: too many changes, or too long ones.
    """
    if spec.name != record.name:
        raise ValueError("a goal keeps its name")
    kept = cut_windows(record.windows, now, None)
    windows = put_window(kept, _bound(spec, now, None, len(record.revisions)))
    return _change(record, revisions=(*record.revisions, spec), windows=windows)


def widen_goal(record: GoalRecord, starts_at: int, ends_at: int) -> GoalRecord:
    """The goal with its present definition in force from `starts_at` to `ends_at` (Unix milliseconds) too, in place of any other one.

    Raises:
        WindowError: too many windows, or the definition's own limits leave nothing of the stretch.
    """
    window = _bound(record.spec, starts_at, ends_at, len(record.revisions) - 1)
    if window is None:
        raise WindowError("the goal is not enabled at any time of that stretch")
    kept = cut_windows(record.windows, window.starts_at, window.ends_at)
    return _change(record, windows=put_window(kept, window))


def _change(record: GoalRecord, **fields: object) -> GoalRecord:
    """The changed record, without the revisions that no window has and that are not the present one: it must not grow for ever."""
    changed = record.model_copy(update={**fields, "version": record.version + 1})
    last = len(changed.revisions) - 1
    used = sorted({last, *(window.revision for window in changed.windows)})
    windows = tuple(
        window.model_copy(update={"revision": used.index(window.revision)}) for window in changed.windows
    )
    revisions = tuple(changed.revisions[revision] for revision in used)
    kept = changed.model_copy(update={"revisions": revisions, "windows": windows})
    if len(kept.model_dump_json().encode()) > MAX_RECORD_BYTES:
        raise WindowError(TOO_MANY.format("so much text of former definitions"))
    return kept


def _bound(spec: GoalSpec, starts_at: int, ends_at: int | None, revision: int) -> Window | None:
    """The part of a stretch in which `spec` is enabled."""
    if spec.enabled_from is not None:
        starts_at = max(starts_at, _to_ms(spec.enabled_from))
    if spec.enabled_to is not None:
        limit = _to_ms(spec.enabled_to)
        ends_at = limit if ends_at is None else min(ends_at, limit)
    if ends_at is not None and ends_at <= starts_at:
        return None
    return Window(starts_at=starts_at, ends_at=ends_at, revision=revision)


def _to_ms(moment: datetime) -> int:
    # Not by way of a float, which some milliseconds get lost in.
    return (moment - _EPOCH) // timedelta(milliseconds=1)
