"""Drives the page of a pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.routed_collector import ORIGIN, RoutedCollector

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.stub_collector import Answering


class PixelPage:
    """`page` over a collector of its own, or over one that `answer` asks."""

    def __init__(self, page: Page, answer: Answering | None = None) -> None:
        self.page = page
        self.collector = RoutedCollector(page, answer)

    def open(self, key: str) -> PixelPage:
        """Go to the page of the pixel with `key`."""
        self.page.goto(f"{ORIGIN}/debug/{key}")
        return self

    @property
    def texts(self) -> dict[str, str]:
        """What there is to paste, by part."""
        shown = self.page.locator("main .part pre")
        return {str(each.get_attribute("id")): each.text_content() or "" for each in shown.all()}

    def try_hit(self, text: str) -> None:
        """Paste `text` and press the button."""
        self.page.get_by_label("Address, tag or JSON").fill(text)
        self.page.locator("#try form button").click()

    def expect_told(self, sentence: str) -> None:
        """Wait until the status has `sentence`."""
        status = self.page.get_by_role("status")
        expect(status).to_contain_text(sentence)

    def read_table(self, caption: str) -> list[list[str]]:
        """The cells of the table with this caption, by row."""
        table = self.page.get_by_role("table", name=caption)
        return [row.locator("th, td").all_inner_texts() for row in table.locator("tbody tr").all()]

    @property
    def problems(self) -> list[list[str]]:
        """The parameters with problems, of each hit that has some."""
        tables = self.page.get_by_role("table", name="Problems")
        return [each.locator("tbody th").all_inner_texts() for each in tables.all()]

    def assert_no_trace(self) -> None:
        """Only the validator and the page itself were asked, nothing was stored, and no script showed an error."""
        assert [each.path for each in self.collector.asked if not each.path.startswith("/debug/")] == []
        assert {each.host for each in self.collector.asked} == {ORIGIN.removeprefix("https://")}
        assert self.collector.rows == []
        assert self.collector.errors == []
