"""Pages that have broken the browser under the tag's feet: whatever the tag can still do, no error reaches the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.visit import Visit

THROW = "() => { throw new Error('poisoned') }"

# Without these the tag may be silent.
FATAL = {
    "no crypto": "Object.defineProperty(window, 'crypto', { value: undefined })",
    "getRandomValues throws": f"Crypto.prototype.getRandomValues = {THROW}",
    "JSON.stringify throws": f"JSON.stringify = {THROW}",
    "Array.prototype.map throws": f"Array.prototype.map = {THROW}",
    "Array.prototype.push throws": f"Array.prototype.push = {THROW}",
    "Array.prototype.filter throws": f"Array.prototype.filter = {THROW}",
    "Array.from throws": f"Array.from = {THROW}",
    "Object.entries throws": f"Object.entries = {THROW}",
    "no URLSearchParams": "delete window.URLSearchParams",
    "no Intl": "delete window.Intl",
    "DateTimeFormat throws": f"Intl.DateTimeFormat = {THROW}",
    "Date.now throws": f"Date.now = {THROW}",
    "setTimeout throws": f"window.setTimeout = {THROW}",
    "addEventListener throws": f"EventTarget.prototype.addEventListener = {THROW}",
    "fetch throws": f"window.fetch = {THROW}",
    "fetch returns nothing": "window.fetch = () => {}",
    "fetch and Image throw": f"window.fetch = window.Image = {THROW}",
    "frozen history": "Object.freeze(History.prototype); Object.freeze(history)",
    "taken name": "Object.defineProperty(window, 'pixelweave', { value: () => {}, writable: false })",
    "privacy signal throws": f"Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {{ get: {THROW} }})",
    "title throws": f"Object.defineProperty(Document.prototype, 'referrer', {{ get: {THROW} }})",
}
# With these every hit still arrives.
HARMLESS = {
    "no fetch": "delete window.fetch",
    "fetch rejects": "window.fetch = () => Promise.reject(new Error('poisoned'))",
    "fetch throws": f"window.fetch = {THROW}",
    "enumerable additions": "Array.prototype.extra = Object.prototype.extra = function () {}",
    "no beacon": "delete Navigator.prototype.sendBeacon",
    "no sessionStorage": "Object.defineProperty(window, 'sessionStorage', { value: null })",
    "no randomUUID": "delete Crypto.prototype.randomUUID",
}


@pytest.mark.parametrize("poison", FATAL.values(), ids=FATAL)
def test_no_error_reaches_a_poisoned_page(visit: Visit, poison: str) -> None:
    visit.page.add_init_script(poison)
    visit.open("poisoned")
    # The script of the page ran to its end; the start fixture looks for errors.
    assert visit.page.title() == "alive"


@pytest.mark.parametrize("poison", HARMLESS.values(), ids=HARMLESS)
def test_hits_arrive_from_a_page_that_lacks_what_can_be_done_without(visit: Visit, poison: str) -> None:
    visit.page.add_init_script(poison)
    hits = visit.open("poisoned").sent(5)
    assert sorted(each.row["type"] for each in hits) == [
        "custom",
        "goal",
        "identify",
        "page_view",
        "page_view",
    ]
    assert {each.row["outcome"] for each in hits} == {"accepted"}
