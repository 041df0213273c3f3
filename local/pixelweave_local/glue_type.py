"""Glue (Hive) column types in DuckDB's words and back, nested ones included."""

from typing import Any

_PLAIN = {
    "string": "VARCHAR",
    "char": "VARCHAR",
    "varchar": "VARCHAR",
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INTEGER",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "binary": "BLOB",
}

_GLUE_NAMES = {duckdb: glue for glue, duckdb in _PLAIN.items() if glue not in ("char", "varchar", "integer")}
_GLUE_NAMES["HUGEINT"] = "bigint"  # a sum of whole numbers is one in DuckDB


class GlueTypeError(ValueError):
    """A column type that Glue does not have."""


def duckdb_type(glue: str) -> str:
    """DuckDB's name of the Glue type `glue`; GlueTypeError for one that does not exist."""
    text = glue.strip().lower()
    if text.startswith("array<") and text.endswith(">"):
        return f"{duckdb_type(text[6:-1])}[]"
    if text.startswith("map<") and text.endswith(">"):
        key, value = split(text[4:-1])
        return f"MAP({duckdb_type(key)}, {duckdb_type(value)})"
    if text.startswith("struct<") and text.endswith(">"):
        members = (member.partition(":") for member in split(text[7:-1]))
        return "STRUCT(" + ", ".join(f"{quote(name)} {duckdb_type(kind)}" for name, _, kind in members) + ")"
    if text.startswith("decimal(") and text.endswith(")"):
        return text.upper()
    try:
        return _PLAIN[text.partition("(")[0]]
    except KeyError as exc:
        raise GlueTypeError(f"unknown Glue type: {glue}") from exc


def glue_type(kind: Any) -> str:
    """Glue's name of a DuckDB type (a `DuckDBPyType`); GlueTypeError for what Glue does not have, such as time zones."""
    name = kind.id
    if name not in {"list", "map", "struct", "decimal"}:
        try:
            return _GLUE_NAMES[name.upper()]
        except KeyError as exc:
            raise GlueTypeError(f"Unsupported Hive type: {name}") from exc
    members = dict(kind.children)
    match name:
        case "list":
            return f"array<{glue_type(members['child'])}>"
        case "map":
            return f"map<{glue_type(members['key'])},{glue_type(members['value'])}>"
        case "decimal":
            return f"decimal({members['precision']},{members['scale']})"
        case _:
            return "struct<" + ",".join(f"{key}:{glue_type(member)}" for key, member in members.items()) + ">"


def split(inner: str) -> list[str]:
    """The members of `a:int,b:array<struct<c:int,d:int>>`: cut at the commas that stand in no bracket."""
    parts, depth, start = [], 0, 0
    for position, letter in enumerate(inner):
        depth += letter in "<("
        depth -= letter in ">)"
        if letter == "," and depth == 0:
            parts.append(inner[start:position].strip())
            start = position + 1
    return [*parts, inner[start:].strip()]


def quote(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"
