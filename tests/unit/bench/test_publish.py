"""How the bench of publishing tells what a query scans, on a log of a few rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pixelweave_local.athena import connect

from bench.publish import describe_table, measure_log, measure_scan
from bench.publish_log import DAYS, PIXELS, write_log

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from bench.publish import Scan

EVENTS = 3_000
DAY = "dt = '2025-06-02'"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log")


@pytest.fixture(scope="module")
def connection(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect() as connection:
        write_log(connection, folder, EVENTS)
        yield connection


@pytest.fixture
def scan(connection: duckdb.DuckDBPyConnection, folder: Path) -> Scanning:
    return Scanning(connection, folder)


class Scanning:
    """Measures statements over the log."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.tables = {name: describe_table(connection, folder / name) for name in ("events", "links")}
        self._connection = connection

    def __call__(self, statement: str) -> Scan:
        return measure_scan(self._connection, statement, self.tables)


def test_the_log_has_its_rows_in_an_object_a_day_and_the_same_ones_each_time(
    connection: duckdb.DuckDBPyConnection, folder: Path, tmp_path: Path
) -> None:
    events = describe_table(connection, folder / "events")
    assert (events.objects, events.rows) == (DAYS, EVENTS)
    drawn = "SELECT count(DISTINCT pixel_id), count(DISTINCT visitor_id), sum(value), bit_xor(hash(message_id, path)) FROM lake.events"
    with connect() as other:
        write_log(other, tmp_path, EVENTS)
        assert connection.execute(drawn).fetchall() == other.execute(drawn).fetchall()
    ((pixels, *_),) = connection.execute(drawn).fetchall()
    assert pixels == PIXELS


def test_a_scan_reads_its_columns_in_the_objects_of_its_days(scan: Scanning) -> None:
    columns = scan.tables["events"].columns
    whole = scan("SELECT sum(value) FROM lake.events")
    assert (whole.scans, whole.rows, whole.bytes) == (1, EVENTS, columns["value"])
    day = scan(f"SELECT sum(value) FROM lake.events WHERE {DAY}")
    assert (day.rows, day.bytes) == (EVENTS // DAYS, round(columns["value"] / DAYS))


def test_what_a_scan_filters_by_is_read_too(scan: Scanning) -> None:
    columns = scan.tables["events"].columns
    read = scan("SELECT sum(value) FROM lake.events WHERE outcome = 'accepted'")
    assert read.bytes == columns["value"] + columns["outcome"]


def test_a_list_is_read_with_its_members_and_the_links_are_told_from_the_events(scan: Scanning) -> None:
    assert scan("SELECT max(labels) FROM lake.events").bytes == scan.tables["events"].columns["labels"]
    assert scan("SELECT string_agg(digest) FROM lake.links").bytes == scan.tables["links"].columns["digest"]


def test_a_with_query_is_read_at_each_mention(scan: Scanning) -> None:
    once = "WITH a AS (SELECT value FROM lake.events) SELECT sum(value) FROM a"
    twice = "WITH a AS (SELECT value FROM lake.events) SELECT sum(a.value + b.value) FROM a, a AS b"
    assert scan(twice).bytes == 2 * scan(once).bytes
    assert (scan(once).scans, scan(twice).scans) == (1, 2)


def test_a_table_of_every_part_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measure_log(EVENTS, tmp_path)
    printed = capsys.readouterr().out
    for part in ("activity", "sessions", "goals", "funnels", "identity"):
        assert f"\n    {part} " in printed
