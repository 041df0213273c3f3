"""`pixelweave report goals`: the reporting table and the view `conversions` as people, scripts and spreadsheets get them."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from tests.functional.goal_stack import PURCHASES

if TYPE_CHECKING:
    from tests.functional.goal_stack import GoalStack


@pytest.fixture
def stack(stack: GoalStack) -> GoalStack:
    stack.ask("goals", "add", "Purchase", *PURCHASES)
    stack.ask("goals", "backfill", "Purchase", "--from", "2025-06-26", "--yes")
    return stack


def say_story(stack: GoalStack) -> None:
    """Two purchases by e-mail in one session and one from nowhere; a goal of a hit; a bot; on two days."""
    bought: dict[str, Any] = {"type": "purchase", "session_id": "s"}
    stack.say(1, **bought, value="12.5", order_id="o1", channel="email", country="DE", browser="Firefox")
    stack.say(62, **bought, value="7.25", order_id="o2", channel="email", country="DE", browser="Chrome")
    stack.say(1440, type="purchase", value="-0.5", order_id="o3", currency="USD")
    stack.say(1441, type="purchase", order_id="o4", session_id=None)
    stack.say(1442, goals=[{"name": "=1+1", "value": "5", "unit": "points"}], channel="email")
    stack.say(1443, outcome="bot")
    stack.land()


def make_goal(goal: str, conversions: int, sessions: int | None, **more: Any) -> dict[str, Any]:
    """Return a goal's line of JSON."""
    source = "defined" if goal == "Purchase" else "hit"
    values = more.pop("values", {})
    told = {"kind": "goal", "goal": goal, "source": source} | more
    return told | {"conversions": conversions, "sessions": sessions, "values": values}


def make_hits(accepted: int, bot: int, **more: Any) -> dict[str, Any]:
    """Return a line of JSON for hits by outcome."""
    return {"kind": "hits"} | more | {"accepted": accepted, "rejected": 0, "bot": bot, "test": 0}


def test_by_day_goals_come_with_value_and_sessions_then_hits_by_outcome(stack: GoalStack) -> None:
    say_story(stack)
    assert stack.ask("report", "goals") == [
        make_goal("Purchase", 2, 1, day="2025-06-29", values={"EUR": "19.75"}),
        make_goal("Purchase", 2, 1, day="2025-06-30", values={"USD": "-0.50"}),
        make_goal("=1+1", 1, 1, day="2025-06-30", values={"points": "5"}),
        make_hits(2, 0, day="2025-06-29"),
        make_hits(3, 1, day="2025-06-30"),
    ]


def test_by_hour_the_stretch_is_of_hours(stack: GoalStack) -> None:
    say_story(stack)
    assert stack.ask(
        "report", "goals", "--by", "hour", "--from", "2025-06-29T13:30:00Z", "--to", "2025-06-30"
    ) == [
        make_goal("Purchase", 1, 1, hour="2025-06-29 13:00", values={"EUR": "7.25"}),
        make_hits(1, 0, hour="2025-06-29 13:00"),
    ]
    hours = stack.ask("report", "goals", "--by", "hour", "--goal", "Purchase")
    assert [(row["hour"], row["conversions"]) for row in hours] == [
        ("2025-06-29 12:00", 1),
        ("2025-06-29 13:00", 1),
        ("2025-06-30 12:00", 2),
    ]


def test_by_total_it_is_of_all_time_unless_told_otherwise(stack: GoalStack) -> None:
    say_story(stack)
    value = {"EUR": "19.75", "USD": "-0.50"}
    assert stack.ask("report", "goals", "--by", "total") == [
        make_goal("Purchase", 4, 2, values=value),
        make_goal("=1+1", 1, 1, values={"points": "5"}),
        make_hits(5, 1),
    ]
    # Unique sessions of several days do not add up.
    of_days = stack.ask("report", "goals", "--by", "total", "--from", "2025-06-29")
    assert of_days[0] == make_goal("Purchase", 4, None, values=value)
    of_a_day = stack.ask("report", "goals", "--by", "total", "--from", "2025-06-29", "--to", "2025-06-30")
    assert of_a_day == [make_goal("Purchase", 2, 1, values={"EUR": "19.75"}), make_hits(2, 0)]


@pytest.mark.parametrize(
    ("by", "buckets"),
    [
        ("channel", {"email": (2, 1), "(unknown)": (2, 1)}),
        ("country", {"DE": (2, 1), "(unknown)": (2, 1)}),
        ("browser", {"Firefox": (1, 1), "Chrome": (1, 1), "(unknown)": (2, 1)}),
    ],
)
def test_by_an_attribute_goals_come_from_the_view(
    stack: GoalStack, by: str, buckets: dict[str, tuple[int, int]]
) -> None:
    say_story(stack)
    rows = stack.ask("report", "goals", "--by", by)
    of_purchase = [row for row in rows if row.get("goal") == "Purchase"]
    assert {row[by]: (row["conversions"], row["sessions"]) for row in of_purchase} == buckets
    assert rows[-1] == make_hits(5, 1)
    mail = [row["values"] for row in of_purchase if row[by] in ("email", "DE")]
    assert mail in ([{"EUR": "19.75"}], [])


def test_by_an_attribute_the_stretch_is_exact(stack: GoalStack) -> None:
    say_story(stack)
    stretch = ("--from", "2025-06-29T12:02:00Z", "--to", "2025-06-30T12:01:00Z")
    rows = stack.ask("report", "goals", "--by", "channel", *stretch, "--goal", "Purchase")
    assert [(row["channel"], row["conversions"], row["values"]) for row in rows] == [
        ("(unknown)", 1, {"USD": "-0.50"}),
        ("email", 1, {"EUR": "7.25"}),
    ]


