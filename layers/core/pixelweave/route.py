"""Paths of the collector: which dialect a request speaks, and whose key it carries.

Each dialect keeps the path of its seed; `/i/KEY` is the neutral alias that serves them all, since lists of ad-blockers know
`event.gif?` and one-letter GIFs but no opaque path without an extension.
"""

from __future__ import annotations

_NAMED = {
    "ksense": "ksense",
    "sendgrid": "sendgrid",
    "altcraft": "altcraft",
    "e": "native",
    "i": None,
}
_CATEGORIES = {"event.gif": "event", "revenue.gif": "revenue"}
_ACTIONS = ("event", "revenue")
_DEBUG = "/debug/"
MAX_KEY = 64
# The tag's script: one file, whose name is the language that it speaks (kSense, SendGrid, native).
_TAG = "/t/"
TAG_FILES = ("callbacks.js", "sendgrid.js", "pixel.js")
CURRENT = ""
_VERSION_LENGTH = 16
_HEX = frozenset("0123456789abcdef")


class Route:
    """Where a path leads: `dialect` is None on the neutral alias (the pixel's own holds); `action` is PitchTarget's
    category; `is_debug` asks the validator instead of the log."""

    __slots__ = ("action", "dialect", "is_debug", "key")

    def __init__(self, dialect: str | None, key: str, action: str | None, *, is_debug: bool) -> None:
        self.dialect = dialect
        self.key = key
        self.action = action
        self.is_debug = is_debug


def find_route(path: str) -> Route | None:
    """The route of a request path, None where no dialect has it: «the GIF will not load» (PitchTarget)."""
    is_debug = path.startswith(_DEBUG)
    parts = path[len(_DEBUG) - 1 if is_debug else 0 :].rstrip("/").split("/")[1:]
    found = _match(parts)
    if found is None or not _may_be_key(found[1]):
        return None
    dialect, key, action = found
    return Route(dialect, key, action, is_debug=is_debug)


def find_tag(path: str) -> str | None:
    """The version of the tag that a request path asks for, `CURRENT` where it names none; None where it is no tag's path.

    No pixel's path is one of a tag's: `find_route` knows no file of `TAG_FILES`.
    """
    if not path.startswith(_TAG):
        return None
    version, slash, file = path[len(_TAG) :].rpartition("/")
    if file not in TAG_FILES:
        return None
    if not slash:
        return CURRENT
    is_version = len(version) == _VERSION_LENGTH and _HEX.issuperset(version)
    return version if is_version else None


def find_page(path: str) -> str | None:
    """The key whose page a request path asks for (`write_page_path`), None where it is no page's path."""
    key = path.removeprefix(_DEBUG).rstrip("/")
    return key if path.startswith(_DEBUG) and _may_be_key(key) else None


def write_page_path(key: str) -> str:
    """The path of the page for people of the pixel with `key`."""
    return _DEBUG + key


def _match(parts: list[str]) -> tuple[str | None, str, str | None] | None:
    if len(parts) == 2:
        first, second = parts
        if second in _CATEGORIES:
            return "pitchtarget", first, _CATEGORIES[second]
        if first in _NAMED:
            return _NAMED[first], second, None
    elif len(parts) == 3:
        first, second, third = parts
        if first == "v1" and third == "Pixel":
            return "rokt", second, None
        if first == "i" and third in _ACTIONS:
            return None, second, third
    return None


def _may_be_key(text: str) -> bool:
    # What cannot be a key is not worth a look-up in the table.
    return 0 < len(text) <= MAX_KEY and text.isascii() and text.replace("-", "").replace("_", "").isalnum()
