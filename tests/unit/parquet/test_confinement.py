"""A scan reads its object and its own spill, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest
from pixelweave_parquet.event_column import MalformedObjectError
from pixelweave_parquet.object_scan import ObjectScan

from tests.unit.goal_match.rule_case import PIXEL, make_event, make_record
from tests.unit.parquet.event_file import write_events

if TYPE_CHECKING:
    from pathlib import Path

_WIDE = """COPY (
    SELECT 'e' || i AS event_id, md5(i::VARCHAR) AS message_id, 'px_one' AS pixel_id, 'accepted' AS outcome,
        make_timestamp_ms(1748779200000 + i) AS received_at, 'shop.example' AS host, md5((i // 2)::VARCHAR) AS session_id
    FROM range(200000) AS numbers(i)
) TO '{path}' (FORMAT parquet)"""


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_parquet('{folder}/other.parquet')",
        "SELECT * FROM read_text('{folder}/*')",
        "SELECT * FROM sniff_csv('{folder}/other.parquet')",
        "SELECT * FROM read_parquet('http://127.0.0.1:9/x.parquet')",
        "COPY (SELECT 1) TO '{folder}/made.parquet'",
        "ATTACH '{folder}/made.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET threads = 8",
        "SET enable_external_access = true",
        "SET allowed_paths = ['{folder}/other.parquet']",
    ],
)
def test_nothing_else_can_be_read_written_loaded_or_set(tmp_path: Path, statement: str) -> None:
    write_events(tmp_path / "other.parquet", [make_event()])
    path = write_events(tmp_path / "object.parquet", [make_event()])
    with ObjectScan(path, spill=tmp_path / "spill") as scan:
        assert scan._connection is not None
        with pytest.raises((duckdb.Error, MalformedObjectError)):
            list(scan._connection.fetch(statement.format(folder=tmp_path), {}))
        assert scan.pixel_ids() == {PIXEL}
    assert not list(tmp_path.glob("made*"))


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("SELEC 1", duckdb.ParserException),
        ("SELECT nothing FROM event", duckdb.BinderException),
        ("SELECT 1 FROM nothing", duckdb.CatalogException),
        ("SELECT * FROM read_text('{folder}/*')", duckdb.PermissionException),
    ],
)
def test_a_wrong_statement_is_not_the_objects_fault(
    tmp_path: Path, statement: str, error: type[duckdb.Error]
) -> None:
    path = write_events(tmp_path / "object.parquet", [make_event()])
    with ObjectScan(path, spill=tmp_path / "spill") as scan:
        assert scan._connection is not None
        with pytest.raises(error):
            list(scan._connection.fetch(statement.format(folder=tmp_path), {}))


def test_limits_are_set_and_no_extension_is_fetched(tmp_path: Path) -> None:
    path = write_events(tmp_path / "object.parquet", [make_event()])
    query = """SELECT current_setting('memory_limit'), current_setting('threads'),
        current_setting('autoload_known_extensions'), current_setting('autoinstall_known_extensions')"""
    with ObjectScan(path, memory_mb=64, spill=tmp_path / "spill", threads=2) as scan:
        assert scan._connection is not None
        assert list(scan._connection.fetch(query, {})) == [("64.0 MiB", 2, False, False)]


def test_what_does_not_fit_memory_is_spilled_there(tmp_path: Path) -> None:
    path, spill = tmp_path / "object.parquet", tmp_path / "spill"
    with duckdb.connect() as connection:
        connection.execute(_WIDE.format(path=path))
    records = {PIXEL: [make_record(once="session", goal_id=str(number)) for number in range(3)]}
    with ObjectScan(path, memory_mb=48, spill=spill) as scan:
        found = scan.find_conversions(records, implied=False)
        next(found)
        assert list(spill.iterdir())
        assert sum(1 for _ in found) == 299_999
    assert not spill.exists()


@pytest.mark.parametrize(
    ("memory_mb", "error"), [(16, duckdb.OutOfMemoryException), (48, duckdb.IOException)]
)
def test_too_little_of_both_is_not_the_objects_fault(
    tmp_path: Path, memory_mb: int, error: type[Exception]
) -> None:
    path, spill = tmp_path / "object.parquet", tmp_path / "spill"
    with duckdb.connect() as connection:
        connection.execute(_WIDE.format(path=path))
    spill.write_text("a file, in which nothing can be put")
    records = {PIXEL: [make_record(once="session", goal_id=str(number)) for number in range(3)]}
    with pytest.raises(error), ObjectScan(path, memory_mb=memory_mb, spill=spill) as scan:
        list(scan.find_conversions(records))
