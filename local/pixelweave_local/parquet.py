"""JSON records to one Parquet object with a Glue table's columns, as Firehose's format conversion does it.

A record that is not JSON, or does not fit the columns, is refused by itself: it goes to the error
prefix and the rest of its batch is written. Keys that the table does not know are dropped silently,
also as Firehose does.
"""

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from pixelweave_local.glue_type import GlueTypeError, duckdb_type, literal, quote

COMPRESSIONS = {"SNAPPY": "snappy", "GZIP": "gzip", "UNCOMPRESSED": "uncompressed"}


class Column(NamedTuple):
    """A column of the Glue table: its name and its Glue type."""

    name: str
    glue: str


class Refusal(NamedTuple):
    """Why a record is not in the object: Firehose's error code and message."""

    code: str
    message: str


NOT_JSON = Refusal("DataFormatConversion.ParseError", "Encountered malformed JSON.")
NOT_AN_OBJECT = Refusal(
    "DataFormatConversion.MalformedData",
    "The input JSON contained a primitive at the top level. The top level must be an object or array.",
)
EMPTY = Refusal("DataFormatConversion.MalformedData", "The record was empty or contained only whitespace.")
MISMATCH = Refusal("DataFormatConversion.MalformedData", "Data does not match the schema.")
NO_TABLE = Refusal(
    "DataFormatConversion.EntityNotFound",
    "The specified table/database could not be found in the data catalog.",
)


def documents(data: bytes) -> list[dict[str, Any]] | Refusal:
    """The JSON objects in a record (one, or several in a row), keys in lower case; or why there are none."""
    try:
        text = data.decode("utf-8").strip()
    except UnicodeDecodeError:
        return NOT_JSON
    if not text:
        return EMPTY
    decoder, position, found = json.JSONDecoder(), 0, []
    while position < len(text):
        try:
            value, position = decoder.raw_decode(text, position)
        except ValueError:
            return NOT_JSON
        if not isinstance(value, dict):
            return NOT_AN_OBJECT
        found.append({key.lower(): item for key, item in value.items()})
        while position < len(text) and text[position].isspace():
            position += 1
    return found


def convert(
    records: Iterable[bytes], columns: list[Column], compression: str = "SNAPPY"
) -> tuple[bytes | None, dict[int, Refusal]]:
    """One Parquet object of `records`, and the refusals by position; no object where no record fits."""
    rows: dict[int, list[dict[str, Any]]] = {}
    refused: dict[int, Refusal] = {}
    names = {column.name.lower() for column in columns}
    for position, data in enumerate(records):
        found = documents(data)
        if isinstance(found, Refusal) or not columns:
            refused[position] = found if isinstance(found, Refusal) else NO_TABLE
        else:
            rows[position] = [{key: row[key] for key in row if key in names} for row in found]
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        writer = _Writer(connection, Path(folder), columns, compression)
        try:
            return writer.write([row for group in rows.values() for row in group]) if rows else None, refused
        except (duckdb.Error, GlueTypeError):
            fitting = {position: group for position, group in rows.items() if writer.fits(group)}
        refused.update(dict.fromkeys(rows.keys() - fitting.keys(), MISMATCH))
        return writer.write(
            [row for group in fitting.values() for row in group]
        ) if fitting else None, refused


class _Writer:
    """Rows to Parquet through DuckDB's JSON reader, which takes every nested type from the Glue column."""

    def __init__(self, connection: Any, folder: Path, columns: list[Column], compression: str) -> None:
        self._connection = connection
        self._folder = folder
        self._columns = columns
        self._compression = COMPRESSIONS.get(compression.upper(), "snappy")

    def write(self, rows: list[dict[str, Any]]) -> bytes:
        target = self._folder / "object.parquet"
        options = f"FORMAT parquet, COMPRESSION {self._compression}"
        self._connection.execute(f"COPY ({self._select(rows)}) TO {literal(str(target))} ({options})")
        return target.read_bytes()

    def fits(self, rows: list[dict[str, Any]]) -> bool:
        try:
            self._connection.execute(self._select(rows)).fetchall()
        except (duckdb.Error, GlueTypeError):
            return False
        return True

    def _select(self, rows: list[dict[str, Any]]) -> str:
        source = self._folder / "rows.json"
        source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        types = ", ".join(f"{literal(c.name.lower())}: {literal(duckdb_type(c.glue))}" for c in self._columns)
        chosen = ", ".join(quote(column.name.lower()) for column in self._columns)
        options = f"format = 'newline_delimited', columns = {{{types}}}, maximum_object_size = 67108864"
        # S608: names and texts come through quote() and literal().
        return "SELECT " + chosen + " FROM read_json(" + literal(str(source)) + ", " + options + ")"  # noqa: S608
