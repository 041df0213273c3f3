"""What an event says about goals, in plain Python: the rules of docs/goals.md, one row of the log at a time.

An event is a row as a mapping by column: times as epoch milliseconds, as `datetime` (naive: UTC) or as the log's text; amounts as
Decimal or decimal text; `labels` and `props` as mappings, `goals` as a list of mappings. `goal_sql` says the same to DuckDB; tests
hold both against each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from pixelweave.built_in import name_built_in
from pixelweave.conversion import (
    BUILT_IN,
    DEFINED,
    HIT,
    NO_UNIT,
    Conversion,
    GoalRef,
    make_digest,
    make_hit_key,
)
from pixelweave.goal import EVENT, ORDER, SESSION, VALUE, VISITOR, GoalValue
from pixelweave.goal_pattern import matches_pattern
from pixelweave.outcome import ACCEPTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pixelweave.goal import Condition, GoalRecord, GoalSpec

# The column that holds what a keyed condition names, and the one that makes events one conversion.
KEYED_COLUMNS = {"label": "labels", "property": "props"}
ONCE_COLUMNS = {ORDER: "order_id", SESSION: "session_id", VISITOR: "visitor_id"}
# Built-in goals and those of a hit are worth what the event or the hit says.
OWN_VALUE = GoalValue()

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
# Every value has the four places of decimal(18,4), so that equal ones also read alike.
_PLACES = Decimal("0.0001")


def hold_conditions(spec: GoalSpec, event: Mapping[str, object]) -> list[bool]:
    """For each condition whether it holds for the event."""
    return [_holds(condition, event) for condition in spec.conditions]


def matches(spec: GoalSpec, event: Mapping[str, object]) -> bool:
    """Whether all, or any, of the conditions hold, as the definition asks; outcome and time are not looked at."""
    held = hold_conditions(spec, event)
    return all(held) if spec.match == "all" else any(held)


def list_conversions(
    event: Mapping[str, object], records: Iterable[GoalRecord], *, implied: bool = True
) -> list[Conversion]:
    """The conversions of one event: of those goals of `records` that are its pixel's, and, where `implied`, of goals that the hit
    names and built-in ones. None where the event was not accepted."""
    if event.get("outcome") != ACCEPTED:
        return []
    pixel_id, moment = str(event["pixel_id"]), read_moment(event["received_at"])
    found = []
    for record in records:
        spec = record.find_spec(moment) if record.pixel_id == pixel_id else None
        if spec is not None and matches(spec, event):
            goal = GoalRef.make(pixel_id, DEFINED, record.goal_id)
            value, unit = settle_value(spec.value, _read_amount(event.get("value")), _text(event, "currency"))
            found.append(_convert(event, moment, goal, _make_once_key(spec.once, event), value, unit))
    if implied:
        found.extend(_list_implied(event, pixel_id, moment))
    return found


def keep_least(conversions: Iterable[Conversion]) -> dict[tuple[GoalRef, str], Conversion]:
    """Of the conversions of one goal with one once key the one of least rank, which is the one that counts."""
    kept: dict[tuple[GoalRef, str], Conversion] = {}
    for each in conversions:
        known = kept.get((each.goal, each.once))
        if known is None or each.rank < known.rank:
            kept[each.goal, each.once] = each
    return kept


def settle_value(
    rule: GoalValue | None, value: Decimal | None, unit: str | None
) -> tuple[Decimal | None, str]:
    """Value and unit of a conversion of an event with this value and currency: (None, NO_UNIT) where it has none."""
    if rule is None:
        return None, NO_UNIT
    if rule.amount is not None:
        return rule.amount.quantize(_PLACES), rule.unit
    if value is None:
        return None, NO_UNIT
    return value, unit or rule.unit


def read_moment(moment: object) -> int:
    """Epoch milliseconds of a row's time, in any of the three forms."""
    if isinstance(moment, int):
        return moment
    read = moment if isinstance(moment, datetime) else datetime.fromisoformat(str(moment))
    return ((read if read.tzinfo else read.replace(tzinfo=UTC)) - _EPOCH) // _MILLISECOND


def _holds(condition: Condition, event: Mapping[str, object]) -> bool:
    if condition.field == VALUE:
        value = _read_amount(event.get("value"))
        return value is not None and condition.minimum is not None and value >= condition.minimum
    text = _text(event, condition.field) if condition.key is None else _entry(event, condition)
    return text is not None and condition.pattern is not None and matches_pattern(condition.pattern, text)


def _entry(event: Mapping[str, object], condition: Condition) -> str | None:
    entries = event.get(KEYED_COLUMNS[condition.field])
    return _text(entries, str(condition.key)) if isinstance(entries, Mapping) else None


def _list_implied(event: Mapping[str, object], pixel_id: str, moment: int) -> Iterator[Conversion]:
    label = name_built_in(_text(event, "dialect"), _text(event, "type"), _text(event, "name"))
    if label is not None:
        goal = GoalRef.make(pixel_id, BUILT_IN, label)
        value, unit = settle_value(OWN_VALUE, _read_amount(event.get("value")), _text(event, "currency"))
        yield _convert(event, moment, goal, _make_once_key(ORDER, event), value, unit)
    for place, element in enumerate(_list_elements(event), start=1):
        name = _text(element, "name")
        if name is not None:
            goal = GoalRef.make(pixel_id, HIT, name)
            value, unit = settle_value(OWN_VALUE, _read_amount(element.get("value")), _text(element, "unit"))
            yield _convert(event, moment, goal, f"{_make_once_key(EVENT, event)}#{place}", value, unit)


def _list_elements(event: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    listed = event.get("goals")
    return [each if isinstance(each, Mapping) else {} for each in listed] if isinstance(listed, list) else []


def _make_once_key(once: str, event: Mapping[str, object]) -> str:
    named = _text(event, ONCE_COLUMNS[once]) if once in ONCE_COLUMNS else None
    if named is not None:
        return f"{once}:{named}"
    return make_hit_key(_text(event, "message_id"), str(event["event_id"]))


def _convert(
    event: Mapping[str, object], moment: int, goal: GoalRef, once_key: str, value: Decimal | None, unit: str
) -> Conversion:
    session = _text(event, "session_id")
    return Conversion(
        goal=goal,
        once=make_digest(once_key),
        received_at=moment,
        event_id=str(event["event_id"]),
        session=None if session is None else make_digest(session),
        value=value,
        unit=unit,
        workspace_id=_text(event, "workspace_id") or "",
    )


def _text(mapping: Mapping[str, object], name: str) -> str | None:
    value = mapping.get(name)
    return value if isinstance(value, str) else None


def _read_amount(value: object) -> Decimal | None:
    """An amount with the four places of the log."""
    return None if value is None else Decimal(str(value)).quantize(_PLACES)
