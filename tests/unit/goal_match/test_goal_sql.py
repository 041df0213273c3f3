"""The statement's text has our own words only, whatever operators write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pixelweave.goal import Condition
from pixelweave.goal_rule import Scope, list_rules
from pixelweave.goal_sql import compile_conversions

from tests.unit.goal_match.rule_case import NOON, make_record, make_windowed

if TYPE_CHECKING:
    from pixelweave.goal import GoalRecord

HOSTILE = (
    "'; DROP TABLE event; --",
    "\"; ATTACH 'x'; --",
    "$1 $p0 $wanted",
    "{elements} {0} %s",
    "\\' OR 1=1",
    "naïve*💥*%_",
    "*))*--*",
    "/* zz */",
)


def _make_hostile(text: str) -> GoalRecord:
    record = make_record(
        *(
            Condition.model_validate({"field": field, "pattern": text})
            for field in ("type", "name", "host", "path")
        ),
        Condition(field="label", key=text, pattern=f"{text}*"),
        Condition(field="property", key=text, pattern=f"*{text}"),
        Condition(field="property", key=text, pattern=f"*{text}*"),
        Condition(field="property", key=text, pattern=f"{text}*{text}"),
        Condition(field="property", key=text, pattern=f"{text}*{text}*{text}"),
        goal_id=text,
        name=text,
    )
    return record.model_copy(update={"pixel_id": text})


@pytest.mark.parametrize("text", HOSTILE)
def test_no_operand_is_in_the_text(text: str) -> None:
    query = compile_conversions([_make_hostile(text)], Scope(pixels=(text,)))
    tame = compile_conversions([_make_hostile("a")], Scope(pixels=("a",)))
    assert text not in query.text
    assert text.replace("'", "''") not in query.text
    # Stars apart, what is written changes nothing of the text but numbers of parameters.
    assert not set(query.text) - set(tame.text) - set("0123456789")
    assert any(text in str(value) for value in query.parameters.values())


def test_equal_operands_share_a_parameter() -> None:
    records = [
        make_record(Condition(field="path", pattern="/cart"), goal_id=f"g{number}") for number in range(50)
    ]
    query = compile_conversions(records, Scope())
    assert list(query.parameters.values()).count("/cart") == 1


def test_a_number_and_its_text_do_not() -> None:
    record = make_record(Condition(field="path", pattern="0"))
    values = list(compile_conversions([record], Scope()).parameters.values())
    assert "0" in values
    assert 0 in values


@pytest.mark.parametrize(
    ("between", "revisions"),
    [
        (None, [0, 1]),
        ((NOON, NOON + 1), [0]),
        ((NOON - 5, NOON), []),
        ((NOON + 9, NOON + 10), [0]),
        ((NOON + 10, NOON + 11), []),
        ((NOON + 19, NOON + 20), []),
        ((NOON + 19, NOON + 21), [1]),
        ((NOON + 25, None), [1]),
        ((NOON + 30, None), []),
        ((0, None), [0, 1]),
    ],
)
def test_only_revisions_in_force_are_looked_for(
    between: tuple[int, int | None] | None, revisions: list[int]
) -> None:
    record = make_windowed((NOON, NOON + 10, 0), (NOON + 20, NOON + 30, 1), worths=(1, 2))
    rules = list_rules([record], between)
    assert [record.revisions.index(rule.spec) for rule in rules] == revisions
