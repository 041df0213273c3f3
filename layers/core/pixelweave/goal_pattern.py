"""Patterns of goal conditions: `*` is any text, also none, `\\*` a star, `\\\\` a backslash, everything else itself (docs/goals.md).

A pattern is held against the whole value and capitals matter. However many stars it has, matching takes time in proportion to the
text: whoever writes the pattern or sends the text cannot make it take longer.
"""

from __future__ import annotations

import re

STAR = "*"
ESCAPE = "\\"
_TOKEN = re.compile(r"\\[\\*]|.", re.DOTALL)
# Letters, digits, `_`, space and what is not ASCII stand for themselves in RE2 (github.com/google/re2, wiki «Syntax»).
_REGEX_SIGN = re.compile(r"([!-/:-@\[-^`{-~])")
_LIKE_SIGN = re.compile(r"([%_\\])")


def split_pattern(pattern: str) -> tuple[str, ...]:
    """The texts between the stars: one where there is none, else a head, what lies between, and a tail, both perhaps empty."""
    parts = [""]
    for token in _TOKEN.findall(pattern):
        if token == STAR:
            parts.append("")
        else:
            parts[-1] += token[-1]
    # Stars in a row are one star.
    return (parts[0], *filter(None, parts[1:-1]), parts[-1]) if len(parts) > 1 else (parts[0],)


def matches_pattern(pattern: str, text: str) -> bool:
    """Whether the whole of `text` matches."""
    head, *others = split_pattern(pattern)
    if not others:
        return text == head
    *middles, tail = others
    if not text.startswith(head):
        return False
    position = len(head)
    for middle in middles:
        # The first place is as good as any later one: it leaves the most behind it.
        found = text.find(middle, position)
        if found < 0:
            return False
        position = found + len(middle)
    return len(text) - position >= len(tail) and text.endswith(tail)


def to_like(pattern: str) -> str:
    """The operand of an SQL `LIKE … ESCAPE '\\'` that matches the same texts."""
    return "%".join(_LIKE_SIGN.sub(r"\\\1", part) for part in split_pattern(pattern))


def to_regex(pattern: str) -> str:
    """A regular expression that, held against the whole value by RE2 with dots that match line breaks, matches the same texts."""
    return ".*".join(_REGEX_SIGN.sub(r"\\\1", part) for part in split_pattern(pattern))
