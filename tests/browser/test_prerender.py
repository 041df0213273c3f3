"""Pages that a browser loads before anybody sees them, or keeps to show them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.browser.visit import Visit

PRERENDERING = """
window.hiddenYet = true;
Object.defineProperty(Document.prototype, 'prerendering', { get: () => window.hiddenYet });
"""
ACTIVATE = "hiddenYet = false; document.dispatchEvent(new Event('prerenderingchange'))"


def test_a_prerendered_page_counts_when_it_is_shown(visit: Visit) -> None:
    visit.page.add_init_script(PRERENDERING)
    visit.open("native").call("track", "early")
    visit.sent(0)
    visit.page.evaluate(ACTIVATE)
    visit.call("track", "late")
    hits = visit.sent(3)
    assert sorted(each.row.get("name") or each.row["type"] for each in hits) == ["early", "late", "page_view"]


def test_a_prerendered_page_that_is_never_shown_sends_nothing(visit: Visit) -> None:
    visit.page.add_init_script(PRERENDERING)
    visit.open("native").call("track", "early")
    visit.open("plain")
    visit.sent(0)


def test_a_page_that_is_shown_again_from_the_back_forward_cache_counts_again(visit: Visit) -> None:
    visit.open("native").sent(1)
    for persisted in (False, True):
        visit.page.evaluate(
            "persisted => dispatchEvent(new PageTransitionEvent('pageshow', { persisted }))", persisted
        )
    first, again = visit.sent(2)
    assert (first.row["url"], again.row["type"]) == (again.row["url"], "page_view")
    assert first.row["message_id"] != again.row["message_id"]


def test_a_page_without_its_own_pages_counts_none_when_it_is_shown_again(visit: Visit) -> None:
    visit.open("quiet")
    visit.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    visit.sent(0)
