"""A visit: one page of a browser, the requests it made to collectors, and the errors it showed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.browser.stub_site import SAME_SITE, SHOP, THIRD_PARTY

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Error, Page
    from playwright.sync_api import Request as Asked

    from tests.browser.exchange import Received
    from tests.browser.stub_collector import StubCollector

PATIENCE_SECONDS = 10
# A task of the page's own queue, by no timer: timers are faked.
TURN = "() => new Promise(done => { const { port1, port2 } = new MessageChannel(); port1.onmessage = done; port2.postMessage(0) })"
# What the browser itself writes when a request fails; the tag cannot help it.
BROWSERS_OWN = "Failed to load resource"


class Visit:
    """Drives `page`; every request of the page and of its frames to a collector's hits is noted in the order asked."""

    def __init__(self, page: Page, collector: StubCollector) -> None:
        self.page = page
        self.collector = collector
        self.errors: list[str] = []
        self.asked: list[Asked] = []
        self._open: set[Asked] = set()
        page.on("pageerror", self._note_error)
        page.on("console", self._note_message)
        page.on("request", self._note_request)
        # A fetch whose body nobody reads is answered, and never finished.
        page.on("response", lambda response: self._note_end(response.request))
        page.on("requestfailed", self._note_end)

    def open(self, path: str, **options: Any) -> Visit:
        """Go to the shop's page `path` and wait until it is loaded."""
        self.page.goto(f"{SHOP}/{path}", **options)
        return self

    def freeze(self) -> None:
        """Let the page's time stand still, from its next load on."""
        now = time.time()
        self.page.clock.install(time=now)
        self.page.clock.pause_at(now + 1)

    def call(self, *parameters: Any, name: str = "pixelweave") -> None:
        """Call the tag: `name(*parameters)`."""
        self.page.evaluate("([name, parameters]) => window[name](...parameters)", [name, list(parameters)])

    def sent(self, count: int | None = None) -> list[Received]:
        """The hits that the collector received, in the order in which the page asked, once the page has nothing under way.

        The browser reports a request of a page before the result of a later evaluation, so what was not reported then was not sent.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        quiet = 0
        # What is still to come is waited for; that no more comes is known once the page is quiet.
        while quiet < 3 and time.monotonic() < deadline:
            self.page.evaluate(TURN)
            is_waiting = self._open or (count is not None and len(self.collector.received) < count)
            quiet = 0 if is_waiting else quiet + 1
        assert not self._open, f"still under way: {self._open}"
        order = {
            (each.method, each.url, each.post_data_buffer or b""): place
            for place, each in enumerate(self.asked)
        }
        # A page that is being left may send what its browser reports to nobody.
        received = sorted(self.collector.received, key=lambda each: order.get(each.request.key, len(order)))
        assert count is None or len(received) == count, list_received(received)
        return received

    def pass_time(self, seconds: float) -> None:
        """Let faked time pass, firing its timers."""
        self.page.clock.run_for(int(seconds * 1000))

    def _note_request(self, asked: Asked) -> None:
        url = urlsplit(asked.url)
        if url.hostname in (THIRD_PARTY, SAME_SITE) and not url.path.startswith("/t/"):
            self.asked.append(asked)
            self._open.add(asked)

    def _note_end(self, asked: Asked) -> None:
        self._open.discard(asked)

    def _note_error(self, error: Error) -> None:
        self.errors.append(str(error))

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(BROWSERS_OWN):
            self.errors.append(message.text)


def list_received(received: list[Received]) -> str:
    """One line a hit, short enough to read."""
    return "\n".join(
        [
            f"{len(received)} hits:",
            *(f"{each.status} {each.request.method} {str(each.fields)[:300]}" for each in received[:10]),
        ]
    )
