"""Conversion rates: of the sessions of the same group, and none where these are not known by themselves."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.dashboard.documents import BUSY, share_out
from tests.browser.dashboard.oracle import JUNE, group

if TYPE_CHECKING:
    from tests.browser.dashboard.documents import History
    from tests.browser.dashboard.screen import Screen

DAY = JUNE[1]
PURCHASE = json.dumps(["built-in", "Purchase"], separators=(",", ":"))
# What is left of a session whose kind is too rare.
FOLDED = ["email", *["(other)"] * 6, False]


def put(screen: Screen, part: str, rows: list[list[Any]]) -> None:
    """Publish these rows as all there is of a part and a month."""
    screen.site.put_month(BUSY, part, f"{DAY:%Y-%m}", {DAY.isoformat(): rows})


def test_a_groups_rate_is_of_the_sessions_of_that_group(screen: Screen, history: History) -> None:
    text = screen.go("goals", by="device").save("Goals")
    reached = group(history, "goals", JUNE, lambda row: (row["goal"], row["device"] or ""), "sessions")
    whole = group(history, "sessions", JUNE, lambda row: row["device"] or "", "sessions")
    for line in csv.DictReader(io.StringIO(text)):
        share = reached[line["Goal"], line["Device"]][0] / whole[line["Device"]][0]
        assert float(line["Conversion rate"]) == pytest.approx(share, abs=1e-6)


def test_a_group_whose_sessions_were_folded_has_no_rate(screen: Screen, history: History) -> None:
    day = JUNE[1]
    (known, *_) = [row for row in history.rows[BUSY, "goals", day] if row[4] is not None]
    # Of one campaign the other sessions stand under «(other)», of another all of them.
    rare, folded = (
        [*known[:4], campaign, *known[5:10], count, known[11]]
        for campaign, count in (("rare", 3), (known[4], 10**6))
    )
    put(screen, "goals", [*history.rows[BUSY, "goals", day], rare, folded])
    text = screen.go("goals", by="campaign", range=f"{day}..{day}").save("Goals")
    lines = csv.DictReader(io.StringIO(text))
    rates = {(line["Goal"], line["Campaign"]): line["Conversion rate"] for line in lines}
    assert (rates[known[0], "rare"], rates[known[0], known[4]]) == ("", "")
    assert rates["Purchase", ""] != ""


def read_rates(screen: Screen, by: str, label: str) -> dict[tuple[str, str], str]:
    """The rates of goals and groups of one day."""
    text = screen.go("goals", pixel=BUSY, by=by, range=f"{DAY}..{DAY}", compare="0").save("Goals")
    return {
        (line["Goal"], line[label]): line["Conversion rate"] for line in csv.DictReader(io.StringIO(text))
    }


def list_sessions(history: History) -> list[list[Any]]:
    """So many sessions of one channel, each kind for itself, that each goal has fewer."""
    return [["email", *row[1:8], 1000, *row[9:]] for row in history.rows[BUSY, "sessions", DAY]]


def put_goals(screen: Screen, history: History) -> None:
    put(screen, "goals", [[*row[:3], "email", *row[4:]] for row in history.rows[BUSY, "goals", DAY]])


def test_what_may_have_sessions_among_the_folded_has_no_rate(screen: Screen, history: History) -> None:
    sessions = list_sessions(history)
    put_goals(screen, history)
    put(screen, "sessions", sessions)
    assert any(read_rates(screen, "landing", "Landing page").values())
    assert "too rare" not in screen.text()
    put(screen, "sessions", [*sessions, [*FOLDED, 1, 0, 1, 0]])
    assert set(read_rates(screen, "landing", "Landing page").values()) == {""}
    assert "too rare" in screen.text()
    assert all(read_rates(screen, "channel", "Channel").values())


def test_a_rate_by_one_dimension_is_of_all_its_sessions_though_their_kinds_are_folded(
    screen: Screen, history: History
) -> None:
    sessions = list_sessions(history)
    put_goals(screen, history)
    put(screen, "dimensions", share_out(sessions))
    put(screen, "sessions", [[*FOLDED, 1000 * len(sessions), 0, 1, 0]])
    rates = read_rates(screen, "country", "Country")
    whole = {value or "": count for name, value, count in share_out(sessions) if name == "country"}
    reached: Counter[tuple[str, str]] = Counter()
    for _, row in history.list_rows("goals", DAY, DAY, BUSY):
        reached[row["goal"], row["country"] or ""] += row["sessions"]
    assert rates == {each: f"{count / whole[each[1]]:.6f}" for each, count in reached.items()}
    assert "too rare" not in screen.text()
    text = screen.go("goals", pixel=BUSY, by="country,device", range=f"{DAY}..{DAY}").save("Goals")
    assert {line["Conversion rate"] for line in csv.DictReader(io.StringIO(text))} == {""}


def test_a_dimension_of_which_values_are_folded_has_no_rates(screen: Screen, history: History) -> None:
    sessions = list_sessions(history)
    put_goals(screen, history)
    put(screen, "sessions", [[*FOLDED, 1000 * len(sessions), 0, 1, 0]])
    put(screen, "dimensions", [*share_out(sessions), ["country", "(other)", 1]])
    assert set(read_rates(screen, "country", "Country").values()) == {""}
    assert all(read_rates(screen, "device", "Device").values())


def test_a_goal_of_which_groups_are_folded_has_no_rates_by_them(screen: Screen, history: History) -> None:
    goals = history.rows[BUSY, "goals", DAY]
    put(screen, "goals", [*goals, [*goals[0][:4], *["(other)"] * 5, 1, 1, None]])
    rates = read_rates(screen, "country", "Country")
    assert {rate for (goal, _), rate in rates.items() if goal == goals[0][0]} == {""}
    assert any(rates.values())


def test_sessions_that_began_before_these_days_give_no_rate_above_all(
    screen: Screen, history: History
) -> None:
    put(screen, "sessions", [[*history.rows[BUSY, "sessions", DAY][0][:8], 1, 0, 1, 0]])
    screen.go("goals", pixel=BUSY, range=f"{DAY}..{DAY}", goal=PURCHASE, metric="rate")
    assert int(screen.cards("#goal")["Unique sessions"]) > 1
    assert screen.cards("#goal")["Conversion rate"] == "–"
    assert [row["Conversion rate"] for row in screen.series("goal-chart")] == ["no number"]
