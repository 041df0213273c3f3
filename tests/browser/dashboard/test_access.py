"""For everybody: by keyboard, by screen reader, on a phone, in the dark, on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import axe
from tests.browser.dashboard.documents import BUSY

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.dashboard.screen import Screen

PAGES = {
    "overview": {},
    "goals": {"by": "channel,country,device"},
    "funnels": {"reached": "1"},
    "people": {},
    "content": {},
    "technology": {},
    "geography": {},
    "quality": {"range": "2025-06-01..2025-06-20"},
}


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_no_page_breaks_a_rule_of_axe(look: Callable[..., Screen], page: str, colours: str) -> None:
    screen = look(color_scheme=colours)
    screen.go(page, **PAGES[page])
    for closed in screen.page.locator("figure details:not([open]) summary").all():
        closed.click()
    if screen.page.locator(".toggle").count():
        screen.page.locator(".toggle").first.click()
    assert axe.run(screen.page) == []


def test_what_goes_wrong_breaks_no_rule_of_axe_either(screen: Screen) -> None:
    screen.site.documents[f"data/{BUSY}/geography/2025-06.json"] = b"{"
    screen.go("geography")
    assert screen.page.locator(".problem").count()
    assert axe.run(screen.page) == []
    screen.site.statuses["data/index.json"] = 500
    screen.go()
    assert axe.run(screen.page) == []


def test_axe_finds_what_breaks_a_rule(screen: Screen) -> None:
    screen.go().page.evaluate("document.querySelector('#main').append(document.createElement('button'))")
    assert any("button-name" in line for line in axe.run(screen.page))


def press(screen: Screen, *keys: str) -> None:
    for key in keys:
        screen.page.keyboard.press(key)


def focused(screen: Screen) -> str:
    found: str = screen.page.evaluate(
        "document.activeElement.id || document.activeElement.textContent.trim()"
    )
    return found


def test_the_first_tab_skips_to_the_numbers(screen: Screen) -> None:
    screen.go("goals")
    press(screen, "Tab")
    assert focused(screen) == "Skip to the numbers"
    press(screen, "Enter")
    assert focused(screen) == "main"
    assert screen.fragment == "/goals"
    press(screen, "Tab")
    assert focused(screen) == "by-0"


def test_a_page_is_opened_by_key_and_its_heading_is_read_out(screen: Screen) -> None:
    screen.go().page.locator("#tab-technology").focus()
    press(screen, "Enter")
    screen.page.get_by_role("heading", level=1, name="Technology").wait_for()
    assert focused(screen) == "Technology"


def test_a_chart_is_walked_by_arrow_keys_and_says_where_it_is(screen: Screen) -> None:
    rows = screen.go(metric="sessions").series("over-time-chart")
    plot = screen.page.locator("#over-time-chart")
    plot.focus()

    def said() -> str:
        return plot.get_attribute("aria-valuetext") or ""

    assert said().startswith("Mon, 30 Jun 2025: ")
    press(screen, "ArrowLeft")
    assert said() == f"Sun, 29 Jun 2025: {rows[-2]['Sessions']}, before: {rows[-2]['Sessions, before']}"
    press(screen, "PageDown")
    assert said().startswith("Sun, 22 Jun 2025: ")
    press(screen, "Home", "ArrowLeft")
    assert said().startswith("Sun, 1 Jun 2025: ")
    press(screen, "End", "ArrowRight")
    assert plot.get_attribute("aria-valuenow") == plot.get_attribute("aria-valuemax") == "29"
    assert screen.page.locator(".readout").inner_text().startswith("Mon, 30 Jun 2025")


def test_a_row_opens_and_closes_by_key_and_keeps_the_focus(screen: Screen) -> None:
    screen.go("technology")
    before = len(screen.rows("browsers-table"))
    screen.page.locator("#browsers-table .toggle").first.focus()
    press(screen, "Enter")
    opened = len(screen.rows("browsers-table"))
    assert screen.page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    press(screen, "Space")
    assert screen.page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "false"
    assert (len(screen.rows("browsers-table")), opened > before) == (before, True)


def test_sorting_keeps_the_focus_on_its_column(screen: Screen) -> None:
    screen.go("technology").page.locator("#browsers-table").get_by_role("button", name="Events").focus()
    press(screen, "Enter", "Enter")
    assert focused(screen).startswith("Events")
    assert (
        screen.page.locator('#browsers-table th[aria-sort="ascending"]').inner_text().strip("↑ \u00a0\n")
        == "Events"
    )


def test_a_choice_keeps_the_focus(screen: Screen) -> None:
    screen.go("goals").page.locator("#range").focus()
    screen.page.select_option("#range", "7d")
    screen.ready()
    assert focused(screen).startswith("range") or screen.page.evaluate("document.activeElement.id") == "range"


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_wider_than_its_screen(look: Callable[..., Screen], page: str, width: int) -> None:
    screen = look(viewport={"width": width, "height": 800})
    screen.go(page, **PAGES[page])
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= width
    tab = screen.page.locator("nav [aria-current]").bounding_box()
    assert tab is not None
    assert tab["x"] >= 0
    assert tab["x"] + tab["width"] <= width


def background(screen: Screen) -> str:
    found: str = screen.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    return found


def test_colours_follow_the_system_until_others_are_chosen_and_are_kept(look: Callable[..., Screen]) -> None:
    screen = look(color_scheme="dark")
    dark = background(screen.go())
    screen.page.select_option("#colours", "light")
    light = background(screen)
    assert light != dark
    assert background(screen.go("goals")) == light
    screen.page.select_option("#colours", "")
    assert background(screen) == dark
    assert background(screen.go()) == dark
    screen.page.emulate_media(color_scheme="light")
    assert background(screen) == light


def test_on_paper_there_are_numbers_and_no_controls(look: Callable[..., Screen]) -> None:
    screen = look(color_scheme="dark")
    screen.go()
    assert screen.page.locator("#pixel").is_visible()
    screen.page.emulate_media(media="print")
    assert background(screen) == "rgb(255, 255, 255)"
    assert screen.page.locator(":is(select, nav, .quiet):visible").count() == 0
    assert screen.page.locator("#over-time-chart svg").is_visible()
    assert "1–30 Jun 2025, compared with 2–31 May 2025" in screen.text()


def test_nothing_moves_for_those_who_want_it_so(look: Callable[..., Screen]) -> None:
    moving = "getComputedStyle(document.querySelector('.toggle'), '::before').transitionDuration"
    assert look().go("technology").page.evaluate(moving) != "0s"
    assert look(reduced_motion="reduce").go("technology").page.evaluate(moving) == "0s"


@pytest.mark.parametrize(
    ("page", "chart", "label"), [("quality", "fate-chart", "Repeats"), ("people", "known-chart", "Anonymous")]
)
def test_on_paper_a_chart_says_what_it_draws_as_its_choice_does_on_the_screen(
    screen: Screen, page: str, chart: str, label: str
) -> None:
    screen.go(page, metric={"Repeats": "repeats", "Anonymous": "anonymous"}[label])
    name = screen.page.locator(f".chart:has(#{chart}) .printed")
    assert not name.is_visible()
    screen.page.emulate_media(media="print")
    assert name.is_visible()
    assert name.inner_text() == f"{label}, by day"
