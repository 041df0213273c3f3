"""`pixelweave goals add|list|show|remove`: from the typed words to the table and to what the views see."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from pixelweave.goal import MAX_GOALS_PER_PIXEL
from pixelweave_aws.goal_table import GoalTable

from tests.functional.goal_stack import PURCHASES

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelweave.conversion import GoalRef

    from tests.functional.goal_stack import GoalStack

NOW_TEXT = "2025-06-30T13:00:00.000Z"


def test_a_goal_is_added_listed_shown_and_published(stack: GoalStack) -> None:
    (goal,) = stack.ask("goals", "add", "Purchase, big", *PURCHASES, "--min-value", "10", "--label", "a=b=c")
    assert re.fullmatch(r"[0-9a-f]{16}", goal.pop("goal_id"))
    assert goal == {
        "name": "Purchase, big",
        "pixel_id": stack.pixel_id,
        "match": "all",
        "conditions": ["type: purchase", "label a: b=c", "value: at least 10"],
        "value": "event EUR",
        "once": "order",
        "from": None,
        "to": None,
        "in_force": [[NOW_TEXT, None]],
        "created_at": NOW_TEXT,
        "revisions": 1,
    }
    (listed,) = stack.ask("goals", "list")
    assert listed["name"] == "Purchase, big"
    (shown,) = stack.ask("goals", "show", "Purchase, big")
    assert shown["windows"] == [
        {"from": NOW_TEXT, "to": None, "revision": 1}
        | {name: goal[name] for name in ("match", "conditions", "value", "once")}
    ]
    (published,) = stack.read_lines("definitions/goals/")
    assert (published["goal"], published["starts_at"]) == ("Purchase, big", int(stack.now * 1000))


def test_a_column_may_have_several_patterns(stack: GoalStack) -> None:
    (goal,) = stack.ask("goals", "add", "A", "--type", "lead", "--type", "purchase", "--path", "/", "--any")
    assert goal["conditions"] == ["type: lead", "type: purchase", "path: /"]


def test_a_goal_is_replaced_from_now_on(stack: GoalStack) -> None:
    words = ("goals", "add", "Purchase", "--replace")
    (first,) = stack.ask(*words, "--type", "purchase")
    stack.now += 3600
    assert stack.ask(*words, "--type", "purchase") == [first]
    (second,) = stack.ask(*words, "--type", "lead", "--any")
    assert (second["goal_id"], second["match"], second["conditions"]) == (
        first["goal_id"],
        "any",
        ["type: lead"],
    )
    later = "2025-06-30T14:00:00.000Z"
    assert second["in_force"] == [[NOW_TEXT, later], [later, None]]
    assert [row["starts_at"] for row in stack.read_lines("definitions/goals/")] == [
        int((stack.now - 3600) * 1000),
        int(stack.now * 1000),
    ]


def test_people_read_conditions_and_times_in_words(stack: GoalStack) -> None:
    stack.ask("goals", "add", "A", "--type", "lead", "--path", "/a*", "--any", "--to", "2025-07-01")
    stack.ask("goals", "add", "B", "--type", "lead", "--path", "/a*")
    stack.ask("goals", "add", "C", "--type", "lead", "--to", "2025-06-01")
    assert stack.type("goals", "list").stdout.splitlines() == [
        "name\tconditions\tvalue\tonce\tin_force",
        "A\ttype: lead or path: /a*\t\tevent\t2025-06-30 13:00:00 to 2025-07-01 00:00:00",
        "B\ttype: lead and path: /a*\t\tevent\tfrom 2025-06-30 13:00:00",
        "C\ttype: lead\t\tevent\tnever",
    ]


@pytest.mark.parametrize(
    ("words", "note"),
    [
        (
            (),
            "It counts what is received from 2025-06-30T13:00:00.000Z on; the past: pixelweave goals backfill",
        ),
        (("--from", "2025-07-01"), "It counts what is received from 2025-07-01T00:00:00.000Z on; the past"),
        (("--to", "2025-06-01"), "Its end is past, so it counts nothing by itself; the past"),
    ],
)
def test_a_person_hears_from_when_a_goal_counts(
    stack: GoalStack, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], note: str
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    assert note in stack.type("goals", "add", "A", "--type", "lead", *words).stdout
    assert "the past" not in stack.type("goals", "add", "B", "--type", "lead", *words, "--json").stdout


def test_every_kind_of_condition_is_an_option(stack: GoalStack) -> None:
    words = (
        "--type",
        "lead",
        "--name",
        "n*",
        "--host",
        "h",
        "--path",
        "/p",
        "--label",
        "l=1",
        "--label",
        "m=2",
    )
    (goal,) = stack.ask("goals", "add", "All", *words, "--property", "p=3", "--min-value", "-1.5", "--any")
    assert goal["match"] == "any"
    assert goal["conditions"] == [
        *("type: lead", "name: n*", "host: h", "path: /p"),
        *("label l: 1", "label m: 2", "property p: 3", "value: at least -1.5"),
    ]


def test_the_pixel_may_be_named_by_its_key(stack: GoalStack) -> None:
    (pixel,) = stack.run_json("pixels", "list")
    (goal,) = stack.run_json("goals", "add", "Read", "--path", "/blog/*", "--pixel", pixel["key"])
    assert goal["pixel_id"] == stack.pixel_id


def test_a_goal_counts_between_its_limits_only(stack: GoalStack) -> None:
    bounds = ("--from", "2025-07-01", "--to", "2025-08-01T02:00:00+02:00")
    (goal,) = stack.ask("goals", "add", "July", "--path", "/", *bounds)
    assert goal["in_force"] == [["2025-07-01T00:00:00.000Z", "2025-08-01T00:00:00.000Z"]]
    (past,) = stack.ask("goals", "add", "Past", "--path", "/", "--to", "2025-06-30")
    assert past["in_force"] == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("A",), "a goal needs a condition: --type, "),
        (("A", "--label", "size"), "--label: 'size' is not KEY=PATTERN"),
        (("A", "--label", "=big"), "goal 'A', condition 1, key: expected a text"),
        (("A", "--path", ""), "goal 'A', condition 1, pattern: expected a text"),
        (("A", "--min-value", "ten"), "goal 'A', condition 1, value: 'ten' is not a number"),
        (("A", "--path", "/", "--value", "5 dollars"), "goal 'A', value: 'dollars' is not a unit"),
        (("A", "--path", "/", "--once", "day"), "goal 'A', once: expected one of 'event', "),
        (("A", "--path", "/", "--from", "soon"), "--from: 'soon' is not a time"),
        (
            ("A", "--path", "/", "--from", "2025-07-02", "--to", "2025-07-01"),
            "goal 'A': the goal ends before",
        ),
        ((" ", "--path", "/"), "goal ' ', name: expected a text"),
        (("a\tb", "--path", "/"), "goal 'a\\tb', name: control characters are not allowed"),
    ],
)
def test_a_bad_value_is_told_with_its_place_and_exit_code_2(
    stack: GoalStack, words: tuple[str, ...], sentence: str
) -> None:
    result = stack.type("goals", "add", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"pixelweave: {sentence}")
    assert stack.ask("goals", "list") == []


@pytest.mark.parametrize(
    "words",
    [
        ("show", "Nothing"),
        ("remove", "Nothing", "--yes"),
        ("test", "Nothing"),
        ("backfill", "Nothing", "--from", "1d"),
    ],
)
def test_an_unknown_goal_is_exit_code_3(stack: GoalStack, words: tuple[str, ...]) -> None:
    result = stack.type("goals", *words)
    assert result.exit_code == 3
    assert result.stderr == f"pixelweave: {stack.pixel_id} has no goal 'Nothing'\n"


@pytest.mark.parametrize(
    "words", [("goals", "list"), ("report", "goals"), ("funnels", "list"), ("goals", "export")]
)
def test_an_unknown_pixel_is_exit_code_3(stack: GoalStack, words: tuple[str, ...]) -> None:
    assert stack.run(*words, "--pixel", "px_nowhere").exit_code == 3


def test_a_name_is_taken_once(stack: GoalStack) -> None:
    stack.ask("goals", "add", "Read", "--path", "/")
    again = stack.type("goals", "add", "Read", "--path", "/x")
    assert again.exit_code == 1
    assert again.stderr == f"pixelweave: {stack.pixel_id} has a goal 'Read' already; --replace changes it\n"


def test_a_pixel_has_at_most_a_hundred_goals(stack: GoalStack, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_GOALS_PER_PIXEL == 100
    monkeypatch.setattr("pixelweave_cli.goal_book.MAX_GOALS_PER_PIXEL", 2)
    for name in ("A", "B"):
        stack.ask("goals", "add", name, "--path", "/")
    result = stack.type("goals", "add", "C", "--path", "/")
    assert (result.exit_code, "has 2 goals, the most" in result.stderr) == (1, True)


def count_purchases(stack: GoalStack) -> None:
    """Count two purchases of a goal, and one goal of a hit."""
    stack.ask("goals", "add", "Purchase", *PURCHASES)
    stack.say(1501, type="purchase", value="12.5", order_id="o1")
    stack.say(1502, type="purchase", value="7.25", order_id="o2")
    stack.say(1503, goals=[{"name": "Brochure", "value": "5", "unit": "points"}])
    stack.land()


def test_show_has_the_total_so_far(stack: GoalStack) -> None:
    count_purchases(stack)
    (shown,) = stack.ask("goals", "show", "Purchase")
    assert shown["total"] == {"conversions": 2, "sessions": 2, "values": {"EUR": "19.75"}}
    text = stack.type("goals", "show", "Purchase").stdout
    assert "total conversions  2\n" in text
    assert "total value        19.75 EUR\n" in text
    heading = "\n# windows\nfrom\tto\trevision\tconditions\tvalue\tonce"
    assert f"{heading}\n{NOW_TEXT}\t\t1\ttype: purchase\t" in text


def list_goals(stack: GoalStack) -> set[str]:
    """Return the goals of which the table has anything."""
    places = (f"{item['pk']['S']}#{item['sk']['S']}" for item in stack.read_items())
    return {match[0] for match in (re.search(r"[dhb]:\w+", place) for place in places) if match}


def test_removing_a_goal_leaves_nothing_of_it_and_all_of_the_others(stack: GoalStack) -> None:
    count_purchases(stack)
    assert len(list_goals(stack)) == 2
    (removed,) = stack.ask("goals", "remove", "Purchase", "--yes")
    assert removed["deleted_items"] > 2
    assert list_goals(stack) == {"h:Brochure"}
    assert stack.ask("goals", "list") == []
    assert stack.read_lines("definitions/goals/") == []
    assert stack.type("goals", "show", "Purchase").exit_code == 3
    (again,) = stack.ask("goals", "add", "Purchase", *PURCHASES)
    assert again["goal_id"] != removed["goal_id"]


def test_removing_asks_first_where_somebody_is_there(stack: GoalStack) -> None:
    stack.ask("goals", "add", "Read", "--path", "/")
    result = stack.type("goals", "remove", "Read")
    assert (result.exit_code, "nobody is there to be asked" in result.stderr) == (2, True)
    assert len(stack.ask("goals", "list")) == 1


def interrupt_purge(
    purge: Callable[[GoalTable, GoalRef, Callable[[int], None]], int],
) -> Callable[[GoalTable, GoalRef, Callable[[int], None]], int]:
    """Return a purge after whose first batch somebody presses Ctrl-C."""

    def interrupted(table: GoalTable, goal: GoalRef, on_progress: Callable[[int], None]) -> int:
        def stop(number: int) -> None:
            raise KeyboardInterrupt

        return purge(table, goal, stop)

    return interrupted


def test_an_interrupted_removal_shows_nothing_any_more_and_goes_on(
    stack: GoalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_purchases(stack)
    with monkeypatch.context() as patch:
        patch.setattr(GoalTable, "purge", interrupt_purge(GoalTable.purge))
        result = stack.type("goals", "remove", "Purchase", "--yes", "--json")
    error: dict[str, Any] = json.loads(result.stderr)["error"]
    assert (result.exit_code, error["code"]) == (4, 4)
    assert "run it again" in error["message"]
    assert stack.ask("goals", "list") == []
    assert stack.read_lines("definitions/goals/") == []
    assert {row["goal"] for row in stack.ask("report", "goals") if row["kind"] == "goal"} == {"Brochure"}
    for words in (
        ("show", "Purchase"),
        ("test", "Purchase"),
        ("backfill", "Purchase", "--from", "1d", "--yes"),
    ):
        assert stack.type("goals", *words).exit_code == 3
    blocked = stack.type("goals", "add", "Purchase", *PURCHASES)
    assert (blocked.exit_code, "is being removed" in blocked.stderr) == (1, True)
    stack.ask("goals", "remove", "Purchase", "--yes")
    assert list_goals(stack) == {"h:Brochure"}
    stack.ask("goals", "add", "Purchase", *PURCHASES)
