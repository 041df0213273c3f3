"""The page of a pixel, for people: its tags to paste, and a place to try hits. It shows what a holder of the key can know anyway.

`page.html`, `part.html`, `page.css` and `page.js` are the page; a slot such as `{{key}}` is filled in here. Style and script are in
the page itself and allowed by their hashes (CSP, https://www.w3.org/TR/CSP3/), so that it asks no host for anything but findings of
the validator.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from zlib import MAX_WBITS, compress

from pixelweave.answer import Answer, answer_text
from pixelweave.errors import PixelOutageError
from pixelweave.pixel import DIALECTS
from pixelweave.snippet import SnippetError, TagScript, write_snippet
from pixelweave.tag import ALLOWED_METHODS
from pixelweave.tag_script import INTEGRITY, VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pixelweave.hit import Hit
    from pixelweave.pixel import Pixel

# What each text of `write_snippet` is for.
TITLES = {
    "tag": "On the page",
    "pinned": "On the page, held to the script's present version",
    "noscript": "For browsers without JavaScript",
    "email": "In an e-mail",
    "gtm": "A custom template for Google Tag Manager, to save as a .tpl file",
    "csp": "Add to the Content-Security-Policy",
}
NAMES = {
    "ksense": "kSense",
    "pitchtarget": "PitchTarget",
    "altcraft": "Altcraft",
    "rokt": "Rokt / mParticle",
    "sendgrid": "SendGrid",
    "native": "Native",
}
POLICIES = {
    "ignore": "signals of the browser change nothing; consent is denied only by the page's own word.",
    "gpc": "Global Privacy Control denies consent, and so does the page's own word.",
    "signals": "Global Privacy Control and Do Not Track deny consent, and so does the page's own word.",
    "require": "consent is denied until the page says that it was granted.",
}
# Where the JSON of a dialect goes that is not the pixel's own; of its own, the neutral alias.
_PATHS = {
    "ksense": "/ksense/",
    "pitchtarget": "/{}/event.gif",
    "altcraft": "/altcraft/",
    "rokt": "/v1/{}/Pixel",
    "sendgrid": "/sendgrid/",
    "native": "/e/",
}
_TRIED = ("tag", "pinned", "noscript", "email")
_SLOT = re.compile(r"\{\{([a-z_]+)\}\}")
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


def write_page(pixel: Pixel, dialect: str, base: str) -> str:
    """The page's HTML with the tags of `dialect` for the collector at `base`; raises SnippetError."""
    texts = write_snippet(
        dialect, base, pixel.key, TagScript(VERSION, INTEGRITY), consent_policy=pixel.consent_policy
    )
    own = dialect == pixel.dialect
    path = "/i/" if own else _PATHS[dialect]
    values = {
        "name": NAMES[pixel.dialect],
        "spoken": NAMES[dialect],
        "key": pixel.key,
        "policy": pixel.consent_policy,
        "policy_meaning": POLICIES[pixel.consent_policy],
        "base": base,
        "version": VERSION,
        "json_path": path.format(pixel.key) if "{}" in path else path + pixel.key,
        "language": (
            "This is the language that the pixel was made for."
            if own
            else f"The pixel takes hits in the language of {NAMES[dialect]} as well, by the path that these tags have."
        ),
    }
    markup = {
        "style": _read("page.css"),
        "script": _read("page.js"),
        "links": "".join(_write_link(each, dialect) for each in _order(pixel.dialect)),
        "parts": "".join(_write_part(part, text) for part, text in texts.items()),
    }
    return _fill(_read("page.html"), {name: escape(value) for name, value in values.items()} | markup)


def _answer_html(hit: Hit, html: str) -> Answer:
    headers = _HEADERS | {"Content-Security-Policy": _write_policy()}
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


def _order(own: str) -> list[str]:
    return [own, *(each for each in DIALECTS if each != own)]


def _write_link(dialect: str, shown: str) -> str:
    current = ' aria-current="page"' if dialect == shown else ""
    return f'<a href="?dialect={dialect}"{current}>{escape(NAMES[dialect])}</a>'


def _write_part(part: str, text: str) -> str:
    title = escape(TITLES[part])
    actions = {"copy": "Copy"}
    block = f'<pre id="{part}">{escape(text, quote=False)}</pre>'
    if part == "gtm":
        actions["save"] = "Download"
        block = f"<details><summary>The template's text</summary>{block}</details>"
    elif part in _TRIED:
        actions["try"] = "Try it"
    buttons = "".join(
        f'<button type="button" hidden data-do="{action}" data-part="{part}" aria-live="polite" aria-describedby="{part}-title">{label}</button>'
        for action, label in actions.items()
    )
    return _fill(_read("part.html"), {"part": part, "title": title, "buttons": buttons, "text": block})


def _fill(text: str, values: Mapping[str, str]) -> str:
    # In one pass: what stands in a value is nobody's slot.
    return _SLOT.sub(lambda slot: values[slot[1]], text)


@cache
def _read(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


@cache
def _write_policy() -> str:
    script, style = (
        f"'sha256-{b64encode(sha256(_read(name).encode()).digest()).decode()}'"
        for name in ("page.js", "page.css")
    )
    return (
        f"default-src 'none'; script-src {script}; style-src {style}; connect-src 'self'; img-src 'none'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
