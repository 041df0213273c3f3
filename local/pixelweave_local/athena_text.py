"""Values and types as Athena prints them in GetQueryResults."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

_TYPE_NAMES = {
    "VARCHAR": "varchar", "BIGINT": "bigint", "HUGEINT": "bigint", "UBIGINT": "bigint", "INTEGER": "integer",
    "SMALLINT": "smallint", "TINYINT": "tinyint", "BOOLEAN": "boolean", "DOUBLE": "double", "FLOAT": "float",
    "DATE": "date", "TIMESTAMP": "timestamp", "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "DECIMAL": "decimal", "MAP": "map", "STRUCT": "row", "JSON": "json", "BLOB": "varbinary",
}  # fmt: skip


def athena_type(duckdb_name: str) -> str:
    """Athena's name of the column type that DuckDB calls `duckdb_name`, without its members."""
    if duckdb_name.endswith("[]"):
        return "array"
    return _TYPE_NAMES.get(duckdb_name.partition("(")[0].strip().upper(), "varchar")


def text(value: Any) -> str | None:
    """A value as GetQueryResults prints it: `2024-05-01 10:00:00.000`, `{a=1}`, `[x, y]`; None for NULL."""
    return None if value is None else _print(value)


def _print(value: Any) -> str:
    match value:
        case None | bool():
            printed = json.dumps(value)
        case dt.datetime():
            zone = " UTC" if value.tzinfo else ""
            printed = f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03d}{zone}"
        case Decimal():
            printed = f"{value:f}"
        case list():
            printed = "[" + ", ".join(_print(item) for item in value) + "]"
        case dict():
            printed = "{" + ", ".join(f"{key}={_print(item)}" for key, item in value.items()) + "}"
        case bytes():
            printed = value.hex(" ")
        case _:
            printed = str(value)
    return printed
