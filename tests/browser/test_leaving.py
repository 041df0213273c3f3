"""A visitor who leaves: what was called arrives, and what waits for a retry is sent at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.stub_collector import HANG
from tests.browser.stub_site import SHOP

if TYPE_CHECKING:
    from tests.browser.stub_collector import StubCollector
    from tests.browser.visit import Visit

HIDE = """
Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
Object.defineProperty(document, 'hidden', { value: true, configurable: true });
"""
# From the document it bubbles to the window, as the browser's own does.
CHANGE_VISIBILITY = "document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))"
NOTE_KEEPALIVE = """
const send = window.fetch;
window.kept = [];
window.fetch = (url, options) => { kept.push(options.keepalive); return send(url, options) };
"""


def is_beacon(headers: dict[str, str]) -> bool:
    """A beacon is a POST that does not ask for CORS; the tag's fetch does."""
    return headers["sec-fetch-mode"] == "no-cors"


def test_a_hit_arrives_though_the_page_is_closed_right_after_the_click(
    visit: Visit, collector: StubCollector
) -> None:
    visit.open("quiet").page.click("button")
    visit.page.close()
    (hit,) = collector.wait_for(1)
    assert hit.row["name"] == "signup"


def test_a_hit_arrives_though_its_click_leads_away(visit: Visit, collector: StubCollector) -> None:
    visit.open("quiet").page.click("a")
    visit.page.wait_for_url(f"{SHOP}/plain")
    (hit,) = collector.wait_for(1)
    assert hit.row["name"] == "leave"
    visit.sent(1)


@pytest.mark.parametrize("path", ["quiet", "same-site"])
def test_an_answer_that_leaving_takes_away_brings_no_second_copy(
    visit: Visit, collector: StubCollector, path: str
) -> None:
    collector.plan(HANG)
    visit.open(path).call("track", "signup")
    collector.wait_for(1)
    visit.open("plain")
    # The page that is left has had its turn when the next one has taken several.
    visit.sent(1)
    assert [each.method for each in visit.asked] == ["POST"]


@pytest.mark.parametrize(("path", "beacon"), [("quiet", False), ("same-site", True)])
def test_leaving_sends_what_waits_and_by_beacon_only_within_the_site(
    visit: Visit, collector: StubCollector, path: str, beacon: bool
) -> None:
    visit.freeze()
    visit.open(path)
    collector.plan(503)
    visit.call("track", "signup")
    visit.sent(1)
    visit.open("plain")
    refused, accepted = collector.wait_for(2)
    assert (refused.status, accepted.status) == (503, 200)
    assert accepted.fields["message_id"] == refused.fields["message_id"]
    assert is_beacon(accepted.request.headers) is beacon
    visit.sent(2)


@pytest.mark.parametrize(("length", "is_kept"), [(100, True), (70_000, False)])
def test_a_post_outlives_its_page_unless_it_is_larger_than_browsers_allow(
    visit: Visit, length: int, is_kept: bool
) -> None:
    visit.page.add_init_script(NOTE_KEEPALIVE)
    visit.open("quiet").call("track", "purchase", {"products": [{"name": "x" * 1000}] * (length // 1000)})
    visit.sent(1)
    assert visit.page.evaluate("kept") == [is_kept]


@pytest.mark.parametrize("path", ["quiet", "same-site"])
def test_no_beacon_is_used_while_the_page_stays(visit: Visit, path: str) -> None:
    visit.open(path).call("track", "signup")
    (hit,) = visit.sent(1)
    assert not is_beacon(hit.request.headers)


def test_hiding_or_showing_the_page_sends_what_waits_and_nothing_twice(
    visit: Visit, collector: StubCollector
) -> None:
    visit.freeze()
    visit.open("quiet")
    collector.plan(503, 503)
    visit.call("track", "signup")
    visit.sent(1)
    visit.page.evaluate(CHANGE_VISIBILITY)
    visit.sent(2)
    visit.page.evaluate(HIDE)
    for _ in range(2):
        visit.page.evaluate(CHANGE_VISIBILITY)
    visit.sent(3)
    visit.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    visit.sent(3)
    visit.pass_time(300)
    visit.sent(3)


def test_leaving_with_nothing_waiting_sends_nothing(visit: Visit) -> None:
    visit.open("native").sent(1)
    visit.open("plain")
    visit.sent(1)
