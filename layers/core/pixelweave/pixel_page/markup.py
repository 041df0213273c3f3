"""The HTML of a pixel's page.

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

from pixelweave.pixel import DIALECTS
from pixelweave.snippet import TagScript, write_snippet
from pixelweave.tag_script import INTEGRITY, VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

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
    "ksense": "/ksense/{}",
    "pitchtarget": "/{}/event.gif",
    "altcraft": "/altcraft/{}",
    "rokt": "/v1/{}/Pixel",
    "sendgrid": "/sendgrid/{}",
    "native": "/e/{}",
}
_TRIED = ("tag", "pinned", "noscript", "email")
_SLOT = re.compile(r"\{\{([a-z_]+)\}\}")


def write_page(pixel: Pixel, dialect: str, base: str) -> str:
    """The page's HTML with the tags of `dialect` for the collector at `base`; raises SnippetError."""
    texts = write_snippet(
        dialect, base, pixel.key, TagScript(VERSION, INTEGRITY), consent_policy=pixel.consent_policy
    )
    own = dialect == pixel.dialect
    path = "/i/{}" if own else _PATHS[dialect]
    values = {
        "name": NAMES[pixel.dialect],
        "spoken": NAMES[dialect],
        "key": pixel.key,
        "policy": pixel.consent_policy,
        "policy_meaning": POLICIES[pixel.consent_policy],
        "base": base,
        "version": VERSION,
        "json_path": path.format(pixel.key),
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


@cache
def write_page_policy() -> str:
    """The page's Content-Security-Policy."""
    script, style = (
        f"'sha256-{b64encode(sha256(_read(name).encode()).digest()).decode()}'"
        for name in ("page.js", "page.css")
    )
    return (
        f"default-src 'none'; script-src {script}; style-src {style}; connect-src 'self'; img-src 'none'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


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
        f'<button type="button" hidden data-do="{action}" data-part="{part}" aria-live="polite"'
        f' aria-describedby="{part}-title">{label}</button>'
        for action, label in actions.items()
    )
    return _fill(_read("part.html"), {"part": part, "title": title, "buttons": buttons, "text": block})


def _fill(text: str, values: Mapping[str, str]) -> str:
    # In one pass: what stands in a value is nobody's slot.
    return _SLOT.sub(lambda slot: values[slot[1]], text)


@cache
def _read(name: str) -> str:
    return files("pixelweave.pixel_page").joinpath(name).read_text(encoding="utf-8")
