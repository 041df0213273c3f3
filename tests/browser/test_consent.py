"""Privacy signals and consent, by the pixel's policy: what is neither sent nor kept without them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext

    from tests.browser.stub_collector import StubCollector
    from tests.browser.visit import Visit

GPC = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })"
DNT = "Object.defineProperty(Navigator.prototype, 'doNotTrack', { get: () => '1' })"
# Any touch of a storage is an error on these pages.
UNTOUCHED = """
for (const name of ['sessionStorage', 'localStorage', 'indexedDB', 'caches'])
  Object.defineProperty(window, name, { get() { window.touched = (window.touched || []).concat(name) } });
Object.defineProperty(Document.prototype, 'cookie', { get() { window.touched = (window.touched || []).concat('cookie') } });
"""


@pytest.mark.parametrize(
    ("signal", "header", "path", "is_known"),
    [
        (GPC, "Sec-GPC", "consent-signals", False),
        (DNT, "DNT", "consent-signals", False),
        (GPC, "Sec-GPC", "consent-gpc", False),
        (DNT, "DNT", "consent-gpc", True),
        (GPC, "Sec-GPC", "consent-ignore", True),
        (DNT, "DNT", "consent-ignore", True),
    ],
)
def test_a_signal_withholds_every_id_where_the_policy_heeds_it(
    visit: Visit, context: BrowserContext, signal: str, header: str, path: str, is_known: bool
) -> None:
    context.set_extra_http_headers({header: "1"})
    visit.page.add_init_script(signal)
    (hit,) = visit.open(path).sent(1)
    assert ("session_id" in hit.fields) is is_known
    assert (hit.row.get("session_id") is not None) is is_known
    assert (hit.row.get("visitor_id") is not None) is is_known
    assert bool(context.cookies()) is is_known
    assert visit.page.evaluate("sessionStorage.length") == int(is_known)


def test_under_a_signal_no_storage_is_touched(visit: Visit) -> None:
    visit.page.add_init_script(GPC + ";" + UNTOUCHED)
    visit.open("native").call("reset")
    visit.sent(1)
    assert visit.page.evaluate("window.touched") is None


def test_without_a_signal_only_the_session_storage_is(visit: Visit) -> None:
    visit.page.add_init_script(UNTOUCHED)
    (hit,) = visit.open("native").sent(1)
    assert set(visit.page.evaluate("window.touched")) == {"sessionStorage"}
    assert hit.fields["session_id"]


def test_where_consent_is_required_everything_waits_for_it(visit: Visit, context: BrowserContext) -> None:
    visit.page.add_init_script(UNTOUCHED)
    visit.open("consent-require").call("track", "early")
    visit.page.evaluate("history.pushState({}, '', '/consent-require/next')")
    visit.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    visit.sent(0)
    assert context.cookies() == []
    assert visit.page.evaluate("window.touched") is None
    visit.call("consent", "granted")
    visit.call("track", "late")
    hits = visit.sent(4)
    assert [each.fields.get("name") for each in hits if each.fields["type"] == "custom"] == ["early", "late"]
    assert {each.row["consent"] for each in hits} == {"granted"}
    assert len({each.row["session_id"] for each in hits}) == 1


def test_where_consent_is_required_a_refusal_drops_what_waits(visit: Visit, context: BrowserContext) -> None:
    visit.open("consent-require").call("consent", "denied")
    visit.call("track", "later")
    visit.sent(0)
    assert (context.cookies(), visit.page.evaluate("sessionStorage.length")) == ([], 0)
    visit.call("consent", "granted")
    visit.sent(0)
    visit.call("track", "after")
    assert [each.row["name"] for each in visit.sent(1)] == ["after"]


def test_a_refusal_drops_what_waits_for_a_retry(visit: Visit, collector: StubCollector) -> None:
    visit.freeze()
    visit.open("quiet")
    collector.plan(503)
    visit.call("track", "before")
    visit.sent(1)
    visit.call("consent", "denied")
    visit.pass_time(300)
    visit.sent(1)


def test_a_refusal_among_the_calls_before_the_script_holds_for_the_page(
    visit: Visit, context: BrowserContext
) -> None:
    visit.page.add_init_script(
        "window.pixelweave = { q: [['consent', 'denied'], ['identify', '7'], ['page', 'Mine']] }"
    )
    (hit,) = visit.open("consent-signals").sent(1)
    assert (hit.fields["type"], hit.fields["name"], hit.row["consent"]) == ("page_view", "Mine", "denied")
    assert ("session_id" in hit.fields, context.cookies()) == (False, [])


def test_under_a_signal_leaving_sends_no_beacon_since_that_has_the_cookie(
    start: Callable[[], Visit], context: BrowserContext, collector: StubCollector
) -> None:
    start().open("consent-signals").sent(1)
    assert len(context.cookies()) == 1
    signalled = start()
    signalled.page.add_init_script(GPC)
    signalled.freeze()
    collector.plan(503)
    signalled.open("consent-signals").sent(2)
    signalled.open("plain")
    assert ["cookie" in each.request.headers for each in collector.wait_for(3)[1:]] == [False, False]


def test_a_refusal_forgets_the_session(visit: Visit) -> None:
    (known,) = visit.open("consent-signals").sent(1)
    visit.call("consent", "denied")
    assert visit.page.evaluate("sessionStorage.length") == 0
    visit.call("track", "later")
    hits = visit.sent()
    assert hits[0] == known
    for hit in hits[1:]:
        assert "session_id" not in hit.fields
        assert (hit.row["consent"], hit.row.get("visitor_id")) == ("denied", None)


def test_a_signal_outweighs_the_pages_word_as_it_does_in_the_collector(
    visit: Visit, context: BrowserContext
) -> None:
    visit.page.add_init_script(GPC)
    visit.open("consent-signals").call("consent", "granted")
    visit.call("identify", "42")
    visit.call("track", "later")
    for hit in visit.sent():
        assert ("session_id" in hit.fields, hit.row["consent"], "user_id" in hit.fields) == (
            False,
            "denied",
            False,
        )
    assert (context.cookies(), visit.page.evaluate("sessionStorage.length")) == ([], 0)


def test_under_a_signal_an_older_cookie_is_not_sent(
    start: Callable[[], Visit], context: BrowserContext
) -> None:
    start().open("consent-signals").sent(1)
    assert len(context.cookies()) == 1
    signalled = start()
    signalled.page.add_init_script(GPC)
    _, hit = signalled.open("consent-signals").collector.wait_for(2)
    assert "cookie" not in hit.request.headers


def test_a_refusal_removes_the_visitors_cookie(visit: Visit, context: BrowserContext) -> None:
    visit.open("consent-signals").sent(1)
    assert len(context.cookies()) == 1
    visit.call("consent", "denied")
    visit.call("track", "later")
    visit.sent(2)
    assert context.cookies() == []
