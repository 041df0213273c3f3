"""`pixelweave goals test`: which events would match, and why not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.functional.goal_stack import PURCHASES, YESTERDAY

if TYPE_CHECKING:
    from tests.functional.goal_stack import GoalStack

TRIED = ("--type", "purchase", "--path", "/thanks*", "--label", "size=big", "--once", "order")


@pytest.fixture
def stack(stack: GoalStack) -> GoalStack:
    thanks: dict[str, Any] = {"type": "purchase", "path": "/thanks/1", "labels": {"size": "big"}}
    stack.say(1, **thanks, order_id="o1", value="12.50", currency="EUR")
    stack.say(2, **thanks, order_id="o1")
    stack.say(3, **thanks | {"labels": {"size": "small"}})
    stack.say(4, **thanks | {"path": None})
    stack.say(5)
    stack.say(6, **thanks, outcome="bot")
    stack.say(7, **thanks, outcome="test")
    stack.say(8, **thanks, pixel_id="px_other")
    stack.say(9, YESTERDAY - timedelta(days=1), **thanks)
    stack.say(10, YESTERDAY + timedelta(days=1), **thanks)
    return stack


def test_conditions_are_tried_on_yesterdays_events_without_being_stored(stack: GoalStack) -> None:
    (told,) = stack.ask("goals", "test", *TRIED)
    sample = told.pop("sample")
    assert told == {
        "goal": "(not stored)",
        "rows": 7,
        "accepted": 5,
        "not_counted": {"bot": 1, "test": 1},
        "matched": 2,
        "conversions": 1,
        "match": "all",
        "conditions": [
            {"condition": "type: purchase", "holds": 4, "fails_first": 1},
            {"condition": "path: /thanks*", "holds": 3, "fails_first": 1},
            {"condition": "label size: big", "holds": 3, "fails_first": 1},
        ],
        "since": "2025-06-29T00:00:00+00:00",
        "until": "2025-06-30T00:00:00+00:00",
        "limit_reached": False,
    }
    assert [(row["event_id"], row["matches"], row["conditions"]) for row in sample] == [
        ("event-02", True, "✓✓✓"),
        ("event-01", True, "✓✓✓"),
        ("event-05", False, "✗✗✗"),
        ("event-04", False, "✓✗✓"),
        ("event-03", False, "✓✓✗"),
    ]
    assert sample[1]["value"] == "12.5000"
    assert stack.ask("goals", "list") == []
    assert stack.read_items() == []


def test_a_stored_goal_is_tried_whether_or_not_it_was_in_force(stack: GoalStack) -> None:
    stack.ask("goals", "add", "Purchase", *PURCHASES, "--from", "2025-08-01")
    (told,) = stack.ask("goals", "test", "Purchase")
    assert (told["goal"], told["matched"], told["conversions"]) == ("Purchase", 4, 3)


def test_of_any_condition_none_holds_where_it_fails(stack: GoalStack) -> None:
    (told,) = stack.ask("goals", "test", "--any", "--path", "/thanks*", "--label", "size=big")
    assert (told["matched"], [each["fails_first"] for each in told["conditions"]]) == (4, [1, 0])


def test_the_stretch_can_be_chosen(stack: GoalStack) -> None:
    for words, rows in (
        (("--since", "2025-06-28"), 9),
        (("--since", "2025-06-28", "--until", "2025-06-29"), 1),
        (("--until", "2025-06-29T12:02:00Z"), 1),
    ):
        assert stack.ask("goals", "test", *TRIED, *words)[0]["rows"] == rows


def test_a_limit_that_was_reached_is_told(stack: GoalStack) -> None:
    for limit, is_reached in ((7, True), (8, False)):
        words = ("goals", "test", *TRIED, "--limit", str(limit))
        assert stack.ask(*words)[0]["limit_reached"] is is_reached
        assert ("Only the newest 7 events were read" in stack.type(*words).stdout) is is_reached


def test_the_sample_has_of_both_kinds(stack: GoalStack) -> None:
    for number, shown in (
        (0, []),
        (1, [True]),
        (2, [True, False]),
        (3, [True, True, False]),
        (9, [True] * 2 + [False] * 3),
    ):
        (told,) = stack.ask("goals", "test", *TRIED, "--sample", str(number))
        assert [row["matches"] for row in told["sample"]] == shown


def test_people_see_conditions_and_a_sample(stack: GoalStack) -> None:
    lines = stack.type("goals", "test", *TRIED).stdout.splitlines()
    assert "path: /thanks*\t3\t1" in lines
    assert "✗\t✓✗✓\t2025-06-29T12:04:00.000Z\tpurchase\t\t\t\t\t" in lines


def test_a_person_hears_that_there_was_nothing_to_try_on(
    stack: GoalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("FORCE_COLOR", "1"), ("NO_COLOR", "1"), ("COLUMNS", "200")):
        monkeypatch.setenv(name, value)
    sentence = "There are no events of this stretch; --since 7d looks further back, up to now."
    assert sentence not in stack.type("goals", "test", *TRIED).stdout
    assert sentence in stack.type("goals", "test", *TRIED, "--since", "1m").stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "a goal needs a condition"),
        (("Purchase", "--path", "/"), "a stored goal, or conditions, not both"),
        (("Purchase", "--once", "event"), "a stored goal, or conditions, not both"),
        (("Purchase", "--any"), "a stored goal, or conditions, not both"),
        (("--path", "/", "--limit", "0"), "--limit: 0 is not between 1 and 10000"),
        (("--path", "/", "--since", "soon"), "--since: 'soon' is not a time"),
        (("--path", "/", "--until", "2025-06-29"), "is not after --since"),
    ],
)
def test_what_cannot_be_tried_is_exit_code_2(stack: GoalStack, words: tuple[str, ...], sentence: str) -> None:
    result = stack.type("goals", "test", *words)
    assert result.exit_code == 2
    assert sentence in result.stderr
