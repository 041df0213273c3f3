"""`pixelweave funnels …`: defined, published, and counted by the view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.functional.goal_stack import GoalStack

WAY = ("Way", "--step", "Cart", "--step", "Paid")


def test_a_funnel_is_added_listed_published_and_removed(stack: GoalStack) -> None:
    (added,) = stack.ask("funnels", "add", *WAY, "--by", "person", "--within", "24h")
    assert added == {"name": "Way", "steps": ["Cart", "Paid"], "by": "person", "within": "1d"}
    assert stack.ask("funnels", "list") == [added]
    assert [
        (row["step"], row["goal"], row["within_ms"]) for row in stack.read_lines("definitions/funnels/")
    ] == [
        (1, "Cart", 86_400_000),
        (2, "Paid", 86_400_000),
    ]
    (changed,) = stack.ask("funnels", "add", *WAY)
    assert stack.ask("funnels", "list") == [changed]
    assert changed["by"] == "session"
    asked = stack.type("funnels", "remove", "Way")
    assert (asked.exit_code, "nobody is there to be asked" in asked.stderr) == (2, True)
    assert stack.ask("funnels", "remove", "Way", "--yes") == [{"name": "Way", "removed": True}]
    assert stack.ask("funnels", "list") == []
    assert stack.read_lines("definitions/funnels/") == []


def test_show_counts_who_reached_each_step_in_order(stack: GoalStack) -> None:
    stack.ask("funnels", "add", *WAY, "--step", "Thanked")
    steps = [("a", "Cart"), ("a", "Paid"), ("b", "Cart"), ("c", "Paid"), ("c", "Cart"), ("d", "Cart")]
    for number, (session, goal) in enumerate(steps):
        stack.say(number, session_id=session, goals=[{"name": goal}])
    stack.land()
    (shown,) = stack.ask("funnels", "show", "Way")
    assert shown["steps"] == [
        {"step": 1, "goal": "Cart", "actors": 4, "from_previous": None, "from_first": 1.0},
        {"step": 2, "goal": "Paid", "actors": 1, "from_previous": 0.25, "from_first": 0.25},
        {"step": 3, "goal": "Thanked", "actors": 0, "from_previous": 0.0, "from_first": 0.0},
    ]
    lines = stack.type("funnels", "show", "Way").stdout.splitlines()
    assert lines[-5:-3] == ["# sessions by step", "step\tgoal\tactors\tfrom_previous\tfrom_first"]
    assert lines[-2] == "2\tPaid\t1\t25.0%\t25.0%"


def test_a_person_hears_of_steps_that_are_no_goal_so_far(
    stack: GoalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.say(1, goals=[{"name": "Cart"}])
    stack.land()
    stack.ask("goals", "add", "Paid", "--type", "purchase")
    for name, value in (("FORCE_COLOR", "1"), ("NO_COLOR", "1"), ("COLUMNS", "200")):
        monkeypatch.setenv(name, value)
    steps = ("funnels", "add", "Way", "--step", "Cart", "--step", "Paid")
    assert "so far" not in stack.type(*steps).stdout
    assert (
        "Neither defined nor reached so far: Cartt\x1b[0m\n" in stack.type(*steps, "--step", "Cartt").stdout
    )


def test_nobody_is_asked_about_a_funnel_that_is_not_there(stack: GoalStack) -> None:
    assert stack.type("funnels", "remove", "Way").exit_code == 3


def test_a_funnel_that_nobody_entered_has_zeros(stack: GoalStack) -> None:
    stack.ask("funnels", "add", *WAY)
    steps = stack.ask("funnels", "show", "Way")[0]["steps"]
    assert [(step["actors"], step["from_previous"]) for step in steps] == [(0, None), (0, None)]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("Way", "--step", "Cart"), "funnel 'Way', steps: expected at least 2"),
        ((*WAY, "--by", "visitor"), "funnel 'Way', by: expected one of 'session' or 'person'"),
        ((*WAY, "--within", "91d"), "funnel 'Way', within: Input should be less than or equal to 90 days"),
        ((*WAY, "--within", "long"), "funnel 'Way', within: 'long' is not a span of time"),
        (("", "--step", "a", "--step", "b"), "funnel '', name: expected a text"),
    ],
)
def test_what_is_no_funnel_is_exit_code_2(stack: GoalStack, words: tuple[str, ...], sentence: str) -> None:
    result = stack.type("funnels", "add", *words)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"pixelweave: {sentence}")


@pytest.mark.parametrize("words", [("show", "Way"), ("remove", "Way", "--yes")])
def test_an_unknown_funnel_is_exit_code_3(stack: GoalStack, words: tuple[str, ...]) -> None:
    result = stack.type("funnels", *words)
    assert result.exit_code == 3
    assert result.stderr == f"pixelweave: {stack.pixel_id} has no funnel 'Way'\n"
