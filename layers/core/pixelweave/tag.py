"""The tag's script as an answer: with its version in the path for ever, without it for an hour.

No pixel is looked up and the key is not read: the script is the same for all. It may be pinned by Subresource Integrity,
which needs CORS (https://www.w3.org/TR/SRI/), so any origin may read it.
"""

from __future__ import annotations

from base64 import b64decode

from pixelweave.answer import Answer, answer_text
from pixelweave.route import CURRENT
from pixelweave.tag_script import BROTLI, GZIP, PLAIN, VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixelweave.hit import Hit

ALLOWED_METHODS = "GET, HEAD, OPTIONS"
FOR_EVER = "public, max-age=31536000, immutable"
FOR_AN_HOUR = "public, max-age=3600, stale-while-revalidate=86400"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}
# In the order of preference where a browser takes several alike.
_FORMS = {"br": BROTLI, "gzip": GZIP, "identity": PLAIN}


def answer_tag(hit: Hit, version: str) -> Answer:
    """The script, or what its `version` (`CURRENT`, or 16 hex digits) calls for.

    Of another version than the current one there are no bytes any more, and under its immutable address there must never be
    others: the browser is sent to the current script, which a page with an integrity attribute refuses, as it asked for.
    """
    if hit.method not in ("GET", "HEAD"):
        refusal = answer_text(hit.headers, 405, ALLOWED_METHODS)
        refusal.headers["Allow"] = ALLOWED_METHODS
        return refusal
    if version not in (CURRENT, VERSION):
        # The key stays in the script element, where the script reads it.
        current = "../" + hit.path.rpartition("/")[2]
        return Answer(302, _HEADERS | {"Location": current, "Cache-Control": "no-store"})
    coding = choose_coding(hit.headers.get("accept-encoding", ""))
    headers = _HEADERS | {
        "Cache-Control": FOR_AN_HOUR if version == CURRENT else FOR_EVER,
        "ETag": f'"{VERSION}-{coding}"',
        "Vary": "Accept-Encoding",
    }
    if is_known(hit.headers.get("if-none-match", ""), headers["ETag"]):
        return Answer(304, headers)
    body = _FORMS[coding]
    headers["Content-Type"] = "text/javascript; charset=utf-8"
    if coding != "identity":
        headers["Content-Encoding"] = coding
    if hit.method == "HEAD":
        return Answer(200, headers | {"Content-Length": str(len(b64decode(body)))})
    return Answer(200, headers, body, is_base64=True)


def choose_coding(accepted: str) -> str:
    """The content coding that an Accept-Encoding header likes best (RFC 9110, 12.5.3); `identity` where it likes none."""
    weights: dict[str, float] = {}
    for item in accepted.lower().split(","):
        coding, *parameters = (part.strip() for part in item.split(";"))
        weights[coding] = _read_weight(parameters)
    rest = weights.get("*", 0.0)
    best = max(("br", "gzip"), key=lambda coding: weights.get(coding, rest))
    weight = weights.get(best, rest)
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else "identity"


def _read_weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def is_known(if_none_match: str, etag: str) -> bool:
    """Whether the asker has what `etag` names (RFC 9110, 13.1.2: weak comparison, since a proxy may weaken a tag)."""
    return any(tag.strip().removeprefix("W/") in ("*", etag) for tag in if_none_match.split(","))
