"""The form that an audience has in a file (docs/audiences.md, «The definition»): read from texts, lists and maps, and written back.

Scalars are text, as a reader that resolves nothing gives them: a goal named `on` stays what was written.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pydantic import ValidationError

from pixelweave.audience import AudienceSpec
from pixelweave.audience_condition import (
    COLUMNS,
    EventCondition,
    FunnelCondition,
    GoalCondition,
    InterestCondition,
    SeenCondition,
    ValueCondition,
)
from pixelweave.goal_form import describe_problems
from pixelweave.goal_text import read_decimal, trim
from pixelweave.span import SpanError, read_span, write_span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import timedelta

    from pixelweave.audience_condition import Condition

KEYS = ("audience", "workspace", "who", "within", "all", "any", "none", "consent")
LISTS = ("all", "any", "none")
COUNTED = ("at_least", "at_most", "within")
# Each kind of condition: its members where it is a map (None: it is one text), and what may stand beside it.
KINDS: dict[str, tuple[tuple[str, ...] | None, tuple[str, ...]]] = {
    "goal": (None, COUNTED),
    "event": ((*COLUMNS, "label", "property"), COUNTED),
    "label": (None, COUNTED),
    "interest": (("host", "section"), ("views", "share", "within")),
    "funnel": (None, ("reached", "not_reached", "within")),
    "seen": (("within", "not_within"), ()),
    "value": (("goal", "unit"), ("at_least", "within")),
}
_KEYED = {"label": "labels", "property": "properties"}
_SPANS, _NUMBERS = ("within", "not_within"), ("at_least", "at_most", "views", "reached", "not_reached")
_LONGEST_NUMBER = 9

type Form = dict[str, object]


class AudienceFormError(ValueError):
    """A form that says no audience; the message begins with the place and says what was expected."""


def read_audience(form: object, place: str = "audience") -> AudienceSpec:
    """The audience that a form says. Raises AudienceFormError; `place` is what it is called until its name is known."""
    values = _check_map(form, KEYS, place)
    name = values.get("audience")
    if not isinstance(name, str):
        raise AudienceFormError(f"{place}, audience: expected a name")
    place = name.strip() or place
    fields: Form = {"name": name} | {
        key: values[key] for key in ("workspace", "who", "consent") if key in values
    }
    if "within" in values:
        fields["within"] = _read_scalar("within", values["within"], place)
    for key in LISTS:
        fields[key] = _read_list(values.get(key), f"{place}, {key}")
    try:
        return AudienceSpec.model_validate(fields)
    except ValidationError as exc:
        # What the form calls `audience` is the model's name.
        problems = describe_problems(exc, place).replace(f"{place}, name:", f"{place}, audience:")
        raise AudienceFormError(problems) from exc


def write_audience(spec: AudienceSpec) -> Form:
    """The form of an audience, without what is as everybody would expect; shares and amounts are Decimal, counts int."""
    form: Form = {"audience": spec.name, "workspace": spec.workspace, "who": str(spec.who)}
    form["within"] = write_span(spec.within)
    for key in LISTS:
        if conditions := getattr(spec, key):
            form[key] = [write_condition(condition) for condition in conditions]
    return form | {"consent": str(spec.consent)}


def write_condition(condition: Condition) -> Form:
    """The form of one condition."""
    form = _write_subject(condition)
    if isinstance(condition, GoalCondition | EventCondition):
        if (condition.at_least, condition.at_most) != (1, None):
            form["at_least"] = condition.at_least
        if condition.at_most is not None:
            form["at_most"] = condition.at_most
    if condition.within is not None and not isinstance(condition, SeenCondition):
        form["within"] = write_span(condition.within)
    return form


def tell_condition(condition: Condition) -> str:
    """A condition in one line, for people: `goal: Checkout, at_least: 2`."""
    return ", ".join(f"{key}: {_tell(value)}" for key, value in write_condition(condition).items())


def _tell(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_tell(member)}" for key, member in value.items()) + "}"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _write_subject(condition: Condition) -> Form:
    match condition:
        case GoalCondition():
            return {"goal": condition.goal}
        case FunnelCondition():
            steps = {"reached": condition.reached, "not_reached": condition.not_reached}
            return {"funnel": condition.funnel} | {
                key: step for key, step in steps.items() if step is not None
            }
        case SeenCondition():
            spans = {"within": condition.within, "not_within": condition.not_within}
            return {"seen": {key: write_span(span) for key, span in spans.items() if span is not None}}
        case ValueCondition():
            subject = {"goal": condition.goal, "unit": condition.unit}
            return {"value": subject, "at_least": trim(condition.at_least)}
        case InterestCondition():
            where = {"host": condition.host} if condition.host is not None else {}
            much: Form = {"views": condition.views} if condition.views > 1 else {}
            if condition.share is not None:
                much["share"] = trim(Decimal(condition.share) / 10_000)
            return {"interest": where | {"section": condition.section}} | much
        case EventCondition():
            return _write_event(condition)


def _write_event(condition: EventCondition) -> Form:
    if not condition.columns and not condition.properties and len(condition.labels) == 1:
        ((key, pattern),) = condition.labels
        if "=" not in key:
            return {"label": f"{key}={pattern}"}
    keyed = {"label": dict(condition.labels), "property": dict(condition.properties)}
    return {"event": condition.columns | {key: entries for key, entries in keyed.items() if entries}}


def _read_list(forms: object, place: str) -> list[Form]:
    if forms is None or forms == "":
        return []
    if not isinstance(forms, list):
        raise AudienceFormError(f"{place}: expected a list of conditions such as `- goal: Purchase`")
    return [_read_condition(form, f"{place} {number}") for number, form in enumerate(forms, start=1)]


def _read_condition(form: object, place: str) -> Form:
    kinds = [key for key in KINDS if isinstance(form, dict) and key in form]
    if not isinstance(form, dict) or len(kinds) != 1:
        raise AudienceFormError(f"{place}: expected one of {', '.join(KINDS)}, and what belongs to it")
    (kind,) = kinds
    members, beside = KINDS[kind]
    values = _check_map(form, (kind, *beside), place)
    fields: Form = {key: _read_scalar(key, values[key], place, kind) for key in beside if key in values}
    subject = values[kind]
    if kind == "label":
        return fields | {"kind": "event", "labels": [_read_label(subject, f"{place}, label")]}
    if members is None:
        return fields | {"kind": kind, kind: _check_text(subject, f"{place}, {kind}")}
    place = f"{place}, {kind}"
    given = _check_map(subject, members, place)
    if kind == "event" and not given:
        raise AudienceFormError(f"{place}: expected one or more of {', '.join(members)}")
    fields["kind"] = kind
    for key, value in given.items():
        if key in _KEYED:
            fields[_KEYED[key]] = _read_pairs(value, f"{place}, {key}")
        else:
            fields[key] = _read_scalar(key, value, place)
    return fields


def _read_label(text: object, place: str) -> tuple[str, str]:
    name, equals, pattern = _check_text(text, place).partition("=")
    if not equals or not name.strip() or not pattern.strip():
        raise AudienceFormError(f"{place}: expected NAME=VALUE, such as user_segment=new_users")
    return name.strip(), pattern.strip()


def _read_pairs(value: object, place: str) -> list[tuple[str, str]]:
    if not isinstance(value, dict) or not value:
        raise AudienceFormError(f"{place}: expected a name and a pattern, such as {{size: big*}}")
    return [(key, _check_text(pattern, f"{place}, {key}")) for key, pattern in value.items()]


def _read_scalar(key: str, value: object, place: str, kind: str = "") -> object:
    place = f"{place}, {key}"
    text = _check_text(value, place)
    if key in _SPANS:
        return _read_at(place, _read_days, text)
    if key == "share":
        return _read_at(place, _read_share, text)
    if key in _NUMBERS and kind != "value":
        return _read_at(place, _read_number, text)
    return _read_at(place, read_decimal, text) if key in _NUMBERS else text


def _read_days(text: str) -> timedelta:
    try:
        return read_span(text)
    except (SpanError, OverflowError) as exc:
        raise ValueError("expected 1d to 180d") from exc


def _read_number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > _LONGEST_NUMBER:
        raise ValueError(f"expected a whole number, not {text!r}")
    return int(text)


def _read_share(text: str) -> int:
    share = read_decimal(text) * 10_000
    if not share.is_finite() or not 1 <= share <= 10_000 or share != int(share):
        raise ValueError("expected a share of 0.0001 to 1, with four decimals at most, such as 0.5")
    return int(share)


def _read_at[T](place: str, read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except ValueError as exc:
        raise AudienceFormError(f"{place}: {exc}") from exc


def _check_text(value: object, place: str) -> str:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = str(value)  # as `write_audience` has it
    if not isinstance(value, str) or not value.strip():
        raise AudienceFormError(f"{place}: expected one text or number")
    return value.strip()


def _check_map(form: object, known: tuple[str, ...], place: str) -> Mapping[str, object]:
    if not isinstance(form, dict):
        raise AudienceFormError(f"{place}: expected {', '.join(known)}, each on a line of its own")
    if unknown := [str(key) for key in form if key not in known]:
        raise AudienceFormError(f"{place}: {', '.join(unknown)} is not one of {', '.join(known)}")
    return form
