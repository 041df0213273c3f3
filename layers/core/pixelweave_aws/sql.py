"""SQL values for Athena, quoted strictly.

Athena's own execution parameters are texts of SQL too: a string must be quoted by the caller («Use
parameterized queries», Athena user guide). So values are bound here, in one place, the same for Athena and
for the local stack.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

type Value = str | int | datetime


class BindingError(ValueError):
    """A value cannot stand in SQL, or values and placeholders differ in number."""


def bind(sql: str, values: Sequence[Value]) -> str:
    """Return `sql` with each `?` replaced by the literal of the value at its place; `sql` has no other `?`.

    Raises BindingError.
    """
    parts = sql.split("?")
    if len(parts) != len(values) + 1:
        raise BindingError(f"{len(parts) - 1} placeholders, {len(values)} values")
    literals = [*(quote(value) for value in values), ""]
    return "".join(text + literal for text, literal in zip(parts, literals, strict=True))


def quote(value: Value) -> str:
    """Return the Trino literal of a text, a whole number, or a moment (with its time zone, in milliseconds).

    In Trino's plain string literal only the quote itself is special, and doubled; a backslash is a character.
    """
    if isinstance(value, str):
        if not value.isprintable():
            raise BindingError("a text with control characters")
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise BindingError("a moment without its time zone")
        moment = value.astimezone(UTC).replace(tzinfo=None)
        return f"TIMESTAMP '{moment.isoformat(sep=' ', timespec='milliseconds')}'"
    if isinstance(value, bool) or not isinstance(value, int):
        raise BindingError(f"a value of type {type(value).__name__}")
    return str(value)


def quote_name(name: str) -> str:
    """Return a table's or column's name quoted: Glue's lower-case letters, digits and underscores only.

    Raises BindingError.
    """
    if not name or not name.isascii() or not name.replace("_", "a").isalnum() or name != name.lower():
        raise BindingError(f"{name!r} is not the name of a table or column")
    return f'"{name}"'
