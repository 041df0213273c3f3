"""The visitor cookie in browsers that allow other sites' cookies, and in those that do not."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from pixelweave_local.chromium import find_chromium, lead_hosts, list_arguments

from tests.browser.stub_collector import Recorder
from tests.browser.visit import Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext

    from tests.browser.certificate import Certificate
    from tests.browser.exchange import Received
    from tests.browser.stub_collector import StubCollector
    from tests.browser.stub_site import StubSite

type OpenProfile = Callable[[bool], BrowserContext]


@pytest.fixture
def open_profile(
    chromium: Browser, site: StubSite, certificate: Certificate, tmp_path: Path
) -> Iterator[OpenProfile]:
    """Starts a browser with a profile that allows or blocks other sites' cookies."""
    opened: list[BrowserContext] = []

    def start(allowed: bool) -> BrowserContext:
        preferences = tmp_path / "Default" / "Preferences"
        preferences.parent.mkdir()
        # 0 allows other sites' cookies, 1 blocks them (Chromium, content_settings::CookieControlsMode).
        preferences.write_text(json.dumps({"profile": {"cookie_controls_mode": 0 if allowed else 1}}))
        opened.append(
            chromium.browser_type.launch_persistent_context(
                tmp_path,
                executable_path=find_chromium(os.environ),
                args=list_arguments(*lead_hosts(site.server_port, certificate.public_key_digest)),
            )
        )
        return opened[-1]

    yield start
    for each in opened:
        each.close()


def call_twice(context: BrowserContext, collector: StubCollector, name: str) -> list[Received]:
    """Two hits one after the other on the page whose tags are another site's (`pixelweave`) and its own (`own`)."""
    visit = Visit(context.new_page(), collector).open("cookies")
    visit.call("track", "one", name=name)
    visit.sent(1)
    visit.call("track", "two", name=name)
    hits = visit.sent(2)
    assert visit.errors == []
    return hits


def test_where_other_sites_cookies_are_allowed_a_visitor_is_known_again(
    open_profile: OpenProfile, collector: StubCollector
) -> None:
    context = open_profile(True)
    one, two = call_twice(context, collector, "pixelweave")
    assert one.row["visitor_id"] == two.row["visitor_id"]
    (cookie,) = context.cookies()
    assert (cookie["domain"], cookie["sameSite"], cookie["secure"], cookie["httpOnly"]) == (
        "collect.example",
        "None",
        True,
        True,
    )


def test_where_they_are_blocked_each_hit_is_another_visitor_of_the_same_session(
    open_profile: OpenProfile, collector: StubCollector
) -> None:
    context = open_profile(False)
    one, two = call_twice(context, collector, "pixelweave")
    assert one.row["visitor_id"] != two.row["visitor_id"]
    assert one.row["session_id"] == two.row["session_id"]
    assert context.cookies() == []


def test_where_they_are_blocked_a_partitioned_cookie_is_kept_all_the_same(
    open_profile: OpenProfile, collector: StubCollector
) -> None:
    collector.reset(Recorder(partitioned=True).answer)
    one, two = call_twice(open_profile(False), collector, "pixelweave")
    assert one.row["visitor_id"] == two.row["visitor_id"]


@pytest.mark.parametrize("allowed", [True, False])
def test_the_collector_of_the_pages_own_site_has_its_cookie_in_any_browser(
    open_profile: OpenProfile, collector: StubCollector, allowed: bool
) -> None:
    context = open_profile(allowed)
    one, two = call_twice(context, collector, "own")
    assert one.row["visitor_id"] == two.row["visitor_id"]
    (cookie,) = context.cookies()
    assert (cookie["domain"], cookie["sameSite"]) == ("px.shop.example", "Lax")
