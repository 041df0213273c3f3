"""Conditions of goals as DuckDB's SQL over the columns of an event; everything an operator wrote is a bound parameter.

What cannot be put into simple comparisons goes to RE2, whose time grows with the text alone; DuckDB's LIKE tries each star anew for
each place of the one before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelweave.goal import VALUE
from pixelweave.goal_match import KEYED_COLUMNS
from pixelweave.goal_pattern import split_pattern, to_regex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelweave.goal import Condition, GoalSpec
    from pixelweave.goal_window import Window

type Operand = str | int | list[str] | list[int]


class Binding:
    """The parameters of one statement: equal operands share one, so that DuckDB sees that equal conditions are equal."""

    def __init__(self) -> None:
        self.parameters: dict[str, Operand] = {}
        self._names: dict[tuple[type, str], str] = {}

    def bind(self, operand: Operand) -> str:
        """The parameter that stands for `operand`."""
        key = (type(operand), str(operand))
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = f"p{len(self.parameters)}"
            self.parameters[name] = operand
        return f"${name}"


def compile_spec(spec: GoalSpec, binding: Binding) -> str:
    """The conditions of a definition; null counts as false."""
    word = " AND " if spec.match == "all" else " OR "
    # AND binds closer than OR. Brackets are left out, because each one costs the parser more than what is in it.
    return word.join(_compile_condition(condition, binding) for condition in spec.conditions)


def compile_windows(windows: Sequence[Window], binding: Binding) -> str:
    """Whether the column `moment` (epoch milliseconds) lies in one of the windows."""
    return " OR ".join(_compile_window(window, binding) for window in windows)


def _compile_condition(condition: Condition, binding: Binding) -> str:
    if condition.field == VALUE:
        return f"value >= CAST({binding.bind(f'{condition.minimum:f}')} AS DECIMAL(18,4))"
    if condition.key is None:
        return _compile_pattern(condition.field, str(condition.pattern), binding)
    entry = f"map_extract_value({KEYED_COLUMNS[condition.field]}, {binding.bind(condition.key)})"
    return _compile_pattern(entry, str(condition.pattern), binding)


def _compile_pattern(text: str, pattern: str, binding: Binding) -> str:
    parts = split_pattern(pattern)
    if len(parts) == 1:
        return f"{text} = {binding.bind(parts[0])}"
    head, *middles, tail = parts
    if middles:
        if head or tail or len(middles) > 1:
            return f"regexp_full_match({text}, {binding.bind(to_regex(pattern))}, 's')"
        return f"contains({text}, {binding.bind(middles[0])})"
    tests = []
    if head:
        tests.append(f"starts_with({text}, {binding.bind(head)})")
    if tail:
        tests.append(f"ends_with({text}, {binding.bind(tail)})")
    if head and tail:
        # In «ab*bc» head and tail must not share a letter.
        tests.append(f"strlen({text}) >= {binding.bind(len((head + tail).encode()))}")
    return " AND ".join(tests) or f"{text} IS NOT NULL"


def _compile_window(window: Window, binding: Binding) -> str:
    begins = f"moment >= {binding.bind(window.starts_at)}"
    return begins if window.ends_at is None else f"{begins} AND moment < {binding.bind(window.ends_at)}"
