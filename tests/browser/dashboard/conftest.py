"""A browser for the dashboard, its site, and a screen for each test."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from pixelweave_local.chromium import find_chromium, list_arguments

from tests.browser.dashboard.documents import History, make_history
from tests.browser.dashboard.kit import Kit
from tests.browser.dashboard.screen import Screen
from tests.browser.dashboard.site import DashboardSite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

PATIENCE_MS = 10_000


@pytest.fixture(scope="session")
def window(chromium: Browser) -> Iterator[Browser]:
    """The installed browser, without the stub web's rules for names: a page on loopback."""
    browser = chromium.browser_type.launch(executable_path=find_chromium(os.environ), args=list_arguments())
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def publication() -> tuple[History, dict[str, bytes]]:
    """The thirteen months that most tests look at, and their documents; not to be changed."""
    history = make_history()
    return history, history.write()


@pytest.fixture
def history(publication: tuple[History, dict[str, bytes]]) -> History:
    """What is published, as rows."""
    return publication[0]


@pytest.fixture
def served(publication: tuple[History, dict[str, bytes]]) -> Iterator[DashboardSite]:
    """The dashboard, serving the history."""
    made = DashboardSite(dict(publication[1])).start()
    yield made
    made.stop()


@pytest.fixture
def look(window: Browser, served: DashboardSite) -> Iterator[Callable[..., Screen]]:
    """Opens screens, with what Playwright's new_context takes; none of them may show an error, or ask anybody but its own site."""
    screens: list[Screen] = []

    def open_screen(**options: object) -> Screen:
        context = window.new_context(**{"locale": "en-GB", "timezone_id": "America/New_York"} | options)  # type: ignore[arg-type]  # passed through
        context.set_default_timeout(PATIENCE_MS)
        screens.append(Screen(context.new_page(), served))
        return screens[-1]

    yield open_screen
    for screen in screens:
        screen.page.context.close()
    assert [error for screen in screens for error in screen.errors] == []
    assert [url for screen in screens for url in screen.elsewhere] == []


@pytest.fixture(scope="session")
def kit(window: Browser) -> Iterator[Kit]:
    """The page's modules by themselves."""
    site = DashboardSite({}).start()
    context = window.new_context()
    yield Kit(context.new_page(), site)
    context.close()
    site.stop()


@pytest.fixture
def screen(look: Callable[..., Screen]) -> Screen:
    """One screen."""
    return look()
