"""Overview: every number is the log's, of any range, beside that of the days before."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.browser.dashboard.documents import BUSY, FIRST, TODAY
from tests.browser.dashboard.oracle import (
    JUNE,
    MAY,
    Days,
    count_people,
    list_days,
    sum_column,
    sum_days,
    sum_money,
    write_change,
    write_count,
    write_money,
)

if TYPE_CHECKING:
    from tests.browser.dashboard.documents import History
    from tests.browser.dashboard.screen import Screen

YESTERDAY = TODAY - timedelta(days=1)
RANGES = {
    "today": (TODAY, TODAY),
    "yesterday": (YESTERDAY, YESTERDAY),
    "7d": (date(2025, 6, 24), YESTERDAY),
    "28d": (date(2025, 6, 3), YESTERDAY),
    "30d": JUNE,
    "90d": (date(2025, 4, 2), YESTERDAY),
    "month": (date(2025, 7, 1), TODAY),
    "lastmonth": JUNE,
    "13m": (date(2024, 7, 1), TODAY),
    "2025-02-27..2025-03-02": (date(2025, 2, 27), date(2025, 3, 2)),
}


def expect_numbers(history: History, days: Days) -> dict[str, str]:
    money = sum_money(row for _, row in history.list_rows("goals", *days))
    counts = {
        "Visitors": count_people(history, days),
        "Sessions": sum_column(history, "sessions", "sessions", days),
        "Page views": sum_column(history, "activity", "page_views", days),
        "Events": sum_column(history, "activity", "events", days),
        "Hits answered": sum_column(history, "quality", "hits", days),
        "People known": count_people(history, days, known=True),
        "Anonymous": count_people(history, days, known=False),
        "Conversions": sum_column(history, "goals", "conversions", days),
    }
    values = {f"Value, {unit}": write_money(amount) for unit, amount in money.items() if unit != "points"}
    return (
        {label: write_count(count) for label, count in counts.items()}
        | values
        | {"Points": write_money(money["points"], 0)}
    )


@pytest.mark.parametrize("name", RANGES)
def test_the_numbers_are_those_of_the_rows_of_exactly_these_days(
    screen: Screen, history: History, name: str
) -> None:
    assert screen.go(range=name).cards("#numbers") == expect_numbers(history, RANGES[name])


def test_the_last_thirty_days_are_shown_first(screen: Screen, history: History) -> None:
    screen.go()
    assert "1–30 Jun 2025, compared with 2–31 May 2025" in screen.text()
    assert screen.cards("#numbers") == expect_numbers(history, JUNE)


@pytest.mark.parametrize(
    ("first_day", "named"),
    [
        # 30 days and the 30 before: the first of these is 2 May; 7 and 7: 17 June.
        ("2025-05-02", "30d"),
        ("2025-05-03", "7d"),
        ("2025-06-17", "7d"),
        ("2025-06-18", "30d"),
    ],
)
def test_seven_days_are_shown_first_where_only_they_can_be_compared(
    screen: Screen, history: History, first_day: str, named: str
) -> None:
    screen.site.documents["data/index.json"] = json.dumps(history.index() | {"first_day": first_day}).encode()
    screen.go()
    assert screen.page.locator("#range").input_value() == named
    assert ("not compared" in screen.text()) is (first_day == "2025-06-18")
    # What the address says holds.
    screen.go(range="30d")
    assert screen.page.locator("#range").input_value() == "30d"


def test_each_number_stands_beside_that_of_the_days_before(screen: Screen, history: History) -> None:
    changes = screen.go().changes("#numbers")
    visitors, before = count_people(history, JUNE), count_people(history, MAY)
    assert (
        changes["Visitors"].removeprefix("▲ ").removeprefix("▼ ")
        == f"{write_change(visitors, before)} from {before}"
    )
    now, past = (
        sum_money(row for _, row in history.list_rows("goals", *days))["EUR"] for days in (JUNE, MAY)
    )
    arrow = "▲ " if now > past else "▼ "
    change = Decimal(int((now - past) / past * 10_000)) / 100
    assert changes["Value, EUR"].startswith(arrow)
    assert abs(
        Decimal(changes["Value, EUR"].removeprefix(arrow).partition("%")[0].replace(",", "")) - change
    ) <= Decimal("0.1")
    assert changes["Value, EUR"].endswith(f" from {write_money(past)}")


def test_without_comparison_no_number_stands_beside_another(screen: Screen) -> None:
    screen.go(compare="0")
    assert set(screen.changes("#numbers").values()) == {""}
    assert "compared" not in screen.text()
    assert not screen.page.locator(".line.before").count()


@pytest.mark.parametrize(
    ("days", "is_compared"),
    [
        (f"{FIRST + timedelta(days=10)}..{FIRST + timedelta(days=19)}", True),
        (f"{FIRST + timedelta(days=10)}..{FIRST + timedelta(days=20)}", False),
    ],
)
def test_days_are_compared_only_where_all_of_those_before_were_published(
    screen: Screen, days: str, is_compared: bool
) -> None:
    screen.go(range=days)
    assert ("not compared" in screen.text()) is not is_compared
    assert (set(screen.changes("#numbers").values()) == {""}) is not is_compared


def test_one_pixel_is_shown_alone(screen: Screen, history: History) -> None:
    cards = screen.go(pixel=BUSY).cards("#numbers")
    assert cards["Sessions"] == write_count(sum_column(history, "sessions", "sessions", JUNE, BUSY))
    assert cards["Sessions"] != write_count(sum_column(history, "sessions", "sessions", JUNE))


@pytest.mark.parametrize(
    ("metric", "part", "column"),
    [
        ("sessions", "sessions", "sessions"),
        ("hits", "quality", "hits"),
        ("conversions", "goals", "conversions"),
    ],
)
def test_the_chart_and_its_table_have_each_day(
    screen: Screen, history: History, metric: str, part: str, column: str
) -> None:
    rows = screen.go(metric=metric).series("over-time-chart")
    assert [row["Day"] for row in rows] == [day.isoformat() for day in list_days(JUNE)]
    assert [row["Day before"] for row in rows] == [day.isoformat() for day in list_days(MAY)]
    label = screen.page.locator('[aria-pressed="true"] .label').inner_text()
    assert [row[label] for row in rows] == [
        write_count(count) for count in sum_days(history, part, column, JUNE)
    ]
    assert [row[f"{label}, before"] for row in rows] == [
        write_count(count) for count in sum_days(history, part, column, MAY)
    ]


def test_value_by_day_is_exact(screen: Screen, history: History) -> None:
    rows = screen.go(metric="value:EUR").series("over-time-chart")
    expected = [
        sum_money(row for _, row in history.list_rows("goals", day, day)).get("EUR", Decimal(0))
        for day in list_days(JUNE)
    ]
    assert [row["Value, EUR"] for row in rows] == [write_money(amount) for amount in expected]


def test_one_day_is_shown_by_hour(screen: Screen, history: History) -> None:
    rows = screen.go(range="yesterday", metric="views").series("over-time-chart")
    counts = [0] * 24
    for _, row in history.list_rows("activity", YESTERDAY, YESTERDAY):
        counts[row["hour"]] += row["page_views"]
    assert [(row["Hour"], row["Page views"]) for row in rows] == [
        (f"{hour:02}:00", write_count(count)) for hour, count in enumerate(counts)
    ]


def test_a_card_chooses_what_the_chart_shows(screen: Screen) -> None:
    screen.go().page.locator("#metric-conversions").click()
    screen.ready()
    assert screen.page.locator("#over-time-title").inner_text() == "Conversions by day"
    assert "metric=conversions" in screen.fragment
    assert screen.page.evaluate("document.activeElement.id") == "metric-conversions"


def test_days_that_were_not_published_yet_have_no_number(screen: Screen) -> None:
    rows = screen.go(range="2025-06-30..2025-07-03", metric="sessions").series("over-time-chart")
    assert [row["Sessions"] == "no number" for row in rows] == [False, False, True, True]
