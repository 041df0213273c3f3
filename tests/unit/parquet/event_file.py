"""Rows of the log written as a Parquet object, as the embedded Firehose writes them: DuckDB's own types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

type Event = Mapping[str, Any]

_GOALS = "STRUCT(name VARCHAR, value DECIMAL(18,4), unit VARCHAR)[]"
_MAP = "MAP(VARCHAR, VARCHAR)"
COLUMNS = {
    "event_id": "VARCHAR",
    "message_id": "VARCHAR",
    "pixel_id": "VARCHAR",
    "workspace_id": "VARCHAR",
    "dialect": "VARCHAR",
    "type": "VARCHAR",
    "name": "VARCHAR",
    "outcome": "VARCHAR",
    "received_at": "TIMESTAMP",
    "session_id": "VARCHAR",
    "visitor_id": "VARCHAR",
    "host": "VARCHAR",
    "path": "VARCHAR",
    "goals": _GOALS,
    "value": "DECIMAL(18,4)",
    "currency": "VARCHAR",
    "order_id": "VARCHAR",
    "labels": _MAP,
    "props": _MAP,
}
# From text and lists of texts, which DuckDB takes as they are, to the nested types.
_READ = {
    "TIMESTAMP": "make_timestamp_ms(?::BIGINT)",
    _MAP: "map(?::VARCHAR[], ?::VARCHAR[])",
    _GOALS: (
        "list_transform(list_zip(?::VARCHAR[], ?::DECIMAL(18,4)[], ?::VARCHAR[]), "
        f"lambda e: struct_pack(name := e[1], value := e[2], unit := e[3]))::{_GOALS}"
    ),
}


def write_events(path: Path, events: Sequence[Event], columns: Mapping[str, str] | None = None) -> Path:
    """Write `events` (`received_at` in epoch milliseconds) to `path`, by default with all columns of `COLUMNS`; return it."""
    columns = COLUMNS if columns is None else columns
    with duckdb.connect() as connection:
        declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        connection.execute(f"CREATE TABLE event ({declared})")
        for event in events:
            values: list[object] = []
            texts = [_bind(kind, event.get(name), values) for name, kind in columns.items()]
            connection.execute(f"INSERT INTO event VALUES ({', '.join(texts)})", values)
        connection.execute(f"COPY event TO '{path}' (FORMAT parquet)")
    return path


def _bind(kind: str, value: Any, values: list[object]) -> str:
    """The expression that reads a value of this type; what it binds is added to `values`."""
    if value is None:
        return "NULL"
    if kind == _MAP:
        values.extend((list(value), list(value.values())))
    elif kind == _GOALS:
        values.extend([element.get(member) for element in value] for member in ("name", "value", "unit"))
    else:
        values.append(value)
    return _READ.get(kind, f"?::{kind}")
