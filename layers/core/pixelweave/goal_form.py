"""The form that goals and funnels have in a file and on the command line (docs/cli.md, «A file of goals»).

Scalars are text, as a reader that resolves nothing gives them: a goal named `on` and an amount of `12.50` stay what was written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from pixelweave.funnel import FunnelSpec
from pixelweave.goal import COLUMNS, EVENT, KEYED, VALUE, GoalSpec
from pixelweave.goal_text import read_decimal, read_instant, read_value, trim, write_instant, write_value
from pixelweave.span import SpanError, read_span, write_span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic_core import ErrorDetails

    from pixelweave.goal import Condition

CONDITIONS = (*COLUMNS, *KEYED, VALUE)
GOAL_KEYS = ("name", "match", "conditions", "value", "once", "from", "to")
FUNNEL_KEYS = ("name", "steps", "by", "within")
# What a model calls a field and a form does not.
_KEYS = {"enabled_from": "from", "enabled_to": "to"}
# What the models say is said to programmers; by the kind of problem.
_AMOUNT = "expected an amount of at most 14 digits and 4 decimals"
_SENTENCES = {
    "missing": "is missing",
    "string_type": "expected a text",
    "string_too_short": "expected a text",
    "string_too_long": "expected at most {max_length} characters",
    "too_short": "expected at least {min_length}",
    "too_long": "expected at most {max_length}",
    "literal_error": "expected one of {expected}",
    "decimal_max_digits": _AMOUNT,
    "decimal_max_places": _AMOUNT,
    "decimal_whole_digits": _AMOUNT,
}
_BOUNDS = {"from": "enabled_from", "to": "enabled_to"}

type Form = dict[str, object]


class GoalFormError(ValueError):
    """A form that says no goal, funnel or value; the message begins with the place."""


def read_goal(form: object, place: str) -> GoalSpec:
    """The goal that a form says. Raises GoalFormError, its message beginning with `place` and the field."""
    values = _check_keys(form, GOAL_KEYS, place)
    fields: Form = {
        _BOUNDS.get(key, key): value for key, value in values.items() if not _is_absent(key, value)
    }
    if "conditions" in fields:
        fields["conditions"] = _read_conditions(fields["conditions"], place)
    if "value" in fields:
        fields["value"] = _read_at(f"{place}, value", read_value, fields["value"])
    for key, field in _BOUNDS.items():
        if field in fields:
            fields[field] = _read_at(f"{place}, {key}", read_instant, fields[field])
    try:
        return GoalSpec.model_validate(fields)
    except ValidationError as exc:
        raise GoalFormError(describe_problems(exc, place)) from exc


def read_funnel(form: object, place: str) -> FunnelSpec:
    """The funnel that a form says. Raises GoalFormError, its message beginning with `place` and the field."""
    fields = {
        key: value
        for key, value in _check_keys(form, FUNNEL_KEYS, place).items()
        if not _is_absent(key, value)
    }
    if "within" in fields:
        fields["within"] = _read_at(f"{place}, within", read_span, fields["within"])
    try:
        return FunnelSpec.model_validate(fields)
    except ValidationError as exc:
        raise GoalFormError(describe_problems(exc, place)) from exc


def write_goal(spec: GoalSpec) -> Form:
    """The form of a goal: what is as everybody would expect is left out, amounts are Decimal, moments text in UTC."""
    form: Form = {"name": spec.name}
    if spec.match != "all":
        form["match"] = spec.match
    form["conditions"] = [_write_condition(condition) for condition in spec.conditions]
    if spec.value is not None:
        form["value"] = write_value(spec.value)
    if spec.once != EVENT:
        form["once"] = spec.once
    for key, moment in (("from", spec.enabled_from), ("to", spec.enabled_to)):
        if moment is not None:
            form[key] = write_instant(moment)
    return form


def write_funnel(spec: FunnelSpec) -> Form:
    """The form of a funnel."""
    return {
        "name": spec.name,
        "steps": list(spec.steps),
        "by": str(spec.by),
        "within": write_span(spec.within),
    }


def describe_problems(error: ValidationError, place: str) -> str:
    """What a model refused, each with its place in the form."""
    return "; ".join(", ".join([place, *path]) + f": {sentence}" for path, sentence in _list_problems(error))


def _check_keys(form: object, known: tuple[str, ...], place: str) -> Mapping[str, object]:
    if not isinstance(form, dict):
        raise GoalFormError(f"{place}: expected {', '.join(known)}, each on a line of its own")
    if unknown := [str(key) for key in form if key not in known]:
        raise GoalFormError(f"{place}: {', '.join(unknown)} is not one of {', '.join(known)}")
    return form


def _is_absent(key: str, value: object) -> bool:
    """Whether an optional key was left empty."""
    return value in ("", None) and key != "name"


def _read_conditions(value: object, place: str) -> list[Form]:
    if not isinstance(value, list):
        raise GoalFormError(f"{place}, conditions: expected a list such as `- path: /thanks*`")
    return [
        _read_condition(each, f"{place}, condition {number}") for number, each in enumerate(value, start=1)
    ]


def _read_condition(form: object, place: str) -> Form:
    if not isinstance(form, dict) or len(form) != 1:
        raise GoalFormError(f"{place}: expected one of {', '.join(CONDITIONS)} and what it is to be")
    ((field, operand),) = form.items()
    if field not in CONDITIONS:
        raise GoalFormError(f"{place}: {field} is not one of {', '.join(CONDITIONS)}")
    if field == VALUE:
        return {"field": field, "minimum": _read_at(f"{place}, {field}", read_decimal, operand)}
    if field not in KEYED:
        return {"field": field, "pattern": operand}
    if not isinstance(operand, dict) or len(operand) != 1:
        raise GoalFormError(f"{place}, {field}: expected its name and a pattern, such as {{size: big}}")
    ((key, pattern),) = operand.items()
    return {"field": field, "key": key, "pattern": pattern}


def _write_condition(condition: Condition) -> Form:
    if condition.minimum is not None:
        return {VALUE: trim(condition.minimum)}
    if condition.key is not None:
        return {condition.field: {condition.key: condition.pattern}}
    return {condition.field: condition.pattern}


def _read_at[T](place: str, read: Callable[[str], T], text: object) -> T:
    if not isinstance(text, str):
        raise GoalFormError(f"{place}: expected one text or number")
    try:
        return read(text)
    except (SpanError, ValueError) as exc:
        raise GoalFormError(f"{place}: {exc}") from exc


def _list_problems(error: ValidationError) -> list[tuple[list[str], str]]:
    """(path, sentence) for each value that a model refused; lists are counted from one, as people count."""
    problems = error.errors(include_url=False, include_input=False)
    refused = {problem["loc"][:depth] for problem in problems for depth in range(len(problem["loc"]))}
    # A list whose elements were refused is too short only because of that.
    return [
        (_name_path(problem["loc"]), _say(problem))
        for problem in problems
        if problem["type"] != "too_short" or problem["loc"] not in refused
    ]


def _say(problem: ErrorDetails) -> str:
    sentence = _SENTENCES.get(problem["type"])
    if sentence is None:
        return problem["msg"].removeprefix("Value error, ")
    return sentence.format_map(problem.get("ctx", {}))


def _name_path(location: tuple[int | str, ...]) -> list[str]:
    path: list[str] = []
    for part in location:
        if isinstance(part, int) and path:
            path[-1] = f"{path[-1].removesuffix('s')} {part + 1}"
        else:
            path.append(_KEYS.get(str(part), str(part)))
    return path
