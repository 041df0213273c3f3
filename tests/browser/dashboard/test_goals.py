"""Goals: counts, unique sessions, rates and exact values, by up to three dimensions, and one goal over time."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.dashboard.documents import BUSY
from tests.browser.dashboard.oracle import (
    JUNE,
    MAY,
    group,
    list_days,
    sum_column,
    sum_money,
    write_change,
    write_count,
    write_money,
    write_share,
)

if TYPE_CHECKING:
    from tests.browser.dashboard.documents import History
    from tests.browser.dashboard.screen import Screen

SOURCES = {"built-in": "built in", "defined": "defined", "hit": "named in the hit"}
PURCHASE = json.dumps(["built-in", "Purchase"], separators=(",", ":"))


def name_goal(row: dict[str, Any]) -> str:
    return f"{row['goal']} {SOURCES[row['source']]}"


def test_each_goal_has_its_counts_rate_and_value(screen: Screen, history: History) -> None:
    rows = {row["Goal"]: row for row in screen.go("goals").rows("goals-table")}
    counts = group(history, "goals", JUNE, name_goal, "conversions", "sessions")
    before = group(history, "goals", MAY, name_goal, "conversions")
    all_sessions = sum_column(history, "sessions", "sessions", JUNE)
    assert set(rows) == set(counts)
    for name, (conversions, sessions) in counts.items():
        money = sum_money(row for _, row in history.list_rows("goals", *JUNE) if name_goal(row) == name)
        assert rows[name] == {
            "Goal": name,
            "Conversions": write_count(conversions),
            "Before": write_count(before[name][0]),
            "Change": write_change(conversions, before[name][0]),
            "Unique sessions": write_count(sessions),
            "Conversion rate": write_share(sessions, all_sessions),
            "Value, EUR": write_money(money["EUR"]) if "EUR" in money else "–",
            "Value, USD": write_money(money["USD"]) if "USD" in money else "–",
            "Points": write_money(money["points"], 0) if "points" in money else "–",
        }


@pytest.mark.parametrize("by", [("channel",), ("country", "device"), ("landing", "browser", "campaign")])
def test_every_line_of_the_csv_is_a_group_with_its_own_sums(
    screen: Screen, history: History, by: tuple[str, ...]
) -> None:
    text = screen.go("goals", by=",".join(by)).save("Goals")
    lines = list(csv.DictReader(io.StringIO(text)))
    labels = {
        "channel": "Channel",
        "country": "Country",
        "device": "Device",
        "landing": "Landing page",
        "browser": "Browser",
        "campaign": "Campaign",
    }
    found = {
        (line["Goal"], *(line[labels[key]] for key in by)): (
            int(line["Conversions"]),
            int(line["Unique sessions"]),
        )
        for line in lines
    }
    now, before = (
        group(
            history,
            "goals",
            days,
            lambda row: (row["goal"], *(row[key] or "" for key in by)),
            "conversions",
            "sessions",
        )
        for days in (JUNE, MAY)
    )
    expected = dict.fromkeys(before, (0, 0)) | {name: tuple(counts) for name, counts in now.items()}
    assert len(found) == len(lines)
    assert found == expected


def test_rows_open_into_their_groups_and_the_groups_add_up(screen: Screen, history: History) -> None:
    screen.go("goals", by="device,channel").open_all("goals-table")
    rows = screen.page.locator("#goals-table tbody tr").evaluate_all(
        "rows => rows.map(row => [row.className, row.cells[0].innerText.trim(), Number(row.cells[1].innerText.replaceAll(',', ''))])"
    )
    sums: Counter[str] = Counter()
    for level, _, count in rows:
        sums[level] += count
    total = sum_column(history, "goals", "conversions", JUNE)
    assert sums == {"level-0": total, "level-1": total, "level-2": total}
    channels = group(
        history, "goals", JUNE, lambda row: (name_goal(row), row["device"], row["channel"]), "conversions"
    )
    assert sum(level == "level-2" for level, _, _ in rows) == len(channels)


def test_grouping_is_chosen_level_by_level(screen: Screen) -> None:
    screen.go("goals").page.select_option("#by-0", "channel")
    screen.ready().page.select_option("#by-1", "country")
    screen.ready().page.select_option("#by-2", "device")
    screen.ready()
    assert "by=channel%2Ccountry%2Cdevice" in screen.fragment
    options = screen.page.locator("#by-1 option").all_inner_texts()
    assert "Country" in options
    assert {"Channel", "Device"}.isdisjoint(options)
    screen.page.select_option("#by-0", "")
    screen.ready()
    assert "by=country%2Cdevice" in screen.fragment


def test_one_goal_is_followed_over_time(screen: Screen, history: History) -> None:
    screen.go("goals").page.get_by_role("link", name="Purchase").click()
    screen.page.wait_for_selector("#goal-chart")
    screen.ready()
    purchases = [(day, row) for day, row in history.list_rows("goals", *JUNE) if row["goal"] == "Purchase"]
    sessions = sum(row["sessions"] for _, row in purchases)
    money = sum_money(row for _, row in purchases)
    assert screen.cards("#goal") == {
        "Conversions": write_count(sum(row["conversions"] for _, row in purchases)),
        "Unique sessions": write_count(sessions),
        "Conversion rate": write_share(sessions, sum_column(history, "sessions", "sessions", JUNE)),
        "Value, EUR": write_money(money["EUR"]),
        "Value, USD": write_money(money["USD"]),
    }
    by_day = [sum(row["conversions"] for of, row in purchases if of == day) for day in list_days(JUNE)]
    assert [row["Conversions"] for row in screen.series("goal-chart")] == [
        write_count(count) for count in by_day
    ]
    assert [row["Goal"] for row in screen.rows("goals-table")] == ["Purchase built in"]


@pytest.mark.parametrize("measure", ["sessions", "rate", "value:EUR"])
def test_a_goal_is_followed_by_sessions_rate_and_value(
    screen: Screen, history: History, measure: str
) -> None:
    rows = screen.go("goals", goal=PURCHASE, metric=measure).series("goal-chart")
    for day, row in zip(list_days(JUNE), rows, strict=True):
        purchases = [each for _, each in history.list_rows("goals", day, day) if each["goal"] == "Purchase"]
        sessions = sum(each["sessions"] for each in purchases)
        expected = {
            "sessions": ("Sessions with it", write_count(sessions)),
            "rate": (
                "Conversion rate",
                write_share(sessions, sum_column(history, "sessions", "sessions", (day, day))),
            ),
            "value:EUR": ("Value, EUR", write_money(sum_money(purchases).get("EUR", Decimal(0)))),
        }[measure]
        assert row[expected[0]] == expected[1]


def test_a_goal_that_nobody_reaches_any_longer_is_still_there_to_be_missed(
    screen: Screen, history: History
) -> None:
    key = f"data/{BUSY}/goals/2025-06.json"
    document = json.loads(gzip.decompress(screen.site.documents[key]))
    place = document["columns"].index("goal")
    for day, rows in document["days"].items():
        document["days"][day] = [row for row in rows if row[place] != "Purchase"]
    screen.site.documents[key] = json.dumps(document).encode()
    screen.go("goals", range="30d", pixel=BUSY)
    (row,) = [row for row in screen.rows("goals-table") if row["Goal"].startswith("Purchase")]
    before = sum(
        row["conversions"] for _, row in history.list_rows("goals", *MAY, BUSY) if row["goal"] == "Purchase"
    )
    assert before > 0
    assert (row["Conversions"], row["Unique sessions"], row["Change"]) == ("0", "0", "-100.0%")
    assert row["Before"] == write_count(before)
    screen.page.get_by_role("link", name="Purchase").click()
    screen.page.wait_for_selector("#goal-chart")
    assert screen.ready().cards("#goal")["Conversions"] == "0"
    assert [row["Goal"] for row in screen.rows("goals-table")] == ["Purchase built in"]
