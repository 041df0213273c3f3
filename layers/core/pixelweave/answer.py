"""Answers to requests: the GIF for every hit of a known key, and the few that are not one."""

from __future__ import annotations

from pixelweave.gif import GIF, GIF_BASE64

ALLOWED_METHODS = "GET, HEAD, POST, OPTIONS"
_PLAIN_TEXT = "text/plain; charset=utf-8"
_DEBUG_HEADERS = "X-Pixelweave-Outcome, X-Pixelweave-Reason"
_GIF_HEADERS = {
    "Content-Type": "image/gif",
    "Content-Length": str(len(GIF)),
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
# Origins longer than this are nobody's: 253 characters of host, scheme and port.
_LONGEST_ORIGIN = 270


class Answer:
    """An HTTP answer; `body` is Base64 where `is_base64`."""

    __slots__ = ("body", "cookies", "headers", "is_base64", "status")

    def __init__(
        self, status: int, headers: dict[str, str], body: str = "", *, is_base64: bool = False
    ) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.is_base64 = is_base64
        self.cookies: list[str] = []


def answer_gif(request_headers: dict[str, str], status: int = 200) -> Answer:
    """The GIF; with 503 it asks the sender to come again, because nothing could be stored."""
    headers = _GIF_HEADERS | allow_origin(request_headers)
    if status != 200:
        headers["Retry-After"] = "5"
    return Answer(status, headers, GIF_BASE64, is_base64=True)


def answer_head() -> Answer:
    """The GIF's headers alone: a HEAD shows no image, so it is no hit."""
    return Answer(200, dict(_GIF_HEADERS))


def answer_text(request_headers: dict[str, str], status: int, text: str) -> Answer:
    """A short plain text and no image: «the GIF will not load» (PitchTarget) without a known key."""
    headers = {
        "Content-Type": _PLAIN_TEXT,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        **allow_origin(request_headers),
    }
    if status == 405:
        headers["Allow"] = ALLOWED_METHODS
    return Answer(status, headers, text + "\n")


def answer_json(status: int, text: str) -> Answer:
    """The validator's answer, readable from any page: it says nothing but what was asked."""
    return Answer(
        status,
        {
            "Content-Type": "application/json",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Access-Control-Allow-Origin": "*",
        },
        text,
    )


def answer_preflight(request_headers: dict[str, str]) -> Answer:
    """The answer to a CORS preflight (Fetch standard, «CORS protocol»)."""
    headers = allow_origin(request_headers) | {
        "Access-Control-Allow-Methods": ALLOWED_METHODS,
        "Access-Control-Allow-Headers": "Content-Type, Content-Encoding, X-Pixelweave-Debug",
        "Access-Control-Max-Age": "86400",
        "Cache-Control": "no-store",
    }
    return Answer(204, headers)


def allow_origin(request_headers: dict[str, str]) -> dict[str, str]:
    """CORS headers for the asking page: any site may send hits, with its visitor's cookie, and read nothing but a GIF.

    So may a sandboxed frame, whose origin is `null` (Fetch standard, «Origin header»): were it refused, its script would take a
    stored hit for a lost one and send it again.
    """
    origin = request_headers.get("origin")
    if not origin:
        return {}
    is_page = origin == "null" or origin.startswith(("https://", "http://"))
    if not is_page or len(origin) > _LONGEST_ORIGIN or not _is_token(origin):
        return {"Access-Control-Allow-Origin": "*"}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": _DEBUG_HEADERS,
        "Vary": "Origin",
    }


def _is_token(origin: str) -> bool:
    return origin.isascii() and origin.isprintable() and not any(sign in origin for sign in " ,;\"'<>\\")
