"""A screen: one page of a browser that shows the dashboard, on the morning of a fixed day, and what can be read off it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tests.browser.dashboard.documents import TODAY

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import ConsoleMessage, Page, Request

    from tests.browser.dashboard.site import DashboardSite

# What the browser itself writes when a document is not there.
BROWSERS_OWN = "Failed to load resource"
READY = '#main:has(h1):not(:has([aria-busy="true"]))'
_CARDS = """scope => [...scope.querySelectorAll('.card')].map(card => [
    card.querySelector('.label').textContent, card.querySelector('.number').textContent,
    card.querySelector('.was')?.textContent.trim() ?? ''
])"""
_TABLE = """table => [
    [...table.tHead.rows[0].cells].map(cell => cell.innerText.replace(/[↑↓\\u00a0]/g, '').trim()),
    ...[...table.tBodies[0].rows].map(row => [...row.cells].map(cell => cell.innerText.trim()))
]"""


class Screen:
    """Drives `page`; `errors` are its console's and its scripts', `elsewhere` the addresses of other sites that it asked for."""

    def __init__(self, page: Page, site: DashboardSite) -> None:
        self.page = page
        self.site = site
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        page.clock.set_fixed_time(f"{TODAY}T12:00:00Z")
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note_message)
        page.on("request", self._note_request)

    def go(self, page: str = "overview", **state: str) -> Screen:
        """Load the dashboard at this address, and wait until it shows everything."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.site.address}#/{page}{f'?{urlencode(state)}' if state else ''}")
        return self.ready()

    def ready(self) -> Screen:
        """Wait until nothing is loading."""
        self.page.wait_for_selector(READY)
        return self

    @property
    def fragment(self) -> str:
        """What the address says after its #."""
        return self.page.url.partition("#")[2]

    def cards(self, scope: str = "#main") -> dict[str, str]:
        """Label → number, of the cards below `scope`."""
        return {label: number for label, number, _ in self._read_cards(scope)}

    def changes(self, scope: str = "#main") -> dict[str, str]:
        """Label → what stands below the number: how it changed, and from what."""
        return {label: was for label, _, was in self._read_cards(scope)}

    def rows(self, table: str) -> list[dict[str, str]]:
        """The rows that a table shows, by the labels of its columns."""
        head, *rows = self.page.locator(f"#{table}").evaluate(_TABLE)
        return [dict(zip(head, row, strict=True)) for row in rows]

    def series(self, chart: str) -> list[dict[str, str]]:
        """A chart's numbers, from the table below it, which this opens."""
        details = self.page.locator(f"figure:has(#{chart}) details")
        if details.get_attribute("open") is None:
            details.locator("summary").click()
        more = details.locator(".more button")
        while more.count():
            more.click()
        return self.rows(f"{chart}-table")

    def open_all(self, table: str) -> None:
        """Open every row of a table, to the last level."""
        closed = self.page.locator(f'#{table} .toggle[aria-expanded="false"]')
        while closed.count():
            closed.first.click()

    def save(self, caption: str) -> str:
        """What the button «Save CSV» of a table saves."""
        with self.page.expect_download() as saving:
            self.page.get_by_role("button", name=f"Save CSV: {caption}", exact=True).click()
        path: Path = saving.value.path()
        return path.read_bytes().decode("utf-8-sig")

    def text(self) -> str:
        """All that can be read below the toolbar."""
        return self.page.locator("#main").inner_text()

    def _read_cards(self, scope: str) -> list[list[str]]:
        found: list[list[str]] = self.page.locator(scope).evaluate(_CARDS)
        return found

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(BROWSERS_OWN):
            self.errors.append(message.text)

    def _note_request(self, asked: Request) -> None:
        origin = self.site.address.removesuffix("/index.html")
        if not asked.url.startswith((f"{origin}/", "data:", "blob:", "about:")):
            self.elsewhere.append(asked.url)
