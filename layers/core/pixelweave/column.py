"""Columns: a value of a record made into the type that its column of the log has, or refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from json import dumps
from typing import TYPE_CHECKING

from pixelweave.field import FIELDS, GOALS, PRODUCTS
from pixelweave.money import parse_decimal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MEMBER = re.compile(r"(\w+):(string|decimal\(18,4\))")


class WrongTypeError(ValueError):
    """A value is of a type, or of a size, that its column does not take."""


def read_members(glue: str) -> dict[str, str]:
    """Names and Glue types of the members of an `array<struct<name:type,…>>`."""
    return dict(_MEMBER.findall(glue))


def convert_column(column: str, value: object) -> object:
    """`value` in its column's type, None where the column is not one that `collect` fills or the value is empty.

    Raises:
        WrongTypeError: the column does not take it.
    """
    convert = _CONVERTERS.get(column)
    if convert is None or value is None or value == "":
        return None
    try:
        return convert(value)
    except (TypeError, ValueError, OverflowError, OSError) as exc:
        raise WrongTypeError(column) from exc


def _convert_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _convert_integer(value: object) -> int:
    if type(value) is not int or not -(2**31) <= value < 2**31:
        raise TypeError
    return value


def _convert_instant(value: object) -> str:
    if type(value) is not int:
        raise TypeError
    return format_instant(value)


def format_instant(unix_ms: int) -> str:
    """`YYYY-MM-DD HH:MM:SS.mmm` in UTC from epoch milliseconds: the form that Hive's and OpenX's deserializers take."""
    seconds, milliseconds = divmod(unix_ms, 1000)
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=milliseconds * 1000, tzinfo=None)
    return moment.isoformat(sep=" ", timespec="milliseconds")


def _convert_decimal(value: object) -> str:
    """Decimal text that fits decimal(18,4); JSON numbers are refused, because they may have been binary floats."""
    return parse_decimal(_convert_text(value))


def _convert_map(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise TypeError
    return {key: _stringify(item) for key, item in value.items() if item is not None}


def _stringify(value: object) -> str:
    return value if isinstance(value, str) else dumps(value, ensure_ascii=False, separators=(",", ":"))


def _struct_converter(glue: str) -> Callable[[object], list[dict[str, object]]]:
    converters = {
        name: _convert_text if kind == "string" else _convert_decimal
        for name, kind in read_members(glue).items()
    }

    def convert(value: object) -> list[dict[str, object]]:
        if not isinstance(value, list):
            raise TypeError
        return [_convert_struct(item, converters) for item in value]

    return convert


def _convert_struct(item: object, converters: Mapping[str, Callable[[object], str]]) -> dict[str, object]:
    if not isinstance(item, dict):
        raise TypeError
    return {name: convert(item[name]) for name, convert in converters.items() if item.get(name) is not None}


_BY_TYPE: dict[str, Callable[[object], object]] = {
    "string": _convert_text,
    "int": _convert_integer,
    "timestamp": _convert_instant,
    "decimal(18,4)": _convert_decimal,
    "map<string,string>": _convert_map,
    GOALS: _struct_converter(GOALS),
    PRODUCTS: _struct_converter(PRODUCTS),
}

_CONVERTERS = {field.name: _BY_TYPE[field.glue] for field in FIELDS if field.filled_by == "collect"}
