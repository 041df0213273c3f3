"""What is shown is the address: it can be copied, gone back from, and may say nonsense."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.dashboard.documents import BUSY, SMALL

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.dashboard.screen import Screen

STATES = {
    "overview": {
        "pixel": BUSY,
        "range": "7d",
        "compare": "0",
        "metric": "sessions",
        "sort": "over-time-chart-table.value.down",
    },
    "goals": {"range": "2025-05-01..2025-05-20", "by": "channel,country", "sort": "goals-table.sessions.up"},
    "funnels": {
        "pixel": BUSY,
        "funnel": f"{BUSY}/Checkout",
        "reached": "1",
        "missed": "3",
        "metric": "completed",
    },
    "people": {"metric": "known", "range": "lastmonth"},
    "content": {"by": "title", "sort": "pages-table.exits.down"},
    "quality": {"metric": "late", "range": "28d"},
}


@pytest.mark.parametrize("page", STATES)
def test_an_address_that_is_copied_shows_the_same(look: Callable[..., Screen], page: str) -> None:
    first = look().go(page, **STATES[page])
    second = look()
    second.page.goto(first.page.url)
    assert second.ready().text() == first.text()
    assert second.page.url == first.page.url


def test_choices_go_into_the_address_and_back_and_forward_undo_and_redo_them(screen: Screen) -> None:
    screen.go()
    page = screen.page
    page.select_option("#pixel", SMALL)
    page.select_option("#range", "7d")
    page.uncheck("#compare")
    page.locator("#tab-goals").click()
    page.get_by_role("heading", level=1, name="Goals").wait_for()
    assert screen.fragment == f"/goals?pixel={SMALL}&range=7d&compare=0"
    page.go_back()
    page.get_by_role("heading", level=1, name="Overview").wait_for()
    assert screen.fragment == f"/overview?pixel={SMALL}&range=7d&compare=0"
    page.go_back()
    page.locator("#compare:checked").wait_for()
    page.go_back()
    page.wait_for_selector('.range:has-text("1–30 Jun 2025")')
    assert page.locator("#range").input_value() == "30d"
    page.go_forward()
    page.wait_for_selector('.range:has-text("24–30 Jun 2025")')
    assert page.locator("#pixel").input_value() == SMALL
    page.reload()
    screen.ready()
    assert page.locator("#range").input_value() == "7d"


def test_another_page_keeps_pixel_days_and_comparison_and_leaves_the_rest(screen: Screen) -> None:
    screen.go("goals", pixel=BUSY, range="7d", by="channel", sort="goals-table.sessions.up")
    assert screen.page.locator("#tab-people").get_attribute("href") == f"#/people?pixel={BUSY}&range=7d"


def test_sorting_is_in_the_address_and_undone_by_going_back(screen: Screen) -> None:
    screen.go("technology")
    header = screen.page.locator("#browsers-table").get_by_role("button", name="Browser")
    header.click()
    ascending = [row["Browser / Version"] for row in screen.rows("browsers-table")]
    assert ascending == ["Chrome", "Firefox", "Safari", "unknown"]
    assert "sort=browsers-table.name.up" in screen.fragment
    header.click()
    assert [row["Browser / Version"] for row in screen.rows("browsers-table")] == [
        "Safari",
        "Firefox",
        "Chrome",
        "unknown",
    ]
    assert screen.page.locator("#browsers-table th").first.get_attribute("aria-sort") == "descending"
    screen.page.go_back()
    screen.page.wait_for_selector('#browsers-table th[aria-sort="ascending"]')


def test_a_custom_range_is_chosen_by_its_days(screen: Screen) -> None:
    page = screen.go().page
    page.select_option("#range", "custom")
    assert page.locator("#from").input_value() == "2025-06-01"
    page.locator("#from").fill("2025-06-10")
    page.locator("#to").fill("2025-06-12")
    screen.ready()
    assert "10–12 Jun 2025, compared with 7–9 Jun 2025" in screen.text()
    assert "range=2025-06-10..2025-06-12" in screen.fragment
    page.locator("#from").fill("2025-06-13")
    assert "The first day is after the last." in page.locator("#bar").inner_text()
    assert "range=2025-06-10..2025-06-12" in screen.fragment


@pytest.mark.parametrize(
    "fragment",
    [
        "/nowhere", "/overview?range=8d", "/overview?range=2025-06-31..2025-07-01", "/overview?range=2025-06-02..2025-06-01",
        "//?&&==", "/%ZZ",
        "/overview?pixel=px_none&metric=constructor", "/overview?sort=over-time-chart-table.none.up",
        "/overview?range=2020-01-01..2025-01-01",
        "/overview?metric=" + "x" * 3000, "main",
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_shows_the_overview_of_the_last_thirty_days(
    screen: Screen, fragment: str
) -> None:
    screen.page.goto(f"{screen.site.address}#{fragment}")
    screen.ready()
    assert "1–30 Jun 2025, compared with 2–31 May 2025 · all 2 pixels" in screen.text()
    assert screen.page.locator("#over-time-title").inner_text() == "Visitors by day"


@pytest.mark.parametrize("goal", ["null", "5", "{}", "[]", '["a"]', "[[],{}]", "x", '["hit","no such goal"]'])
def test_a_goal_that_is_not_there_breaks_nothing(screen: Screen, goal: str) -> None:
    assert "cannot be shown" not in screen.go("goals", goal=goal).text()


def test_the_title_names_the_page(screen: Screen) -> None:
    screen.go("quality")
    assert screen.page.title() == "Traffic quality · Pixelweave"
