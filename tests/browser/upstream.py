"""The way from the stub's host names to a collector that runs elsewhere, as a site's own proxy would have it."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.browser.exchange import Reply

if TYPE_CHECKING:
    from tests.browser.exchange import Request

# They are about a connection, not about what passes over it (RFC 9110, 7.6.1), and each side has its own.
OWN = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


class Upstream:
    """Hands requests on to the collector at `url`."""

    def __init__(self, url: str) -> None:
        self._netloc = urlsplit(url).netloc

    def answer(self, request: Request) -> tuple[Reply, list[dict[str, Any]]]:
        """The collector's answer; its rows are in the log, not here."""
        connection = http.client.HTTPConnection(self._netloc, timeout=30)
        try:
            headers = {name: value for name, value in request.headers.items() if name not in OWN}
            path = request.path + (f"?{request.query}" if request.query else "")
            connection.request(request.method, path, request.body or None, headers)
            response = connection.getresponse()
            body = response.read()
            kept = [(name, value) for name, value in response.getheaders() if name.lower() not in OWN]
            return Reply(response.status, kept, body), []
        finally:
            connection.close()
