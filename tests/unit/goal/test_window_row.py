"""Definitions as the views read them: windows of goals, steps of funnels."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pixelweave.funnel import FUNNEL_STEP_FIELDS, FunnelSpec, FunnelStepRow, list_step_rows
from pixelweave.goal import GoalSpec, define_goal, revise_goal
from pixelweave.goal_window_row import (
    GOAL_WINDOW_FIELDS,
    OPEN_END,
    ConditionRow,
    GoalWindowRow,
    list_window_rows,
)
from pydantic import ValidationError

if TYPE_CHECKING:
    from pixelweave.field import Field

PAGE = {"field": "path", "pattern": "/a_*"}


def make_spec(**changes: Any) -> GoalSpec:
    return GoalSpec.model_validate({"name": "Buy, now", "conditions": [PAGE]} | changes)


@pytest.mark.parametrize(
    ("table", "row"), [(GOAL_WINDOW_FIELDS, GoalWindowRow), (FUNNEL_STEP_FIELDS, FunnelStepRow)]
)
def test_a_row_has_the_columns_of_its_table(table: tuple[Field, ...], row: type[Any]) -> None:
    assert [field.name for field in table] == [field.name for field in fields(row)]


def test_each_window_is_a_row_with_its_revision() -> None:
    record = define_goal(make_spec(), pixel_id="px", goal_id="g1", now=1_000)
    minimum = {"field": "value", "minimum": "1E+2"}
    later = make_spec(
        conditions=[minimum], match="any", once="order", value={"amount": "2.50", "unit": "eur"}
    )
    assert list_window_rows([revise_goal(record, later, 2_000)]) == [
        GoalWindowRow(
            "px", "d:g1", "Buy, now", "event", "all", (ConditionRow("path", None, r"/a\_%", None),),
            "nothing", None, None, 1_000, 2_000,
        ),
        GoalWindowRow(
            "px", "d:g1", "Buy, now", "order", "any", (ConditionRow("value", None, None, "100"),),
            "fixed", "2.50", "EUR", 2_000, OPEN_END,
        ),
    ]  # fmt: skip


def test_a_label_keeps_its_name_and_the_events_value_its_unit() -> None:
    label = {"field": "label", "key": "size_*", "pattern": "*"}
    record = define_goal(make_spec(conditions=[label], value={}), pixel_id="px", goal_id="g", now=0)
    (row,) = list_window_rows([record])
    assert row.conditions == (ConditionRow("label", "size_*", "%", None),)
    assert (row.worth, row.amount, row.unit) == ("event", None, "points")


def test_a_goal_whose_removal_has_begun_has_no_row() -> None:
    record = define_goal(make_spec(), pixel_id="px", goal_id="g", now=0)
    assert list_window_rows([record.model_copy(update={"is_removed": True})]) == []


def test_each_step_of_a_funnel_is_a_row() -> None:
    funnel = FunnelSpec(
        name="Checkout", steps=("cart", "paid"), by="person", within=timedelta(days=1, milliseconds=5)
    )
    assert list_step_rows("px", [funnel]) == [
        FunnelStepRow("px", "Checkout", 1, "cart", "person", 86_400_005),
        FunnelStepRow("px", "Checkout", 2, "paid", "person", 86_400_005),
    ]


@pytest.mark.parametrize(
    ("changes", "is_valid"),
    [
        ({}, True),
        ({"steps": ["a"] * 2}, True),
        ({"steps": ["a"]}, False),
        ({"steps": ["a"] * 8}, True),
        ({"steps": ["a"] * 9}, False),
        ({"steps": ["a", " "]}, False),
        ({"steps": ["a", "x" * 128]}, True),
        ({"steps": ["a", "x" * 129]}, False),
        ({"name": "a\nb"}, False),
        ({"within": timedelta(seconds=1)}, True),
        ({"within": timedelta(milliseconds=999)}, False),
        ({"within": timedelta(days=90)}, True),
        ({"within": timedelta(days=90, milliseconds=1)}, False),
        ({"by": "visitor"}, False),
        ({"to": "b"}, False),
    ],
)
def test_a_funnel_has_two_to_eight_goals_within_ninety_days(changes: dict[str, Any], is_valid: bool) -> None:
    fields = {"name": "way", "steps": ["a", "b"]} | changes
    if is_valid:
        funnel = FunnelSpec.model_validate(fields)
        assert FunnelSpec.model_validate_json(funnel.model_dump_json()) == funnel
    else:
        with pytest.raises(ValidationError):
            FunnelSpec.model_validate(fields)
