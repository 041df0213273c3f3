"""The one statement that finds all conversions of all goals in one scan of an object's events.

It reads a relation `event` with the columns of `field.py` that `COLUMNS` names. Each row makes a list of the numbers of what it
reaches: those of the rules of its own pixel, 0 for a built-in goal, −1, −2 … for the elements of `goals`. The lists are
unnested, and of the rows that share a goal and a once key the one of least rank is kept. The text holds our own words only: values
are bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pixelweave.built_in import BUILT_INS
from pixelweave.catalog import MAX_GOAL_NAME
from pixelweave.goal import EVENT, ONCE, ORDER
from pixelweave.goal_match import ONCE_COLUMNS
from pixelweave.goal_predicate import Binding, compile_spec, compile_windows
from pixelweave.outcome import ACCEPTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pixelweave.goal_predicate import Operand
    from pixelweave.goal_rule import Rule, Scope

# What a statement takes from an event; nothing else is read of the object.
COLUMNS = (
    "event_id message_id pixel_id workspace_id dialect type name outcome received_at session_id visitor_id host path goals value "
    "currency order_id labels props"
).split()

_NO_ELEMENTS = "STRUCT(name VARCHAR, value DECIMAL(18,4), unit VARCHAR)[]"
_STATEMENT = """
WITH hit AS (
    SELECT event_id, message_id, pixel_id, workspace_id, type, name, session_id, visitor_id, host, path, value, currency, order_id,
        labels, props, {elements} AS elements, {built_in} AS built_in, epoch_ms(received_at) AS moment
    FROM event
    WHERE {wanted} AND event_id IS NOT NULL
),
reached AS (
    SELECT event_id, message_id, pixel_id, workspace_id, session_id, visitor_id, value, currency, order_id, elements, built_in, moment,
        unnest({reached}) AS rule
    FROM hit
),
goal AS (
    SELECT event_id, pixel_id, workspace_id, session_id, moment, rule,
        CASE WHEN rule = 0 THEN built_in WHEN rule < 0 THEN elements[-rule].name END AS label,
        CASE WHEN rule < 0 THEN elements[-rule].value ELSE value END AS value,
        CASE WHEN rule < 0 THEN elements[-rule].unit ELSE currency END AS unit,
        CASE WHEN rule > 0 THEN {goals}[rule] ELSE sign(rule) END AS place,
        {once_key} AS once_key
    FROM reached
)
SELECT rule, CASE WHEN rule <= 0 THEN pixel_id END, label,
    left(sha256(once_key), 32), moment, event_id, left(sha256(session_id), 32), value, unit, workspace_id
FROM goal
WHERE rule > 0 OR label IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY place, {apart} once_key ORDER BY moment, event_id) = 1
"""


@dataclass(frozen=True, slots=True)
class Query:
    """A statement, its parameters, and the rules that its column `rule` counts from 1.

    Its columns: rule (0: built-in, less: named in the hit), of the latter two pixel_id and label, digest of the once key, received_at
    (epoch milliseconds), event_id, digest of the session, value and currency or unit of event or element, workspace_id.
    """

    text: str
    parameters: Mapping[str, Operand]
    rules: Sequence[Rule]


def compile_conversions(rules: Sequence[Rule], scope: Scope) -> Query:
    """The statement that finds the conversions by these rules in `event`."""
    binding = Binding()
    reached = _compile_rules(rules, binding)
    if scope.is_implied:
        reached = (
            f"list_concat({reached}, CASE WHEN built_in IS NOT NULL THEN [0] END, range(-len(elements), 0))"
        )
    text = _STATEMENT.format(
        elements="goals" if scope.is_implied else f"CAST(NULL AS {_NO_ELEMENTS})",
        built_in=_compile_built_in(binding) if scope.is_implied else "CAST(NULL AS VARCHAR)",
        wanted=_compile_scope(scope, binding),
        reached=reached,
        goals=binding.bind([rule.place for rule in rules]),
        once_key=_compile_once_key(rules, binding),
        apart="pixel_id, label," if scope.is_implied else "",
    )
    return Query(text, binding.parameters, rules)


def _compile_rules(rules: Sequence[Rule], binding: Binding) -> str:
    """The list of the numbers of the rules that a row reaches, those of its own pixel."""
    by_pixel: dict[str, list[str]] = {}
    for number, rule in enumerate(rules, start=1):
        by_pixel.setdefault(rule.goal.pixel_id, []).append(
            f"CASE WHEN {_compile_rule(rule, binding)} THEN {number} END"
        )
    if not by_pixel:
        return "CAST(NULL AS INTEGER[])"
    lists = " ".join(
        f"WHEN {binding.bind(pixel_id)} THEN [{', '.join(cases)}]" for pixel_id, cases in by_pixel.items()
    )
    return f"list_filter(CASE pixel_id {lists} END, lambda number: number IS NOT NULL)"


def _compile_rule(rule: Rule, binding: Binding) -> str:
    conditions = compile_spec(rule.spec, binding)
    if not rule.windows:
        return conditions
    return f"({compile_windows(rule.windows, binding)}) AND ({conditions})"


def _compile_built_in(binding: Binding) -> str:
    cases = []
    for goal in BUILT_INS:
        name = "NULL" if goal.name is None else binding.bind(goal.name)
        chosen = f"left(coalesce(name, {name}), {MAX_GOAL_NAME})" if goal.is_named else name
        row = f"dialect = {binding.bind(goal.dialect)} AND type = {binding.bind(goal.type)}"
        cases.append(f"WHEN {row} THEN {chosen}")
    return f"CASE {' '.join(cases)} END"


def _compile_scope(scope: Scope, binding: Binding) -> str:
    starts_at, ends_at = (binding.bind(moment) for moment in scope.stretch)
    pixels = f"SELECT unnest({binding.bind(sorted(scope.pixels))}::VARCHAR[])"
    return (
        f"outcome = {binding.bind(ACCEPTED)} AND pixel_id IN ({pixels}) "
        f"AND epoch_ms(received_at) >= {starts_at} AND epoch_ms(received_at) < {ends_at}"
    )


def _compile_once_key(rules: Sequence[Rule], binding: Binding) -> str:
    kinds = binding.bind([ONCE.index(rule.spec.once) for rule in rules])
    kind = f"CASE WHEN rule > 0 THEN {kinds}[rule] WHEN rule = 0 THEN {ONCE.index(ORDER)} ELSE {ONCE.index(EVENT)} END"
    named = " ".join(
        f"WHEN {ONCE.index(once)} THEN '{once}:' || {column}" for once, column in ONCE_COLUMNS.items()
    )
    place = "CASE WHEN rule < 0 THEN '#' || -rule ELSE '' END"
    return f"coalesce(CASE {kind} {named} END, 'message:' || message_id, 'event:' || event_id) || {place}"
