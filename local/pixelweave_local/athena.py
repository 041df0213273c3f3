"""Athena SQL on DuckDB: Trino's language by sqlglot, tables by their Glue columns, values in Athena's print.

Each table of a query becomes a view over copies of the objects under its location. Partition columns
come from the path, by the table's `storage.location.template` where partition projection is on, else by
Hive's `name=value` folders.
"""

import asyncio
import re
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import sqlglot
from sqlglot import exp

from pixelweave_local import shape
from pixelweave_local.athena_text import athena_type, text
from pixelweave_local.glue_type import duckdb_type, literal, quote


class QueryError(Exception):
    """The query cannot be run; the text is what Athena would say."""


class Source(NamedTuple):
    """A table of the query: its database and name, its Glue description, and its objects as local files."""

    database: str
    name: str
    glue: dict[str, Any]
    root: Path
    files: list[str]


async def run_query(query: str, database: str, catalog: str | None = None) -> dict[str, Any]:
    """Run Athena SQL; columns, their Athena types, and rows of text. Stands in for ministack's runner."""
    return await asyncio.to_thread(_run, query, database)


def _run(query: str, database: str) -> dict[str, Any]:
    folders: list[str] = []
    try:
        statement, sources = _prepare(query, database, folders)
        with connect() as connection:
            for source in sources:
                connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quote(source.database)}")
                name = f"{quote(source.database)}.{quote(source.name)}"
                connection.execute(f"CREATE VIEW {name} AS {relation(source)}")
            result = connection.execute(statement)
            described = result.description or []
            rows = [[text(value) for value in row] for row in result.fetchall()]
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
    return {
        "columns": [column[0] for column in described],
        "column_types": [athena_type(str(column[1])) for column in described],
        "rows": rows,
    }


def connect() -> duckdb.DuckDBPyConnection:
    """An empty DuckDB that computes as Athena does: in UTC, and an integer by an integer is an integer."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET integer_division = true")
    return connection


def translate(query: str, database: str) -> tuple[str, set[tuple[str, str]]]:
    """`query` in DuckDB's words with every table qualified, and the (database, table) pairs that it reads."""
    try:
        tree = sqlglot.parse_one(query, read="athena")
    except sqlglot.ParseError as exc:
        raise QueryError(f"SYNTAX_ERROR: {exc}") from exc
    named = {cte.alias_or_name.lower() for cte in tree.find_all(exp.CTE)}
    tables = set()
    for table in list(tree.find_all(exp.Table)):
        if not table.name or (not table.db and table.name.lower() in named):
            continue
        pair = (table.db.lower() or database.lower(), table.name.lower())
        tables.add(pair)
        if not table.alias:
            # `events.name` and `db.events.name` must still find the table once it is qualified.
            table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name)))
        table.set("catalog", None)
        table.set("db", exp.to_identifier(pair[0], quoted=True))
        table.set("this", exp.to_identifier(pair[1], quoted=True))
    _name_columns(tree)
    for column in tree.find_all(exp.Column):
        if column.args.get("db"):
            column.set("db", None)
            column.set("catalog", None)
    return tree.sql(dialect="duckdb"), tables


def _name_columns(tree: exp.Expr) -> None:
    """Call a column without a name `_col0`, `_col1`, … by its position, as Athena does."""
    if not isinstance(tree, exp.Select):
        return
    for position, column in enumerate(tree.expressions):
        if not column.output_name and not column.is_star:
            column.replace(exp.alias_(column.copy(), f"_col{position}"))


def _prepare(query: str, database: str, folders: list[str]) -> tuple[str, list[Source]]:
    statement, tables = translate(query, database)
    known = shape.member("services.glue", "_tables")
    sources = []
    for owner, name in sorted(tables):
        glue = known.get(f"{owner}/{name}")
        location = ((glue or {}).get("StorageDescriptor") or {}).get("Location")
        if not glue or not location:
            raise QueryError(f"TABLE_NOT_FOUND: Table 'awsdatacatalog.{owner}.{name}' does not exist")
        had = len(folders)
        files = shape.member("services.athena", "_materialize_table_files")(location, folders)
        root = Path(folders[-1]) if len(folders) > had else Path()
        sources.append(Source(owner, name, glue, root, files))
    return statement, sources


def relation(source: Source) -> str:
    """A SELECT that gives the table's columns and partition keys, in Glue's order and types."""
    columns = [
        (c["Name"], duckdb_type(c.get("Type", "string"))) for c in source.glue["StorageDescriptor"]["Columns"]
    ]
    keys = [(k["Name"], duckdb_type(k.get("Type", "string"))) for k in source.glue.get("PartitionKeys") or []]
    pattern = partition_pattern(source.glue)
    groups: dict[tuple[str, ...], list[str]] = {}
    for file in source.files:
        match = pattern.match(str(Path(file).relative_to(source.root)))
        if match:  # Athena does not see an object outside every partition
            groups.setdefault(match.groups(), []).append(file)
    nothing = ", ".join(f"CAST(NULL AS {kind}) AS {quote(name)}" for name, kind in columns + keys)
    selects = [f"SELECT {nothing} WHERE false"]
    chosen = ", ".join(f"CAST({quote(name)} AS {kind}) AS {quote(name)}" for name, kind in columns)
    for values, files in sorted(groups.items()):
        parts = [
            f"CAST({literal(value)} AS {kind}) AS {quote(name)}"
            for (name, kind), value in zip(keys, values, strict=True)
        ]
        listed = ", ".join(literal(file) for file in files)
        reader = f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"
        # S608: names and texts come through quote() and literal().
        selects.append("SELECT " + ", ".join([chosen, *parts]) + " FROM " + reader)  # noqa: S608
    return " UNION ALL ".join(selects)


def partition_pattern(glue: dict[str, Any]) -> re.Pattern[str]:
    """What an object's key below the table's location must look like; one group per partition key."""
    location = str(glue["StorageDescriptor"]["Location"]).rstrip("/") + "/"
    names = [key["Name"] for key in glue.get("PartitionKeys") or []]
    template = (glue.get("Parameters") or {}).get("storage.location.template")
    if not template or not str(template).startswith(location):
        return re.compile("".join(f"{re.escape(name)}=([^/]+)/" for name in names))
    below = re.escape(str(template).removeprefix(location).rstrip("/") + "/") if names else ""
    return re.compile(re.sub(r"\\\$\\\{\w+\\\}", "([^/]+)", below))
