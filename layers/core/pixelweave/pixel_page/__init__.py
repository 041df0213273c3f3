"""The page of a pixel, for people: its tags to paste, and a place to try hits. It shows what a holder of the key can know anyway."""

from __future__ import annotations

import re
from base64 import b64encode
from zlib import MAX_WBITS, compress

from pixelweave.answer import Answer, answer_text
from pixelweave.errors import PixelOutageError
from pixelweave.pixel import DIALECTS
from pixelweave.pixel_page.markup import write_page, write_page_policy
from pixelweave.snippet import SnippetError
from pixelweave.tag import ALLOWED_METHODS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelweave.hit import Hit
    from pixelweave.pixel import Pixel

# `gzip` in an Accept-Encoding header, but for one of no weight (RFC 9110, 12.5.3).
_GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)")
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def answer_page(
    hit: Hit, key: str, find_pixel: Callable[[str, float], Pixel | None], remaining_seconds: float
) -> Answer:
    """The page of the pixel with `key`, in the dialect that the query's `dialect` names, or else in the pixel's own.

    The tags have the host of the request's Host header, which is answered with 400 where it is none (RFC 9112, 3.2).
    """
    if hit.method not in ("GET", "HEAD"):
        refusal = answer_text(hit.headers, 405, ALLOWED_METHODS)
        refusal.headers["Allow"] = ALLOWED_METHODS
        return refusal
    try:
        pixel = find_pixel(key, remaining_seconds)
    except PixelOutageError:
        outage = answer_text(hit.headers, 503, "no pixel can be looked up now")
        outage.headers["Retry-After"] = "5"
        return outage
    if pixel is None or not pixel.is_live(hit.received_at / 1000):
        return answer_text(hit.headers, 404, "no such pixel")
    asked = hit.query.split("&")
    dialect = next((each for each in DIALECTS if f"dialect={each}" in asked), pixel.dialect)
    try:
        html = write_page(pixel, dialect, _read_base(hit.headers))
    except SnippetError:
        return answer_text(hit.headers, 400, "the Host header names no host")
    return _answer_html(hit, html)


def _answer_html(hit: Hit, html: str) -> Answer:
    headers = _HEADERS | {"Content-Security-Policy": write_page_policy()}
    body = html.encode()
    # API Gateway's HTTP APIs compress nothing, and a third of the bytes will do.
    if _GZIP.search(hit.headers.get("accept-encoding", "").lower()):
        headers["Content-Encoding"] = "gzip"
        body = compress(body, wbits=MAX_WBITS | 16)
    if hit.method == "HEAD":
        return Answer(200, headers | {"Content-Length": str(len(body))})
    return Answer(200, headers, b64encode(body).decode(), is_base64=True)


def _read_base(headers: dict[str, str]) -> str:
    host = headers.get("host", "")
    if "/" in host:
        raise SnippetError("a path is no part of a host")
    scheme = "http" if headers.get("x-forwarded-proto") == "http" else "https"
    return f"{scheme}://{host}"
