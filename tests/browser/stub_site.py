"""The web of the tests: one HTTPS server on loopback that is a site or a collector, by the host name it is asked for."""

from __future__ import annotations

import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from tests.browser.exchange import Reply, Request
from tests.browser.stub_collector import StubCollector

if TYPE_CHECKING:
    from tests.browser.certificate import Certificate

PAGES = Path(__file__).parent / "pages"
SHOP = "https://shop.example"
# Collectors of a site other than the shop's, and of its own.
THIRD_PARTY, SAME_SITE = "collect.example", "px.shop.example"


class StubSite(ThreadingHTTPServer):
    """Serves `pages/NAME.html` at `/NAME` and below, on every host that is not a collector's."""

    daemon_threads = True

    def __init__(self, certificate: Certificate) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.collector = StubCollector()
        # What stands in the pages → what they are served with.
        self.texts: dict[str, str] = {}
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.path)
        # The handshake is the handler's business: a slow one must not hold up the others.
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def start(self) -> None:
        """Serve until `stop`."""
        self._thread.start()

    def stop(self) -> None:
        """End the serving thread."""
        self.collector.reset()
        self.shutdown()
        self._thread.join()
        self.server_close()

    def reply(self, request: Request) -> Reply | None:
        """The answer to `request`, None to close the connection."""
        if request.host in (THIRD_PARTY, SAME_SITE):
            return self.collector.reply(request)
        name = request.path.split("/")[1]
        path = PAGES / f"{name}.html"
        if not name or not path.is_file():
            return Reply(404, [("Content-Type", "text/plain")], b"no such page")
        text = path.read_text(encoding="utf-8")
        for written, served in self.texts.items():
            text = text.replace(written, served)
        return Reply(
            200, [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")], text.encode()
        )

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser may leave at any moment, in the middle of a handshake or of an answer."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Exchange(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        """Read the request, and write the site's answer."""
        url = urlsplit(self.path)
        request = Request(
            method=self.command,
            host=self.headers.get("Host", ""),
            path=url.path,
            query=url.query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("Content-Length", 0))),
        )
        reply = cast("StubSite", self.server).reply(request)
        if reply is None:
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    do_GET = do_POST = do_HEAD = do_OPTIONS = answer  # noqa: N815 - the base class calls them by the method's name

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing: what came is in the collector's record."""
