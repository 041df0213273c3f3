"""SQL over the event log, and its rows as records. The same statement runs on Athena and on the local stack.

Every statement names its partitions, or Athena would read the whole log. Columns come back as text without
loss: decimals and times by a cast, maps as JSON, and arrays of structs by way of a map, because engines
disagree whether CAST(ROW AS JSON) makes an object or an array, and would make binary floats of the decimals.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pixelweave.dialect.native import TYPES
from pixelweave.field import FIELDS
from pixelweave.outcome import OUTCOMES
from pixelweave.pixel_model import PIXEL_ID_PATTERN
from pixelweave_aws.sql import quote_name

from pixelweave_cli.failure import InputError

if TYPE_CHECKING:
    from pixelweave.field import Field
    from pixelweave_aws.lake import Row
    from pixelweave_aws.sql import Value

    from pixelweave_cli.window import Window

MAX_ROWS = 10_000
PARTITION = "dt"
GROUPABLE = (PARTITION, *(field.name for field in FIELDS if field.glue == "string"))

_STRUCT_FIELD = re.compile(r"(\w+):")


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL and the values of its placeholders."""

    sql: str
    parameters: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows: those of a window, and of a pixel, outcome or type where given.

    Raises InputError for an outcome, a type or a pixel id that no row can have.
    """

    window: Window
    pixel_id: str | None = None
    outcome: str | None = None
    type: str | None = None

    def __post_init__(self) -> None:
        """Refuse what would find nothing, or was never meant to be found."""
        if self.pixel_id is not None and not re.match(PIXEL_ID_PATTERN, self.pixel_id):
            raise InputError(
                f"--pixel: {self.pixel_id!r} is not a pixel id; `pixelweave pixels list` shows them"
            )
        for option, value, choices in (("outcome", self.outcome, OUTCOMES), ("type", self.type, TYPES)):
            if value is not None and value not in choices:
                raise InputError(f"--{option}: {value!r} is not one of {', '.join(choices)}")

    def write_condition(self) -> Statement:
        """Return the WHERE clause on the table's alias `e`."""
        window = self.window
        terms: list[tuple[str, tuple[Value, ...]]] = [
            (f'e."{PARTITION}" BETWEEN ? AND ?', (window.first_day.isoformat(), window.last_day.isoformat())),
            ('e."received_at" >= ?', (window.since,)),
        ]
        if window.until is not None:
            terms.append(('e."received_at" < ?', (window.until,)))
        for column, value in (("pixel_id", self.pixel_id), ("outcome", self.outcome), ("type", self.type)):
            if value is not None:
                terms.append((f'e."{column}" = ?', (value,)))
        return Statement(
            " AND ".join(term for term, _ in terms), tuple(v for _, values in terms for v in values)
        )


def write_list(table: str, selection: Selection, limit: int) -> Statement:
    """Return the statement for whole rows, the newest first. Raises InputError for a limit out of range."""
    if not 1 <= limit <= MAX_ROWS:
        raise InputError(f"--limit: {limit} is not between 1 and {MAX_ROWS}")
    where = selection.write_condition()
    sql = (
        f"SELECT {write_columns()} FROM {quote_name(table)} e WHERE {where.sql} "  # noqa: S608 - constants, quoted names
        'ORDER BY e."received_at" DESC, e."event_id" DESC LIMIT ?'
    )
    return Statement(sql, (*where.parameters, limit))


def write_columns() -> str:
    """Return the columns of a whole row of the table's alias `e`, as `read_event` takes them."""
    return ", ".join(
        [*(_select(field) for field in FIELDS), f'CAST(e."{PARTITION}" AS VARCHAR) AS "{PARTITION}"']
    )


def write_count(table: str, selection: Selection, by: list[str]) -> Statement:
    """Return the statement that counts rows in groups, the largest first.

    Raises InputError for an unknown column.
    """
    unknown = [column for column in by if column not in GROUPABLE]
    if unknown:
        raise InputError(
            f"--by: {', '.join(unknown)} is not a column to count by; {', '.join(GROUPABLE)} are"
        )
    columns = [f'CAST(e."{column}" AS VARCHAR) AS "{column}"' for column in by]
    where = selection.write_condition()
    sql = (
        f"SELECT {', '.join([*columns, 'count(*) AS "events"'])} "  # noqa: S608 - constants, quoted names
        f"FROM {quote_name(table)} e WHERE {where.sql}"
    )
    if by:
        places = ", ".join(str(place) for place in range(1, len(by) + 1))
        sql += f' GROUP BY {places} ORDER BY "events" DESC, {places}'
    return Statement(sql, where.parameters)


def read_event(row: Row) -> dict[str, Any]:
    """Return a row of `write_list` as a record.

    Keys are the columns. Maps are objects, arrays of structs are lists of objects; decimals stay text, exact
    to their scale; times are ISO 8601 in UTC with milliseconds; null is None.
    """
    record: dict[str, Any] = {field.name: _read(field, row[field.name]) for field in FIELDS}
    return record | {PARTITION: row[PARTITION]}


def _select(field: Field) -> str:
    column = f'e."{field.name}"'
    if field.glue.startswith("map<"):
        column = f"json_format(CAST({column} AS JSON))"
    elif field.glue.startswith("array<struct<"):
        names = _STRUCT_FIELD.findall(field.glue)
        keys = ", ".join(f"'{name}'" for name in names)
        values = ", ".join(f'CAST(s."{name}" AS VARCHAR)' for name in names)
        column = f"json_format(CAST(transform({column}, s -> map(ARRAY[{keys}], ARRAY[{values}])) AS JSON))"
    elif field.glue != "string":
        column = f"CAST({column} AS VARCHAR)"
    return f'{column} AS "{field.name}"'


def _read(field: Field, text: str | None) -> Any:
    if text is None:
        return None
    if field.glue.startswith(("map<", "array<")):
        return json.loads(text)
    if field.glue == "int":
        return int(text)
    if field.glue == "timestamp":
        # Engines print between no and nine digits of a second's fraction.
        seconds, _, fraction = text.replace(" ", "T").partition(".")
        return f"{seconds}.{fraction[:3]:<03}Z"
    return text
