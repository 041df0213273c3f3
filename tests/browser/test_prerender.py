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
