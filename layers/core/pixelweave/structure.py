"""JSON on the wire: decoded without floats, measured before use, flattened into maps of text.

Numbers are kept as the text that was sent: money never becomes a binary float, and a number of ten thousand digits costs
nothing to refuse.
"""

from __future__ import annotations

from json import JSONDecoder, dumps

from pixelweave.errors import RejectionError
from pixelweave.text import clean

MAX_DEPTH = 6
MAX_ENTRIES = 100
MAX_KEY = 128
MAX_TEXT = 1024


class StructureError(RejectionError):
    """JSON that cannot be used."""


def _refuse_constant(name: str) -> object:
    raise StructureError("invalid_json") from ValueError(name)


_decode = JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse_constant, strict=False).decode


def parse(text: str) -> object:
    """The JSON value of `text`, however deep: dict, list, str, bool or None; numbers as the text that was sent.

    Raises:
        StructureError: `invalid_json` (NaN and Infinity too: RFC 8259 has neither), or `too_deep` for the parser.
    """
    try:
        value: object = _decode(text)
    except StructureError:
        raise
    except RecursionError as exc:
        raise StructureError("too_deep") from exc
    except ValueError as exc:
        raise StructureError("invalid_json") from exc
    return value


def decode(text: str) -> object:
    """The JSON value of `text`, as `parse` makes it, at most `MAX_DEPTH` levels deep.

    Raises:
        StructureError: `invalid_json` or `too_deep`.
    """
    value = parse(text)
    if is_deeper(value, MAX_DEPTH):
        raise StructureError("too_deep")
    return value


def is_deeper(value: object, levels: int) -> bool:
    """Whether `value` nests lists and objects more than `levels` deep."""
    if isinstance(value, dict):
        return levels == 0 or any(is_deeper(item, levels - 1) for item in value.values())
    if isinstance(value, list):
        return levels == 0 or any(is_deeper(item, levels - 1) for item in value)
    return False


def scalar(value: object) -> str | None:
    """The text of a JSON scalar, cleaned; None for null, the empty text, lists and objects."""
    if isinstance(value, str):
        return clean(value) or None
    if isinstance(value, bool):
        return "true" if value else "false"
    return None


def flatten(source: dict[str, object]) -> dict[str, str]:
    """A map of text from a JSON object: nested names are joined with dots, lists become JSON text, null is left out.

    Raises:
        StructureError: `too_many_properties` or `field_too_long`.
    """
    flat: dict[str, str] = {}
    _flatten("", source, flat)
    return flat


def _flatten(prefix: str, source: dict[str, object], flat: dict[str, str]) -> None:
    for key, value in source.items():
        name = prefix + clean(key)
        if len(name) > MAX_KEY:
            # Before anything is joined to it: a megabyte of a name in front of a hundred thousand nulls is copied each time.
            raise StructureError("field_too_long")
        if isinstance(value, dict):
            _flatten(name + ".", value, flat)
            continue
        text = (
            dumps(value, ensure_ascii=False, separators=(",", ":"))
            if isinstance(value, list)
            else scalar(value)
        )
        if text is None or not name:
            continue
        add_entry(flat, name, clean(text))


def add_entry(flat: dict[str, str], name: str, text: str) -> None:
    """Put one entry into a map of the row.

    Raises:
        StructureError: `too_many_properties` or `field_too_long`.
    """
    if len(name) > MAX_KEY or len(text) > MAX_TEXT:
        raise StructureError("field_too_long")
    flat[name] = text
    if len(flat) > MAX_ENTRIES:
        raise StructureError("too_many_properties")
