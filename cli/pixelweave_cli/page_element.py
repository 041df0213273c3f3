"""The elements of a page that matter to tags, in one pass whose time is linear in its length.

`html.parser` alone would be quadratic on hostile pages (`<!--` a million times): so a scan cuts elements out, each of bounded
length, and the parser reads each by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ELEMENT = 8192
_RAW = ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
_NAMES = "|".join((*_RAW, "img", "noscript", "meta", "base"))
_START = re.compile(rf"<!--|<(/?)({_NAMES})(?=[\s/>])", re.IGNORECASE)
_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW}
_MARK = re.compile("[\"'>]")


@dataclass(frozen=True, slots=True)
class Element:
    """A start tag, with the text of a script; names of attributes are in lower case, the first of two alike holds."""

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    is_noscript: bool = False


class _Reader(HTMLParser):
    """Reads the attributes of one start tag."""

    def __init__(self) -> None:
        super().__init__()
        self._attributes: dict[str, str] | None = None

    def read(self, element: str) -> dict[str, str] | None:
        """The attributes, None where this is no start tag after all."""
        self.reset()
        self._attributes = None
        self.feed(element)
        return self._attributes

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag  # the scan knows it
        self._attributes = {name: value or "" for name, value in reversed(attrs)}


def list_elements(html: str) -> Iterator[Element]:
    """Yield the `script`, `img`, `meta` and `base` elements that a browser would find, in their order."""
    position = counted = 0
    line = 1
    is_noscript = False
    reader = _Reader()
    while (found := _START.search(html, position)) is not None:
        start = found.start()
        line += html.count("\n", counted, start)
        counted = start
        if found[2] is None:
            position = html.find("-->", start + 2)
            if position < 0:
                return
            continue
        name = found[2].lower()
        if found[1] or name == "noscript":
            is_noscript = not found[1] if name == "noscript" else is_noscript
            position = found.end()
            continue
        end = _find_end(html, found.end())
        if end is None:
            position = start + MAX_ELEMENT
            continue
        position = end
        text = ""
        if name in _RAW:
            close = _ENDS[name].search(html, end)
            position = len(html) if close is None else close.start()
            text = html[end:position]
        if name in ("script", "img", "meta", "base"):
            attributes = reader.read(html[start:end])
            if attributes is not None:
                yield Element(name, line, attributes, text if name == "script" else "", is_noscript)


def _find_end(html: str, position: int) -> int | None:
    """The place behind the start tag's `>`, None where that is too far away."""
    limit = position + MAX_ELEMENT
    while (mark := _MARK.search(html, position, limit)) is not None:
        if mark[0] == ">":
            return mark.end()
        position = mark.end()
        if html[max(0, mark.start() - 16) : mark.start()].rstrip().endswith("="):
            position = html.find(mark[0], position, limit) + 1
            if position == 0:
                return None
    return None
