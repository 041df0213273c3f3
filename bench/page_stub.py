"""The site and the collector of one tag, on loopback: a page that carries it, and an answer to whatever it asks."""

from __future__ import annotations

from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from bench.page_tag import Tag

# After `load`, for what tags put off; a hit that has not come by then is waited for as long again, so many times.
SETTLE_MS = 300
PATIENCE = 20


class SilentTagError(Exception):
    """A tag sent no hit of its page: what it cost is not what counting a page costs."""


class Clock(Protocol):
    """What lets a page's time pass; Playwright's page is one."""

    def wait_for_timeout(self, timeout: float) -> None:
        """Wait for `timeout` milliseconds."""


class Stub(ThreadingHTTPServer):
    """Serves a page with `tag`, its script and Segment's settings, and 204 to anything else; `hits` went to the tag's endpoint.

    Each tag has a stub of its own, so that what it sends when its page is closed is never taken for the next tag's."""

    daemon_threads = True

    def __init__(self, tag: Tag) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.tag = tag
        self.hits = 0

    @property
    def origin(self) -> str:
        """A name that Chromium keeps on loopback and takes for a secure context."""
        return f"http://shop.localhost:{self.server_port}"

    def reply(self, path: str) -> tuple[str, bytes]:
        """Content type and body."""
        if path == "/":
            script = f'<script src="{self.tag.path}" {self.tag.attributes}></script><script>{self.tag.calls}</script>'
            return "text/html", f"<!doctype html><title>Shop</title>{script}<h1>Shop</h1>".encode()
        if path == self.tag.path:
            return "text/javascript", self.tag.script
        if path.endswith("/settings"):
            return "application/json", b'{"integrations":{"Segment.io":{"apiKey":"key"}},"plan":{}}'
        if self.tag.endpoint and path.startswith(self.tag.endpoint):
            self.hits += 1
        return "text/plain", b""

    def wait_for_hit(self, clock: Clock, before: int) -> None:
        """Return when the page has settled and `hits` are more than `before`, if the tag sends any; SilentTagError."""
        for _ in range(PATIENCE):
            clock.wait_for_timeout(SETTLE_MS)
            if self.hits > before or not self.tag.endpoint:
                return
        raise SilentTagError(
            f"{self.tag.name} sent nothing to {self.tag.endpoint} in {PATIENCE * SETTLE_MS} ms"
        )


class Exchange(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        """Read the request, and write the stub's answer."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kind, body = ("", b"") if self.command == "OPTIONS" else cast("Stub", self.server).reply(self.path)
        self.send_response(200 if body or "javascript" in kind else 204)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        # A tab may close before its last answer comes.
        with suppress(OSError):
            self.wfile.write(body)

    do_GET = do_POST = do_OPTIONS = answer  # noqa: N815 - the base class calls them by the method's name

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""
