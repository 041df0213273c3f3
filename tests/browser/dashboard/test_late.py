"""A part that ends before the others, or was computed before its last day was over, is neither compared nor divided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.dashboard.documents import BUSY

if TYPE_CHECKING:
    from tests.browser.dashboard.screen import Screen


@pytest.mark.parametrize(
    ("days", "is_told"), [("2025-06-01..2025-06-28", False), ("2025-06-01..2025-06-29", True)]
)
def test_days_that_a_part_has_not_got_to_are_named(screen: Screen, days: str, is_told: bool) -> None:
    with screen.site.change_index() as index:
        index["parts"]["goals"].update(through="2025-06-28")
    text = screen.go("goals", range=days).text()
    assert ("Days after 28 Jun 2025 are not in the numbers of «goals» yet" in text) is is_told


def test_each_part_says_how_fresh_it_is(screen: Screen) -> None:
    with screen.site.change_index() as index:
        index["parts"]["goals"].update(computed_at="2025-06-30T02:00:00Z", through="2025-06-30")
    screen.go("goals")
    assert (
        "Goals: as of 30 Jun 2025, 02:00 UTC, through 30 Jun 2025; sessions, dimensions: as of 1 Jul 2025, 10:00 UTC, through 1 Jul 2025."
        in screen.text()
    )


@pytest.mark.parametrize("late", ["goals", "sessions"])
def test_what_is_late_is_neither_compared_nor_divided_by_what_is_not(screen: Screen, late: str) -> None:
    with screen.site.change_index() as index:
        index["parts"][late].update(through="2025-06-28")
    overview = screen.go(pixel=BUSY, range="7d")
    changes = overview.changes("#numbers")
    name, other = ("Conversions", "Sessions") if late == "goals" else ("Sessions", "Conversions")
    assert (changes[name], "from" in changes[other], "from" in changes["Visitors"]) == ("", True, True)
    assert f"are not in the numbers of «{late}» yet, so these are not compared." in overview.text()
    shown = screen.go("goals", pixel=BUSY, range="7d").rows("goals-table")
    assert {row["Conversion rate"] for row in shown} == {"–"}
    assert ("Before" in shown[0]) is (late == "sessions")
    screen.page.get_by_role("link", name="Purchase").click()
    screen.page.wait_for_selector("#goal-chart")
    assert screen.ready().cards("#goal")["Conversion rate"] == "–"
    early = screen.go("goals", pixel=BUSY, range="2025-06-15..2025-06-28").rows("goals-table")
    assert ("–" in {row["Conversion rate"] for row in early}, "Before" in early[0]) == (False, True)


@pytest.mark.parametrize("late", ["goals", "sessions"])
def test_a_day_that_was_not_over_when_it_was_computed_is_not_a_whole_one(screen: Screen, late: str) -> None:
    # The run of this night failed: what the last one knows of yesterday are its first two hours.
    with screen.site.change_index() as index:
        index["parts"][late].update(through="2025-06-30", computed_at="2025-06-30T02:00:00Z")
    overview = screen.go(pixel=BUSY, range="7d")
    changes = overview.changes("#numbers")
    name, other = ("Conversions", "Sessions") if late == "goals" else ("Sessions", "Conversions")
    assert (changes[name], "from" in changes[other]) == ("", True)
    told = f"Of 30 Jun 2025 the numbers of «{late}» are those up to 30 Jun 2025, 02:00 UTC, so these are not compared."
    assert told in overview.text()
    shown = screen.go("goals", pixel=BUSY, range="7d").rows("goals-table")
    assert {row["Conversion rate"] for row in shown} == {"–"}
    early = screen.go("goals", pixel=BUSY, range="2025-06-15..2025-06-29")
    assert "Before" in early.rows("goals-table")[0]
    assert "are those up to" not in early.text()


def test_what_all_parts_lack_of_a_day_is_told_once(screen: Screen) -> None:
    # An evening in America: by UTC it is past midnight, and the run of this night is still to come.
    with screen.site.change_index() as index:
        for part in index["parts"].values():
            part.update(through="2025-06-30", computed_at="2025-06-30T02:00:00Z")
    screen.go(pixel=BUSY, range="7d")
    notes = screen.page.locator("#numbers .note").all_inner_texts()
    assert notes == [
        "Of 30 Jun 2025 the numbers are those up to 30 Jun 2025, 02:00 UTC, so these are not compared."
    ]


def test_today_is_compared_though_it_is_not_over(screen: Screen) -> None:
    assert "from" in screen.go(pixel=BUSY, range="today").changes("#numbers")["Sessions"]
    assert screen.text().count("are those up to") == 1
