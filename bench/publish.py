"""What publishing the dashboard takes: each part's query over logs of 10⁵ and 10⁶ events, or of the sizes given.

    python -m bench.publish [EVENTS …]

A run of every night: three days are due; sessions, visitors and orders are looked for in all thirty. Seconds are DuckDB's, two threads.
What Athena would scan is read off DuckDB's plan: for each scan of the log its columns in the objects of its days. There WITH queries
are not kept but run at each mention, as Trino does; each scan is billed.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from pixelweave.dashboard_part import PARTS
from pixelweave.dashboard_query import compose_query
from pixelweave.field import FIELDS
from pixelweave.link import LINK_FIELDS
from pixelweave_aws.dashboard_text import read_texts
from pixelweave_local.athena import connect, translate

from bench.artefact import ROOT
from bench.publish_log import DATABASE, DAYS, LAST_DAY, PIXELS, write_log

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb

SIZES = (100_000, 1_000_000)
DAYS_DUE = 3
MEMORY = "6GB"
_COLUMN = re.compile("[a-z_]+")


@dataclass(frozen=True)
class Scan:
    """What the scans of a query read: how many there are, and their rows and bytes."""

    scans: int
    rows: int
    bytes: int


@dataclass(frozen=True)
class Table:
    """A log's objects: how many, their rows, and the bytes of each column."""

    objects: int
    rows: int
    columns: Mapping[str, int]


def describe_table(connection: duckdb.DuckDBPyConnection, folder: Path) -> Table:
    """Return what lies in a folder of Parquet objects."""
    objects = f"'{folder}/*/*.parquet'"
    ((count, rows),) = connection.execute(
        f"SELECT count(*), sum(num_rows) FROM parquet_file_metadata({objects})"
    ).fetchall()
    columns = connection.execute(
        "SELECT split_part(path_in_schema, ',', 1), sum(total_compressed_size)::BIGINT "
        f"FROM parquet_metadata({objects}) GROUP BY 1"
    ).fetchall()
    return Table(count, rows, dict(columns))


def find_scans(plan: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield what each scan of Parquet in a plan says of itself."""
    for node in plan:
        if node["name"].strip() == "READ_PARQUET":
            yield node["extra_info"]
        yield from find_scans(node["children"])


def measure_scan(connection: duckdb.DuckDBPyConnection, statement: str, tables: Mapping[str, Table]) -> Scan:
    """Return what a statement reads of the tables, each WITH query run at each mention."""
    inlined = re.sub(r"\bAS \((?=\s*(SELECT|WITH)\b)", "AS NOT MATERIALIZED (", statement)
    ((_, plan),) = connection.execute(f"EXPLAIN (FORMAT json) {inlined}").fetchall()
    scans, rows, size = 0, 0.0, 0.0
    for info in find_scans(json.loads(plan)):
        read = set(_COLUMN.findall(str(info.get("Projections", "")) + " " + str(info.get("Filters", ""))))
        table = tables["links" if is_of_links(read) else "events"]
        chosen, _, _ = str(info.get("Scanning Files", f"{table.objects}/")).partition("/")
        share = int(chosen) / table.objects
        scans += 1
        rows += table.rows * share
        size += share * sum(amount for column, amount in table.columns.items() if column in read)
    return Scan(scans, round(rows), round(size))


def is_of_links(columns: set[str]) -> bool:
    """Whether these columns are those of a scan of the links: some are in no other table."""
    return bool(columns & ({field.name for field in LINK_FIELDS} - {field.name for field in FIELDS}))


def measure_part(connection: duckdb.DuckDBPyConnection, statement: str) -> tuple[float, float, int]:
    """Return the seconds that a statement takes by the clock and of processors, and how many rows it answers."""
    started, worked = perf_counter(), process_time()
    rows = len(connection.execute(statement).fetchall())
    return perf_counter() - started, process_time() - worked, rows


def measure_log(events: int, folder: Path) -> None:
    """Print the table of a log of so many events."""
    texts = read_texts(ROOT / "dashboard" / "queries", ROOT / "views")
    with connect() as connection:
        connection.execute("SET threads = 2")
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute(f"SET temp_directory = '{folder / 'spill'}'")
        write_log(connection, folder, events)
        tables = {name: describe_table(connection, folder / name) for name in ("events", "links")}
        size = sum(tables["events"].columns.values())
        print(f"  {events:,} events of {PIXELS} pixels in {DAYS} days, {size / 1e6:,.1f} MB of Parquet")
        print(
            f"    {'part':<12}{'seconds':>9}{'of CPU':>9}{'rows':>9}{'scans':>7}{'rows read':>13}{'MB':>9}{'MB a day and pixel':>20}"
        )
        for part in PARTS:
            first = LAST_DAY - timedelta(days=DAYS_DUE - 1)
            sql = compose_query(
                part, texts, log=f'"{DATABASE}"."events"', first=first, last=LAST_DAY, days_back=DAYS
            )
            statement, _ = translate(sql, DATABASE)
            scan = measure_scan(connection, statement, tables)
            seconds, worked, rows = measure_part(connection, statement)
            share = scan.bytes / DAYS_DUE / PIXELS
            print(
                f"    {part.name:<12}{seconds:>9.2f}{worked:>9.2f}{rows:>9,}{scan.scans:>7}{scan.rows:>13,}"
                f"{scan.bytes / 1e6:>9.1f}{share / 1e6:>20.2f}"
            )


def main(arguments: list[str]) -> None:
    """Print a table for each size."""
    print("publish: DuckDB, two threads; a night's run")
    for events in [int(text.replace("_", "")) for text in arguments] or SIZES:
        with TemporaryDirectory() as name:
            measure_log(events, Path(name))


if __name__ == "__main__":
    main(sys.argv[1:])
