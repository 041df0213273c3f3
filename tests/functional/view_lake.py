"""The lake in DuckDB: the tables by their fields, and every view of views/ as Athena would read it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pixelweave.field import FIELDS, Field
from pixelweave.funnel import FUNNEL_STEP_FIELDS
from pixelweave.goal_window_row import GOAL_WINDOW_FIELDS
from pixelweave.link import LINK_FIELDS
from pixelweave_local.athena import connect, translate
from pixelweave_local.glue_type import duckdb_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT = Path(__file__).parents[2]
DATABASE = "lake"
# The partition key of the logs.
DAY = Field("dt")
TABLES = {
    "events": (*FIELDS, DAY),
    "links": (*LINK_FIELDS, DAY),
    "goal_windows": GOAL_WINDOW_FIELDS,
    "funnel_steps": FUNNEL_STEP_FIELDS,
}


@cache
def list_views() -> dict[str, str]:
    """Return the statement of each view by its name, in the order in which they are made."""
    files = sorted((ROOT / "views").glob("*.sql"))
    return {file.stem.partition("_")[2]: file.read_text() for file in files}


@cache
def translate_view(name: str) -> str:
    """Return the view's statement in DuckDB's words."""
    return translate(list_views()[name], DATABASE)[0]


class ViewLake:
    """Empty tables and the views over them."""

    def __init__(self, *, events_from: Path | None = None) -> None:
        """`events_from` is a folder of partitions to read the events from, instead of an empty table."""
        self._connection = connect()
        self._connection.execute(f"CREATE SCHEMA {DATABASE}")
        for table, fields in TABLES.items():
            if table == "events" and events_from is not None:
                reader = f"read_parquet('{events_from}/*/*.parquet', hive_types = {{'dt': VARCHAR}})"
                self._connection.execute(f"CREATE VIEW {DATABASE}.events AS SELECT * FROM {reader}")
            else:
                self._connection.execute(f"CREATE TABLE {DATABASE}.{table} ({_list_columns(fields)})")
        for name in list_views():
            self._connection.execute(f"CREATE VIEW {DATABASE}.{name} AS {translate_view(name)}")

    def close(self) -> None:
        """Let go of the database: DuckDB complains of one that outlives the interpreter."""
        self._connection.close()

    def __enter__(self) -> ViewLake:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fill(self, table: str, rows: Iterable[dict[str, Any]]) -> None:
        """Make these the only rows of the table."""
        self._connection.execute(f"DELETE FROM {DATABASE}.{table}")
        for row in rows:
            names = ", ".join(f'"{name}"' for name in row)
            places = ", ".join("?" for _ in row)
            self._connection.execute(
                f"INSERT INTO {DATABASE}.{table} ({names}) VALUES ({places})", list(row.values())
            )

    def write_partition(self, folder: Path) -> None:
        """Write the events into one Parquet object of a new folder."""
        folder.mkdir()
        self._connection.execute(
            f"COPY (SELECT * EXCLUDE dt FROM {DATABASE}.events) TO '{folder}/part.parquet' (FORMAT parquet)"
        )

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Run Athena SQL; return the rows."""
        return self._connection.execute(translate(sql, DATABASE)[0]).fetchall()

    def read(self, view: str, columns: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """Return the view's rows, these columns of them, in the order of the columns."""
        result = self._connection.execute(
            f"SELECT {', '.join(columns or ['*'])} FROM {DATABASE}.{view} ORDER BY ALL"
        )
        names = [column[0] for column in result.description or []]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _list_columns(fields: Sequence[Field]) -> str:
    return ", ".join(f'"{field.name}" {duckdb_type(field.glue)}' for field in fields)
