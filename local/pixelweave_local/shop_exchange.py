"""HTTP of the demo shop and the dashboard: reads a request, asks the server for the reply, writes it."""

from __future__ import annotations

import traceback
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple, Protocol, cast

_TEXT = "text/plain; charset=utf-8"
# The policy of what is no page: it needs nothing of anybody.
CLOSED = "default-src 'none'"


class Reply(NamedTuple):
    """An answer: status, headers beside those of every answer, body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Answering(Protocol):
    """A server that knows the replies."""

    def reply(self, target: str, headers: dict[str, str]) -> Reply:
        """The answer to a GET of `target`; the names of `headers` are in lower case."""
        ...


def answer_text(status: int, text: str) -> Reply:
    """A line of plain text."""
    headers = {"Content-Type": _TEXT, "Cache-Control": "no-store", "Content-Security-Policy": CLOSED}
    return Reply(status, headers, f"{text}\n".encode())


class Exchange(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    timeout = 60  # seconds: a connection that nobody uses ends
    # Headers and body in one packet: the second would wait for the first one's acknowledgement.
    wbufsize = -1

    def do_GET(self) -> None:
        """Answer a GET, or a HEAD by the same headers."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            reply = cast("Answering", self.server).reply(self.path, headers)
        except Exception:
            # The browser must be told as well.
            traceback.print_exc()
            reply = answer_text(500, "the server failed; its log says why")
        self._write(reply)

    do_HEAD = do_GET  # noqa: N815 - the base class calls them by the method's name

    def do_POST(self) -> None:
        """No page of the shop takes a form: its pages work in the browser alone."""
        # The body is not read, so nothing more can be read from this connection.
        self.close_connection = True
        refusal = answer_text(405, "only GET and HEAD")
        self._write(refusal._replace(headers=refusal.headers | {"Allow": "GET, HEAD", "Connection": "close"}))

    do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_POST  # noqa: N815 - as above

    def _write(self, reply: Reply) -> None:
        self.send_response(reply.status)
        everywhere = {
            "X-Content-Type-Options": "nosniff",
            # An image's page is its Referer: the collector must see the whole address.
            "Referrer-Policy": "no-referrer-when-downgrade",
        }
        for name, value in (everywhere | reply.headers).items():
            self.send_header(name, value)
        if reply.status != 304:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing of what went well."""
