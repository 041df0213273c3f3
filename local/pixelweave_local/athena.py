"""Athena SQL on DuckDB: Trino's language by sqlglot, tables by their Glue columns, values in Athena's print.

Each table of a query becomes a DuckDB view over copies of the objects under its location (`athena_table.py`), and each
view of the Glue catalogue (`athena_view.py`) one over those. CREATE VIEW puts a view into the catalogue.
"""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

from pixelweave_local import shape
from pixelweave_local.athena_partition import is_registered, read_places
from pixelweave_local.athena_table import Source, relation
from pixelweave_local.athena_text import athena_type, text
from pixelweave_local.athena_view import VIRTUAL_VIEW, CreateView, read_create, read_view, write_view
from pixelweave_local.glue_type import GlueTypeError, glue_type, quote

type Pair = tuple[str, str]


class QueryError(Exception):
    """The query cannot be run; the text is what Athena would say."""


async def run_query(query: str, database: str, catalog: str | None = None) -> dict[str, Any]:
    """Run Athena SQL; columns, their Athena types, and rows of text. Stands in for ministack's runner."""
    return await asyncio.to_thread(execute, query, database)


def execute(query: str, database: str) -> dict[str, Any]:
    """Run one statement; see `run_query`. Raises QueryError, and DuckDB's own errors."""
    created = read_create(query)
    if created:
        _create_view(created, database)
        return {"columns": [], "column_types": [], "rows": []}
    folders: list[str] = []
    try:
        statement, tables = translate(query, database)
        with connect() as connection:
            _Catalog(connection, folders).add(tables)
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


def translate(query: str, database: str) -> tuple[str, set[Pair]]:
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


class _Catalog:
    """Makes tables and views of the Glue catalogue in DuckDB; without `folders` for copies of their objects, as empty ones."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, folders: list[str] | None, making: Pair | None = None
    ) -> None:
        self._connection = connection
        self._folders = folders
        self._made: set[Pair] = set()
        self._open: list[Pair] = [making] if making else []

    def add(self, tables: set[Pair]) -> None:
        """Make `tables`, after what they read themselves; QueryError where one does not exist."""
        for pair in sorted(tables):
            if pair in self._made:
                continue
            if pair in self._open:
                raise QueryError(f"VIEW_IS_RECURSIVE: View '{_full(pair)}' is recursive")
            self._open.append(pair)
            select = self._read(pair)
            self._open.pop()
            self._made.add(pair)
            owner, name = map(quote, pair)
            self._connection.execute(f"CREATE SCHEMA IF NOT EXISTS {owner}")
            self._connection.execute(f"CREATE VIEW {owner}.{name} AS {select}")

    def _read(self, pair: Pair) -> str:
        glue = shape.member("services.glue", "_tables").get("/".join(pair)) or {}
        if glue.get("TableType") == VIRTUAL_VIEW:
            select, tables = translate(*read_view(glue))
            self.add(tables)
            return select
        location = (glue.get("StorageDescriptor") or {}).get("Location")
        if not location:
            raise QueryError(f"TABLE_NOT_FOUND: Table '{_full(pair)}' does not exist")
        if is_registered(glue):
            places = [] if self._folders is None else read_places(*pair)
            partitions = {place.values: self._copy(place.location)[1] for place in places}
            files = {values: copied for values, copied in partitions.items() if copied}
            return relation(Source(*pair, glue, Path(), [], files))
        return relation(Source(*pair, glue, *self._copy(location)))

    def _copy(self, location: str) -> tuple[Path, list[str]]:
        """The objects below a location as local files, and the folder in which they have the paths of their keys."""
        if self._folders is None:
            return Path(), []
        had = len(self._folders)
        files = shape.member("services.athena", "_materialize_table_files")(location, self._folders)
        return Path(self._folders[-1]) if len(self._folders) > had else Path(), files


def _create_view(created: CreateView, database: str) -> None:
    """Put a view into the Glue catalogue, as Athena does it: only one whose columns can be told."""
    pair = (created.database or database.lower(), created.name)
    known = shape.member("services.glue", "_tables")
    old = known.get("/".join(pair))
    if old and not (created.replace and old.get("TableType") == VIRTUAL_VIEW):
        raise QueryError(f"View already exists: '{_full(pair)}'")
    with connect() as connection:
        statement, tables = translate(created.select, pair[0])
        _Catalog(connection, None, making=pair).add(tables)
        described = connection.execute(statement).description or []
    names = [str(column[0]).lower() for column in described]
    for position, name in enumerate(names):
        if name == f"_col{position}":
            raise QueryError(f"SYNTAX_ERROR: Column name not specified at position {position + 1}")
        if name in names[:position]:
            raise QueryError(f"SYNTAX_ERROR: Column name '{name}' specified more than once")
    try:
        columns = [
            (name, athena_type(str(column[1])), glue_type(column[1]))
            for name, column in zip(names, described, strict=True)
        ]
    except GlueTypeError as exc:  # Athena's words too: such a view is refused, though its SELECT runs
        raise QueryError(f"NOT_SUPPORTED: {exc}") from exc
    known.pop("/".join(pair), None)
    view = write_view(*pair, created.select, columns)
    status, _, body = shape.member("services.glue", "_create_table")(
        {"DatabaseName": pair[0], "TableInput": view}
    )
    if status >= 300:
        raise QueryError(json.loads(body)["message"])


def _full(pair: Pair) -> str:
    return ".".join(("awsdatacatalog", *pair))
