"""One browser and one stub web for the test session; a context, and so a visitor, for each test."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from pixelweave_local.chromium import ChromiumMissingError, find_chromium, lead_hosts, list_arguments
from playwright.sync_api import sync_playwright

from tests.browser.certificate import write_certificate
from tests.browser.stub_site import StubSite
from tests.browser.visit import Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext

    from tests.browser.certificate import Certificate
    from tests.browser.stub_collector import StubCollector

# Everything is on loopback: what takes longer does not come.
PATIENCE_MS = 10_000


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """The stub's TLS certificate."""
    return write_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def site(certificate: Certificate) -> Iterator[StubSite]:
    """The stub web, serving."""
    made = StubSite(certificate)
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def chromium(site: StubSite, certificate: Certificate) -> Iterator[Browser]:
    """The installed browser, headless."""
    try:
        program = find_chromium(os.environ)
    except ChromiumMissingError as exc:
        pytest.exit(str(exc), returncode=1)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=list_arguments(*lead_hosts(site.server_port, certificate.public_key_digest)),
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def agent(chromium: Browser) -> str:
    """The User-Agent of the same browser with a window: a headless one's says that it is a bot."""
    major = chromium.version.partition(".")[0]
    return f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{major}.0.0.0 Safari/537.36"


@pytest.fixture
def collector(site: StubSite) -> Iterator[StubCollector]:
    """The stub collector with nothing in it."""
    site.collector.reset()
    site.texts.clear()
    yield site.collector
    site.collector.reset()


@pytest.fixture
def context(chromium: Browser, agent: str) -> Iterator[BrowserContext]:
    """A visitor: no cookies, no storage, time that runs."""
    made = chromium.new_context(user_agent=agent, locale="en-GB", timezone_id="Europe/Berlin")
    made.set_default_timeout(PATIENCE_MS)
    yield made
    made.close()


@pytest.fixture
def start(context: BrowserContext, collector: StubCollector) -> Iterator[Callable[[], Visit]]:
    """Starts visits in tabs of their own; none of them may show an error of any script."""
    visits: list[Visit] = []

    def start_visit() -> Visit:
        visits.append(Visit(context.new_page(), collector))
        return visits[-1]

    yield start_visit
    assert [error for each in visits for error in each.errors] == []


@pytest.fixture
def visit(start: Callable[[], Visit]) -> Visit:
    """A visit in a tab of its own."""
    return start()
