"""A collector behind every request of a page, without a server of its own: nothing can be asked that is not seen here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.browser.exchange import Request
from tests.browser.stub_collector import Recorder
from tests.browser.visit import BROWSERS_OWN

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page, Route

    from tests.browser.stub_collector import Answering

ORIGIN = "https://c.example"


class RoutedCollector:
    """Answers `page` at `ORIGIN`, by `answer` or as the real collector over a list; notes what was asked, the rows, and errors."""

    def __init__(self, page: Page, answer: Answering | None = None) -> None:
        self.asked: list[Request] = []
        self.rows: list[dict[str, Any]] = []
        self.errors: list[str] = []
        # What a proxy in front does: the collector sees this host instead of the browser's.
        self.seen_host: str | None = None
        # What the next requests get, one each, instead of the collector's answer: a status, or None for no answer.
        self.faults: list[int | None] = []
        self._answer_real = answer or Recorder().answer
        page.route("**/*", self._answer)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note_message)

    def _answer(self, route: Route) -> None:
        asked = route.request
        url = urlsplit(asked.url)
        headers = {name.lower(): value for name, value in asked.headers.items()}
        request = Request(
            method=asked.method,
            host=url.netloc,
            path=url.path,
            query=url.query,
            headers=headers | {"host": self.seen_host or url.netloc},
            body=asked.post_data_buffer or b"",
        )
        self.asked.append(request)
        if self.faults:
            fault = self.faults.pop(0)
            route.abort() if fault is None else route.fulfill(status=fault)
            return
        reply, rows = self._answer_real(request)
        self.rows += rows
        route.fulfill(status=reply.status, headers=dict(reply.headers), body=reply.body)

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(BROWSERS_OWN):
            self.errors.append(message.text)
