"""Browsers that send the demo's requests: each with a name of its own, a network, a page, and its cookies."""

from __future__ import annotations

import http.client
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from pixelweave.cookie import NAME as COOKIE

from pixelweave_local.gateway import SOURCE_HEADER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixelweave_local.traffic import Request

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"

# A browser's user agent, network (of some country's registry), and the page that the tag stands on.
VISITORS = (
    (CHROME, "8.8.8.8", "https://www.shop.example/?utm_source=newsletter&utm_medium=email&utm_campaign=may"),
    (IPHONE, "193.0.6.139", "https://www.shop.example/pricing"),
    (FIREFOX, "133.11.0.1", "https://shop.example/checkout?gclid=demo-click"),
)


class Answer(NamedTuple):
    """What the collector answered: status, media type, body."""

    status: int
    media_type: str
    body: bytes


class Browsers:
    """Sends requests one after the other over one connection. `visitors` has the collector's cookie of each named visitor."""

    def __init__(self, collector_url: str) -> None:
        self._netloc = urlsplit(collector_url).netloc
        self._seats: dict[str, int] = {}
        self.visitors: dict[str, str] = {}

    def send(self, wanted: Iterable[Request]) -> list[Answer]:
        """The answers in the order of the requests.

        OSError and http.client.HTTPException where the collector cannot be reached.
        """
        connection = http.client.HTTPConnection(self._netloc, timeout=30)
        try:
            return [self._send(connection, request, number) for number, request in enumerate(wanted)]
        finally:
            connection.close()

    def _send(self, connection: http.client.HTTPConnection, request: Request, number: int) -> Answer:
        seat = self._seats.setdefault(request.visitor, number) if request.visitor else number
        agent, address, page = VISITORS[seat % len(VISITORS)]
        headers = {"User-Agent": request.user_agent or agent, SOURCE_HEADER: address, "Referer": page}
        if request.visitor in self.visitors:
            headers["Cookie"] = f"{COOKIE}={self.visitors[request.visitor]}"
        target = f"{request.path}?{request.query}" if request.query else request.path
        if request.body is None:
            connection.request("GET", target, headers=headers)
        else:
            headers["Content-Type"] = request.content_type
            connection.request("POST", target, request.body.encode(), headers)
        response = connection.getresponse()
        answer = Answer(response.status, response.getheader("content-type", ""), response.read())
        if request.visitor:
            self._keep(request.visitor, response.headers.get_all("set-cookie", []))
        return answer

    def _keep(self, visitor: str, cookies: list[str]) -> None:
        for text in cookies:
            morsel = SimpleCookie(text).get(COOKIE)
            if morsel is not None:
                self.visitors[visitor] = morsel.value
