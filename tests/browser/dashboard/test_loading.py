"""Thirteen months of a busy pixel: only what a page needs is fetched, each document once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.dashboard.documents import BUSY, FIRST, SMALL, TODAY
from tests.browser.dashboard.site import HEADERS, PAGE

if TYPE_CHECKING:
    from tests.browser.dashboard.screen import Screen

PARTS = {
    "overview": {"activity", "reach", "quality", "sessions", "goals"},
    "goals": {"goals", "sessions", "dimensions"},
    "funnels": {"funnels"},
    "people": {"reach", "identity"},
    "content": {"content", "interests"},
    "technology": {"technology"},
    "geography": {"geography"},
    "quality": {"quality"},
}
MODULES = sorted(file.relative_to(PAGE).as_posix() for file in (PAGE / "app").rglob("*.js"))


def list_documents(screen: Screen) -> list[str]:
    return [path for path in screen.site.asked if path.startswith("data/") and path != "data/index.json"]


@pytest.mark.parametrize("page", PARTS)
def test_a_page_fetches_its_parts_of_its_months_once(screen: Screen, page: str) -> None:
    screen.go(page, pixel=BUSY, range="13m", compare="0")
    months = [f"2024-{month:02}" for month in range(7, 13)] + [f"2025-{month:02}" for month in range(1, 8)]
    expected = {f"data/{BUSY}/{part}/{month}.json" for part in PARTS[page] for month in months}
    assert sorted(list_documents(screen)) == sorted(expected)


def test_all_of_thirteen_months_is_one_index_and_sixty_five_documents(screen: Screen) -> None:
    screen.go(pixel=BUSY, range="13m")
    assert screen.site.asked.count("data/index.json") == 1
    assert len(list_documents(screen)) == 13 * 5
    # The page itself: one document, its style sheets, icon and scripts, each asked for once and none by another's delay.
    assert sorted(path for path in screen.site.asked if path.endswith(".js")) == MODULES
    assert screen.site.sent < 2_500_000


def test_what_was_fetched_is_not_fetched_again(screen: Screen) -> None:
    screen.go(pixel=BUSY, range="90d")
    before = list_documents(screen)
    screen.page.locator("#tab-goals").click()
    screen.page.wait_for_selector("#goals-table")
    screen.page.select_option("#range", "30d")
    screen.ready()
    now = list_documents(screen)
    assert len(now) == len(set(now))
    assert [path for path in now if "/dimensions/" not in path] == before


@pytest.mark.parametrize(
    ("days", "months"),
    [
        ("2025-06-30..2025-06-30", ["2025-06"]),
        ("2025-06-30..2025-07-01", ["2025-06", "2025-07"]),
        # Neither before the pixel's first day nor after the last published one.
        ("2024-05-01..2024-06-02", ["2024-06"]),
        ("2025-07-01..2025-09-01", ["2025-07"]),
    ],
)
def test_only_months_with_days_of_the_range_are_fetched(screen: Screen, days: str, months: list[str]) -> None:
    screen.go("technology", pixel=BUSY, range=days, compare="0")
    assert sorted(list_documents(screen)) == [f"data/{BUSY}/technology/{month}.json" for month in months]
    assert (FIRST.isoformat(), TODAY.isoformat()) == ("2024-06-01", "2025-07-01")


@pytest.mark.parametrize(
    ("first_day", "months"), [("2025-06-30", ["2025-06"]), ("2025-07-01", []), (None, [])]
)
def test_nothing_is_fetched_of_a_pixel_before_its_first_day(
    screen: Screen, first_day: str | None, months: list[str]
) -> None:
    with screen.site.change_index() as index:
        next(pixel for pixel in index["pixels"] if pixel["pixel_id"] == SMALL)["first_day"] = first_day
    screen.go("technology", pixel=SMALL, range="lastmonth")
    assert list_documents(screen) == [f"data/{SMALL}/technology/{month}.json" for month in months]


def test_nothing_is_fetched_of_a_part_that_ends_before_a_pixel_begins(screen: Screen) -> None:
    with screen.site.change_index() as index:
        index["parts"]["technology"]["through"] = "2025-06-25"
    screen.go("technology", pixel=SMALL, range="lastmonth")
    assert list_documents(screen) == []


@pytest.mark.parametrize("pixel", ["", BUSY, SMALL])
def test_identity_is_read_of_the_pixel_that_is_there_longest(screen: Screen, pixel: str) -> None:
    with screen.site.change_index() as index:
        # By name the small one comes first.
        for each in index["pixels"]:
            each["name"] = f"A {each['name']}" if each["pixel_id"] == SMALL else each["name"]
    screen.go("people", range="lastmonth", compare="0", pixel=pixel)
    asked = [path for path in list_documents(screen) if "/identity/" in path]
    assert asked == [f"data/{BUSY}/identity/2025-06.json"]


def test_comparison_fetches_the_months_before_too(screen: Screen) -> None:
    screen.go("technology", pixel=BUSY, range="lastmonth")
    assert sorted(list_documents(screen)) == [
        f"data/{BUSY}/technology/2025-{month}.json" for month in ("05", "06")
    ]


def test_the_page_names_all_its_modules_so_that_none_waits_for_another() -> None:
    text = (PAGE / "index.html").read_text(encoding="utf-8")
    preloaded = re.findall(r'<link rel="modulepreload" href="([^"]+)">', text)
    assert sorted([*preloaded, "app/main.js", "app/theme.js"]) == MODULES


def test_the_answer_to_the_index_decides_what_is_fetched(screen: Screen) -> None:
    with screen.site.change_index() as index:
        index["parts"]["technology"]["through"] = "2025-05-31"
    screen.go("technology", pixel=BUSY, range="lastmonth", compare="0")
    assert list_documents(screen) == []


def test_every_answer_carries_the_pages_headers(screen: Screen) -> None:
    with screen.page.expect_response(lambda response: response.url.endswith("/index.html")) as found:
        screen.go()
    assert {name.lower(): value for name, value in HEADERS.items()}.items() <= found.value.headers.items()
