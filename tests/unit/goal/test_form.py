"""Goals and funnels in the form of a file."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelweave.funnel import FunnelSpec
from pixelweave.goal import Condition, GoalSpec, GoalValue
from pixelweave.goal_form import GoalFormError, read_funnel, read_goal, write_funnel, write_goal
from pixelweave.goal_text import write_condition, write_instant

FORM: dict[str, Any] = {
    "name": "Big, red",
    "match": "any",
    "conditions": [
        {"type": "purchase"},
        {"path": "/thanks*"},
        {"label": {"size": "big"}},
        {"property": {"a=b": "\\*"}},
        {"value": "10.50"},
    ],
    "value": "12.50 eur",
    "once": "order",
    "from": "2025-06-30",
    "to": "2025-07-30T12:00:00+02:00",
}
SPEC = GoalSpec(
    name="Big, red",
    match="any",
    conditions=(
        Condition(field="type", pattern="purchase"),
        Condition(field="path", pattern="/thanks*"),
        Condition(field="label", key="size", pattern="big"),
        Condition(field="property", key="a=b", pattern="\\*"),
        Condition(field="value", minimum=Decimal("10.5")),
    ),
    value=GoalValue(amount=Decimal("12.5"), unit="EUR"),
    once="order",
    enabled_from=datetime(2025, 6, 30, tzinfo=UTC),
    enabled_to=datetime(2025, 7, 30, 10, tzinfo=UTC),
)


def test_a_form_says_a_goal() -> None:
    assert read_goal(FORM, "goal 1") == SPEC


def test_a_goal_is_written_with_exact_numbers_and_moments_in_utc() -> None:
    assert write_goal(SPEC) == FORM | {
        "conditions": [*FORM["conditions"][:4], {"value": Decimal("10.5")}],
        "value": "12.5 EUR",
        "from": "2025-06-30T00:00:00Z",
        "to": "2025-07-30T10:00:00Z",
    }


def test_what_everybody_would_expect_is_not_written() -> None:
    plain = {"name": "Read", "conditions": [{"path": "/blog/*"}]}
    assert write_goal(read_goal(plain, "goal 1")) == plain
    empty = {"match": "", "value": "", "once": "", "from": "", "to": ""}
    assert write_goal(read_goal(plain | empty, "goal 1")) == plain


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"colour": "red"}, "goal 1: colour is not one of name, match, conditions, value, once, from, to"),
        ({"name": ""}, "goal 1, name: expected a text"),
        ({"name": "x" * 129}, "goal 1, name: expected at most 128 characters"),
        ({"name": ["x"]}, "goal 1, name: expected a text"),
        ({"match": "some"}, "goal 1, match: expected one of 'all' or 'any'"),
        ({"conditions": []}, "goal 1, conditions: expected at least 1"),
        ({"conditions": {"path": "/"}}, "goal 1, conditions: expected a list"),
        ({"conditions": ["path"]}, "goal 1, condition 1: expected one of type, name, host, path,"),
        ({"conditions": [{"path": "/", "host": "a"}]}, "goal 1, condition 1: expected one of type,"),
        ({"conditions": [{"path": "/"}, {"url": "/"}]}, "goal 1, condition 2: url is not one of type,"),
        (
            {"conditions": [{"path": "/"}, {"path": ""}]},
            "goal 1, condition 2, pattern: expected a text",
        ),
        ({"conditions": [{"path": ["/"]}]}, "goal 1, condition 1, pattern: expected a text"),
        ({"conditions": [{"label": "big"}]}, "goal 1, condition 1, label: expected its name and a pattern"),
        ({"conditions": [{"label": {"": "big"}}]}, "goal 1, condition 1, key: expected a text"),
        ({"conditions": [{"value": "ten"}]}, "goal 1, condition 1, value: 'ten' is not a number"),
        ({"conditions": [{"value": "1_0"}]}, "goal 1, condition 1, value: '1_0' is not a number"),
        ({"conditions": [{"value": "NaN"}]}, "goal 1, condition 1, minimum: Input should be a finite number"),
        ({"conditions": [{"value": {"a": "b"}}]}, "goal 1, condition 1, value: expected one text or number"),
        ({"value": "5 dollars"}, "goal 1, value: 'dollars' is not a unit"),
        ({"value": "much"}, "goal 1, value: 'much' is not a number"),
        ({"value": "1.23456 EUR"}, "goal 1, value: Decimal input should have no more than 4 decimal places"),
        ({"once": "day"}, "goal 1, once: expected one of 'event', 'order', 'session' or 'visitor'"),
        ({"from": "soon"}, "goal 1, from: 'soon' is not a time"),
        ({"from": "2025-07-30T10:00:00Z"}, "goal 1: the goal ends before it begins"),
    ],
)
def test_what_says_no_goal_is_told_with_its_place(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GoalFormError, match="^" + re.escape(sentence)):
        read_goal(FORM | changes, "goal 1")


@pytest.mark.parametrize("form", ["Purchase", None, [], 5])
def test_what_is_no_map_says_no_goal(form: object) -> None:
    with pytest.raises(GoalFormError, match=r"^goal 1: expected name, match"):
        read_goal(form, "goal 1")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("5", "5 points"),
        ("5.00 Points", "5 points"),
        ("-0.5 eur", "-0.5 EUR"),
        ("event", "event"),
        ("Event points", "event"),
        ("event usd", "event USD"),
    ],
)
def test_a_value_is_fixed_or_the_events(text: str, written: str) -> None:
    goal = read_goal(FORM | {"value": text}, "goal 1")
    assert write_goal(goal)["value"] == written


def test_a_condition_is_a_line_for_people() -> None:
    assert [write_condition(condition) for condition in SPEC.conditions] == [
        "type: purchase",
        "path: /thanks*",
        "label size: big",
        "property a=b: \\*",
        "value: at least 10.5",
    ]


def test_a_moment_is_written_in_utc() -> None:
    assert (
        write_instant(datetime(2025, 6, 30, 2, tzinfo=timezone(timedelta(hours=3)))) == "2025-06-29T23:00:00Z"
    )


NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=20).filter(str.strip)
CONDITIONS = st.one_of(
    st.builds(Condition, field=st.sampled_from(["type", "name", "host", "path"]), pattern=NAMES),
    st.builds(Condition, field=st.sampled_from(["label", "property"]), key=NAMES, pattern=NAMES),
    st.builds(Condition, field=st.just("value"), minimum=st.decimals(-999, 999, places=4)),
)
GOALS = st.builds(
    GoalSpec,
    name=NAMES,
    match=st.sampled_from(["all", "any"]),
    conditions=st.lists(CONDITIONS, min_size=1, max_size=3).map(tuple),
    value=st.none()
    | st.builds(
        GoalValue,
        amount=st.none() | st.decimals(-999, 999, places=2),
        unit=st.sampled_from(["points", "EUR"]),
    ),
    once=st.sampled_from(["event", "order", "session", "visitor"]),
    enabled_from=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@given(GOALS)
def test_what_is_written_reads_as_the_same_goal(goal: GoalSpec) -> None:
    form = write_goal(goal)
    texts = [
        {"value": str(each["value"])} if "value" in each else each
        for each in form["conditions"]  # type: ignore[attr-defined] # a form's values are objects
    ]
    assert read_goal(form | {"conditions": texts}, "goal 1") == goal


def test_a_form_says_a_funnel() -> None:
    form = {"name": "Way", "steps": ["Cart", "Purchase"], "by": "person", "within": "24h"}
    funnel = read_funnel(form, "funnel 1")
    assert funnel == FunnelSpec(name="Way", steps=("Cart", "Purchase"), by="person", within=timedelta(days=1))
    assert write_funnel(funnel) == form | {"within": "1d"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"steps": ["Cart"]}, "funnel 1, steps: expected at least 2"),
        ({"steps": ["Cart", ""]}, "funnel 1, step 2: expected a text"),
        ({"by": "visitor"}, "funnel 1, by: expected one of 'session' or 'person'"),
        ({"within": "91d"}, "funnel 1, within: Input should be less than or equal to 90 days"),
        ({"within": "long"}, "funnel 1, within: 'long' is not a span of time"),
        ({"goal": "x"}, "funnel 1: goal is not one of name, steps, by, within"),
    ],
)
def test_what_says_no_funnel_is_told_with_its_place(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GoalFormError, match="^" + re.escape(sentence)):
        read_funnel({"name": "Way", "steps": ["Cart", "Purchase"]} | changes, "funnel 1")


def test_a_refused_condition_is_the_only_problem_told() -> None:
    with pytest.raises(GoalFormError, match=r"^goal 1, condition 1, pattern: expected a text$"):
        read_goal(FORM | {"conditions": [{"path": ""}]}, "goal 1")