def test_a_pixel_without_goals_reports_its_triggers(stack: GoalStack) -> None:
    stack.say(1, channel="email")
    stack.say(2)
    stack.say(3, outcome="test")
    stack.land()
    for by, buckets in (
        ("day", ["2025-06-29"]),
        ("hour", ["2025-06-29 12:00"]),
        ("channel", ["(unknown)", "email"]),
    ):
        rows = [row for row in stack.ask("report", "goals", "--by", by) if row["kind"] == "goal"]
        assert {(row["goal"], row["source"]) for row in rows} == {("trigger", "trigger")}
        assert [row[by] for row in rows] == buckets
        assert sum(row["conversions"] for row in rows) == 2
    assert stack.ask("report", "goals", "--goal", "Purchase") == []


def test_a_pixel_that_nobody_has_seen_reports_nothing(stack: GoalStack) -> None:
    for by in ("day", "hour", "total", "channel"):
        assert stack.ask("report", "goals", "--by", by) == []
    assert stack.type("report", "goals").stdout.count("\n") == 2


def test_csv_neutralises_names_and_keeps_numbers(stack: GoalStack) -> None:
    say_story(stack)
    text = stack.type("report", "goals", "--csv").stdout
    lines = list(csv.reader(StringIO(text, newline="")))
    assert lines[:4] == [
        ["goal", "source", "day_utc", "conversions", "sessions", "value_EUR", "value_USD", "value_points"],
        ["Purchase", "defined", "2025-06-29", "2", "1", "19.75", "", ""],
        ["Purchase", "defined", "2025-06-30", "2", "1", "", "-0.50", ""],
        ["'=1+1", "hit", "2025-06-30", "1", "1", "", "", "5"],
    ]
    assert lines[-1] == ["test", "hits", "2025-06-30", "0", "", "", "", ""]
    assert {len(line) for line in lines} == {8}


def test_people_see_utc_in_the_header_and_fifty_goals(stack: GoalStack) -> None:
    for number in range(3):
        goals = [{"name": f"g{each:02}"} for each in range(number * 17, number * 17 + 17)]
        stack.say(number, goals=goals)
    stack.land()
    text = stack.type("report", "goals", "--by", "hour", "--from", "2025-06-29", "--to", "2025-06-30").stdout
    lines = text.splitlines()
    assert lines[0] == f"# goals of {stack.pixel_id}, from 2025-06-29 00:00 to 2025-06-30 00:00 (UTC)"
    assert lines[1] == "goal\tsource\thour\tconversions\tsessions\tvalue"
    assert lines[2] == "g00\thit\t2025-06-29 12:00\t1\t1\t"
    assert lines[51:] == [
        "g49\thit\t2025-06-29 12:00\t1\t1\t",
        "and 1 more goals; --json and --csv have all",
        "",
        "# hits by outcome",
        "hour\taccepted\trejected\tbot\ttest",
        "2025-06-29 12:00\t3\t0\t0\t0",
    ]
    assert len([row for row in stack.ask("report", "goals") if row["kind"] == "goal"]) == 51


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Defined and not reached: Never; Purchase"),
        ((), "No goal was reached: these are the accepted hits."),
        (
            ("--goal", "Purchse"),
            "No goal 'Purchse' was reached; the same without --goal says which ones were.",
        ),
        (("--from", "2025-06-01", "--to", "2025-06-02"), "Nothing was received."),
    ],
)
def test_a_person_hears_why_a_table_is_short(
    stack: GoalStack, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], sentence: str
) -> None:
    stack.ask("goals", "add", "Never", "--path", "/never")
    stack.say(1)
    stack.land()
    assert sentence not in stack.type("report", "goals", *words).stdout
    for name, value in (("FORCE_COLOR", "1"), ("NO_COLOR", "1"), ("COLUMNS", "200")):
        monkeypatch.setenv(name, value)
    assert sentence in stack.type("report", "goals", *words).stdout


def test_a_goal_that_was_reached_is_not_among_those_that_were_not(
    stack: GoalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    say_story(stack)
    for name, value in (("FORCE_COLOR", "1"), ("NO_COLOR", "1"), ("COLUMNS", "200")):
        monkeypatch.setenv(name, value)
    assert "not reached" not in stack.type("report", "goals").stdout
    for number in range(11):
        stack.ask("goals", "add", f"N{number:02}", "--path", "/never")
    assert "Defined and not reached: N00; N01; " in (told := stack.type("report", "goals").stdout)
    assert "N09 and 1 more" in told


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--by", "city"), "--by: 'city' is not one of day, hour, channel, country, browser, total"),
        (("--csv", "--json"), "--csv or --json, not both"),
        (("--from", "soon"), "--from: 'soon' is not a time"),
        (("--from", "2025-06-30", "--to", "2025-06-30"), "is not after --from"),
        (("--from", "2025-07-02"), "--from: 2025-07-02T00:00:00+00:00 is not in the past"),
        (("--from", "2025-06-30T13:00:00Z", "--by", "channel"), "is not in the past"),
    ],
)
def test_what_cannot_be_reported_is_exit_code_2(
    stack: GoalStack, words: tuple[str, ...], sentence: str
) -> None:
    result = stack.type("report", "goals", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr


def test_views_that_are_not_deployed_are_told(stack: GoalStack) -> None:
    stack.lake._connection.execute("DROP VIEW conversions")
    result = stack.type("report", "goals", "--by", "channel", "--json")
    assert result.exit_code == 1
    assert "are not deployed: deploy the stack again" in json.loads(result.stderr)["error"]["message"]
