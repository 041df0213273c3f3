"""Spans of time as people write them: `15m`, `24h`, `7d`, `2w`."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"w": timedelta(weeks=1), "d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
# A span is written in the first of these that divides it.
_WRITTEN = ("d", "h", "m")
_SPAN = re.compile(r"([0-9]{1,5})([wdhm])\Z")


class SpanError(ValueError):
    """Text that is not a span, or a span that has no such text."""


def is_span(text: str) -> bool:
    """Whether `read_span` reads the text."""
    return _SPAN.match(text.strip()) is not None


def read_span(text: str) -> timedelta:
    """The span of `15m`, `24h`, `7d` or `2w`. Raises SpanError."""
    match = _SPAN.match(text.strip())
    if match is None:
        raise SpanError(f"{text!r} is not a span of time; write 15m, 24h, 7d or 2w")
    return int(match[1]) * _UNITS[match[2]]


def write_span(span: timedelta) -> str:
    """The span in whole days, hours or minutes. Raises SpanError for what is none of these."""
    for letter in _WRITTEN:
        if span and not span % _UNITS[letter]:
            return f"{span // _UNITS[letter]}{letter}"
    raise SpanError(f"{span} is not a whole number of minutes")
