"""Calls in a page's scripts whose values stand there as literals: `kpix('track', 'pv', {labels: ['a=b']})`.

No JavaScript is run: a value that is computed makes the call one that cannot be tried.
"""

from __future__ import annotations

import re
from math import isinf
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_DEPTH = 16
_STRING = r'"(?:\\.|[^"\\\n])*+"?' + r"|'(?:\\.|[^'\\\n])*+'?" + r"|`(?:\\.|[^`\\])*+`?"
_COMMENT = r"//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?"
_CODE = re.compile(f"(?P<string>{_STRING})|(?P<comment>{_COMMENT})", re.DOTALL)
_TOKEN = re.compile(
    rf"\s*+(?:(?P<string>{_STRING})|(?P<number>-?\d++(?:\.\d++)?(?:[eE][+-]?\d++)?)|(?P<word>[A-Za-z_$][\w$]*+)|(?P<mark>[][{{}}(),:]))",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_WORDS: dict[str, object] = {"true": True, "false": False, "null": None, "undefined": None}


class Call(NamedTuple):
    """A call of `name`; `arguments` is None where one of them is computed. `offset` is its place in the script."""

    name: str
    arguments: Sequence[object] | None
    offset: int


class _ComputedError(ValueError):
    """Not a literal."""


def blank_comments(script: str) -> str:
    """The script with spaces for comments, line breaks kept."""
    return _CODE.sub(lambda found: found[0] if found["string"] else re.sub(r"[^\n]", " ", found[0]), script)


def list_calls(code: str, names: Sequence[str]) -> Iterator[Call]:
    """Yield the calls of these globals in a script without comments: `name('track', …)`, or `name.track(…)`."""
    choice = "|".join(map(re.escape, names))
    for found in re.finditer(rf"(?<![\w$.])(?:window\.)?({choice})(?:\.(\w{{1,40}}))?\s*+\(", code):
        if re.search(r"function\s+$", code[max(0, found.start() - 16) : found.start()]):
            continue
        if found[2] in ("bind", "call", "apply"):
            continue
        try:
            arguments: list[object] | None = _Reader(code, found.end()).read_list(")", 0)
        except _ComputedError:
            arguments = None
        if arguments is not None and found[2]:
            arguments.insert(0, found[2])
        yield Call(found[1], arguments, found.start())


class _Reader:
    def __init__(self, code: str, position: int) -> None:
        self._code = code
        self._position = position

    def read_list(self, end: str, depth: int) -> list[object]:
        values: list[object] = []
        while (token := self._next())["mark"] != end:
            values.append(self._read(token, depth))
            if self._ends(end):
                return values
        return values

    def _read_object(self, depth: int) -> dict[str, object]:
        values: dict[str, object] = {}
        while (token := self._next())["mark"] != "}":
            if token["mark"]:
                raise _ComputedError
            name = _read_string(token["string"]) if token["string"] else token["word"] or token["number"]
            if self._next()["mark"] != ":":
                raise _ComputedError
            values[name] = self._read(self._next(), depth)
            if self._ends("}"):
                return values
        return values

    def _read(self, token: re.Match[str], depth: int) -> object:
        if depth >= MAX_DEPTH:
            raise _ComputedError
        if token["string"]:
            return _read_string(token["string"])
        if token["number"]:
            return _read_number(token["number"])
        if token["mark"] == "[":
            return self.read_list("]", depth + 1)
        if token["mark"] == "{":
            return self._read_object(depth + 1)
        if token["word"] in _WORDS:
            return _WORDS[token["word"]]
        raise _ComputedError

    def _ends(self, end: str) -> bool:
        mark = self._next()["mark"]
        if mark not in (",", end):
            raise _ComputedError
        return mark == end

    def _next(self) -> re.Match[str]:
        found = _TOKEN.match(self._code, self._position)
        if found is None:
            raise _ComputedError
        self._position = found.end()
        return found


def _read_string(text: str) -> str:
    if len(text) < 2 or text[-1] != text[0] or (text[0] == "`" and "${" in text):
        raise _ComputedError
    return _ESCAPE.sub(_unescape, text[1:-1])


def _unescape(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _LETTERS.get(found[3], found[3])


def _read_number(text: str) -> object:
    if len(text) < 16 and text.lstrip("-").isdigit():
        return int(text)
    number = float(text)
    if isinf(number):
        raise _ComputedError
    return number
