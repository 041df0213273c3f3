"""A small event log in DuckDB, with the Glue table's column types and a known content."""

from __future__ import annotations

import re
from typing import Any

import duckdb
from pixelweave.field import FIELDS

DUCK_TYPES = {
    "string": "VARCHAR",
    "int": "INTEGER",
    "timestamp": "TIMESTAMP",
    "decimal(18,4)": "DECIMAL(18,4)",
}


def make_type(glue: str) -> str:
    """Return DuckDB's name of a Glue type."""
    if glue == "map<string,string>":
        return "MAP(VARCHAR, VARCHAR)"
    if glue.startswith("array<struct<"):
        members = re.findall(r"(\w+):(string|decimal\(18,4\))", glue)
        return "STRUCT(" + ", ".join(f'"{name}" {DUCK_TYPES[kind]}' for name, kind in members) + ")[]"
    return DUCK_TYPES[glue]


def make_row(number: int, **changes: Any) -> dict[str, Any]:
    """Return one row; `number` makes its ids and its minute of receipt."""
    return {
        "event_id": f"event-{number:02}",
        "pixel_id": "px_one",
        "workspace_id": "acme",
        "dialect": "rokt",
        "type": "page_view",
        "outcome": "accepted",
        "received_at": f"2025-06-30 12:{number:02}:00.5",
        "schema_version": 1,
        "dt": "2025-06-30",
    } | changes


def make_event_table(rows: list[dict[str, Any]]) -> duckdb.DuckDBPyConnection:
    """Return a database whose table `events` has these rows."""
    connection = duckdb.connect()
    columns = ", ".join(f'"{field.name}" {make_type(field.glue)}' for field in FIELDS)
    connection.execute(f"CREATE TABLE events ({columns}, dt VARCHAR)")
    for row in rows:
        names = ", ".join(f'"{name}"' for name in row)
        places = ", ".join("?" for _ in row)
        connection.execute(f"INSERT INTO events ({names}) VALUES ({places})", list(row.values()))
    return connection
