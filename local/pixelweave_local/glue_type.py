"""Glue (Hive) column types in DuckDB's words, nested ones included."""

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


class GlueTypeError(ValueError):
    """A column type that Glue does not know."""


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
