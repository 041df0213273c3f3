"""The statement's text has our own words only, whatever operators write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pixelweave.goal import Condition
from pixelweave.goal_rule import Scope, list_rules, split_rules
from pixelweave.goal_sql import compile_conversions

from tests.unit.goal_match.rule_case import NOON, make_record, make_windowed

if TYPE_CHECKING:
    from pixelweave.goal import GoalRecord
    from pixelweave.goal_sql import Query

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


def _compile(*records: GoalRecord) -> Query:
    stretch = (NOON, NOON + 1)
    pixels = {record.pixel_id for record in records}
    return compile_conversions(list_rules(records, stretch), Scope(stretch, pixels, is_implied=True))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_operand_is_in_the_text(text: str) -> None:
    query, tame = _compile(_make_hostile(text)), _compile(_make_hostile("a"))
    assert text not in query.text
    assert text.replace("'", "''") not in query.text
    # Stars apart, what is written changes nothing of the text but numbers of parameters.
    assert not set(query.text) - set(tame.text) - set("0123456789")
    assert any(text in str(value) for value in query.parameters.values())


def test_equal_operands_share_a_parameter() -> None:
    records = [
        make_record(Condition(field="path", pattern="/cart"), goal_id=f"g{number}") for number in range(50)
    ]
    query = _compile(*records)
    assert list(query.parameters.values()).count("/cart") == 1


def test_a_number_and_its_text_do_not() -> None:
    record = make_record(Condition(field="path", pattern=str(NOON)))
    values = list(_compile(record).parameters.values())
    assert str(NOON) in values
    assert NOON in values


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        (0, 1, [(0, 0)]),
        (-5, 0, []),
        (9, 10, [(0, 0)]),
        (0, 10, [(0, 0)]),
        (-1, 10, [(0, 1)]),
        (0, 11, [(0, 1)]),
        (10, 11, []),
        (19, 20, []),
        (19, 21, [(1, 1)]),
        (25, 99, [(1, 0)]),
        (-9, 99, [(0, 1), (1, 1)]),
    ],
)
def test_only_windows_that_a_stretch_meets_and_leaves_are_looked_for(
    begins: int, ends: int, expected: list[tuple[int, int]]
) -> None:
    record = make_windowed((NOON, NOON + 10, 0), (NOON + 20, None, 1), worths=(1, 2))
    rules = list_rules([record], (NOON + begins, NOON + ends))
    assert [(record.revisions.index(rule.spec), len(rule.windows)) for rule in rules] == expected


def test_rules_are_split_and_those_of_a_goal_stay_together() -> None:
    windows = [(NOON + place, NOON + place + 1, place) for place in range(3)]
    records = [make_windowed(*windows, worths=range(3)) for _ in range(3)]
    rules = list_rules(records, (NOON, NOON + 3))
    assert [[rule.place for rule in part] for part in split_rules(rules, 7)] == [
        [1, 1, 1, 2, 2, 2],
        [3, 3, 3],
    ]
    assert [len(part) for part in split_rules(rules, 9)] == [9]
    assert [len(part) for part in split_rules(rules, 6)] == [6, 3]
    assert [len(part) for part in split_rules(rules, 2)] == [3, 3, 3]
    assert list(split_rules([])) == []
