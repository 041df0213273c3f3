"""Objects merged into one: the same rows in order, in the table's columns, or nothing at all."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from pixelweave.packing import LAYOUTS, PackingError
from pixelweave_local.glue_type import duckdb_type
from pixelweave_parquet.event_column import MalformedObjectError
from pixelweave_parquet.object_packing import ROW_GROUP_ROWS, Content, ObjectPacking

from tests.unit.goal_match.rule_case import NOON, make_event
from tests.unit.parquet.event_file import COLUMNS, write_events
from tests.unit.parquet.hive_file import write_hive
from tests.unit.parquet.strategy import draw_events
from tests.unit.parquet.test_hive_object import GLUE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.unit.parquet.event_file import Event

EVENTS = LAYOUTS["events"]


def pack(folder: Path, *sources: Path) -> Content:
    with ObjectPacking(EVENTS, folder, memory_mb=256) as packing:
        return packing.pack(sources, folder / "packed.parquet")


def read(paths: Sequence[Path], order: str = "") -> list[tuple[Any, ...]]:
    """All rows in the columns that the sources have."""
    columns = ", ".join(f'"{name}"' for name in GLUE)
    listed = ", ".join(f"'{path}'" for path in paths)
    with duckdb.connect() as connection:
        return connection.execute(
            f"SELECT {columns} FROM read_parquet([{listed}], union_by_name = true) {order}"
        ).fetchall()


def count(rows: Sequence[tuple[Any, ...]]) -> Counter[str]:
    return Counter(map(repr, rows))


def write(path: Path, select: str) -> Path:
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 20480)")
    return path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(draw_events(), draw_events())
def test_rows_of_both_writers_are_neither_lost_nor_changed_nor_counted_once(
    streamed: list[Event], embedded: list[Event]
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        sources = [
            write_hive(folder / "hive.parquet", [*streamed, *streamed], GLUE),
            write_events(folder / "duck.parquet", embedded),
        ]
        content = pack(folder, *sources)
        assert content.rows == 2 * len(streamed) + len(embedded)
        assert count(read([folder / "packed.parquet"])) == count(read(sources))


def test_packing_what_was_packed_changes_nothing(tmp_path: Path) -> None:
    source = write_events(tmp_path / "a.parquet", [make_event(), make_event(event_id="e2", value=None)])
    first = pack(tmp_path, source)
    again = tmp_path / "again"
    again.mkdir()
    (again / "b.parquet").write_bytes((tmp_path / "packed.parquet").read_bytes())
    assert pack(again, again / "b.parquet") == first
    assert (again / "packed.parquet").read_bytes() == (tmp_path / "packed.parquet").read_bytes()


def test_rows_are_sorted_by_pixel_and_time_in_row_groups_that_can_be_skipped(tmp_path: Path) -> None:
    rows = 3 * ROW_GROUP_ROWS
    write(
        tmp_path / "a.parquet",
        f"SELECT 'e' || range AS event_id, 'px_' || range % 3 AS pixel_id, make_timestamp_ms({NOON} - range) AS received_at "
        f"FROM range({rows})",
    )
    assert pack(tmp_path, tmp_path / "a.parquet").rows == rows
    with duckdb.connect() as connection:
        file = f"'{tmp_path / 'packed.parquet'}'"
        found = connection.execute(
            "SELECT row_group_id, stats_min, stats_max, compression FROM parquet_metadata("
            f"{file}) WHERE path_in_schema = 'pixel_id' ORDER BY 1"
        ).fetchall()
        ordered = connection.execute(
            f"SELECT pixel_id, received_at FROM read_parquet({file}, file_row_number = true) ORDER BY file_row_number"
        ).fetchall()
    assert found == [(number, f"px_{number}", f"px_{number}", "ZSTD") for number in range(3)]
    assert ordered == sorted(ordered)


@pytest.mark.parametrize("log", LAYOUTS)
def test_a_packed_object_has_the_columns_of_its_table_in_their_order_and_types(
    log: str, tmp_path: Path
) -> None:
    source = write(tmp_path / "a.parquet", "SELECT 'x' AS event_id")
    with ObjectPacking(LAYOUTS[log], tmp_path, memory_mb=256) as packing:
        packing.pack([source], tmp_path / "packed.parquet")
    with duckdb.connect() as connection:
        relation = connection.read_parquet(str(tmp_path / "packed.parquet"))
        found = list(zip(relation.columns, map(str, relation.types), strict=True))
        wanted = [(field.name, str(duckdb.type(duckdb_type(field.glue)))) for field in LAYOUTS[log].fields]
        assert found == wanted
        (row,) = relation.fetchall()
    assert [value for value in row if value is not None] == ["x"]


def test_objects_from_before_a_column_or_a_member_was_there_have_null_in_it(tmp_path: Path) -> None:
    older = write(tmp_path / "a.parquet", "SELECT 'e1' AS event_id, [{'name': 'Lead'}] AS goals")
    newer = write_events(
        tmp_path / "b.parquet", [make_event(event_id="e2", goals=[{"name": "a", "unit": "EUR"}])]
    )
    pack(tmp_path, older, newer)
    rows = {row[0]: dict(zip(GLUE, row, strict=True)) for row in read([tmp_path / "packed.parquet"])}
    assert rows["e1"]["goals"] == [{"name": "Lead", "value": None, "unit": None}]
    assert rows["e1"]["value"] is None
    assert rows["e2"]["goals"][0]["unit"] == "EUR"


@pytest.mark.parametrize(
    ("select", "told"),
    [
        ("SELECT 'e' AS event_id, 1 AS surprise", "columns that the table lacks: surprise"),
        ("SELECT 'e' AS event_id, [{'name': 'a', 'more': 1}] AS goals", "the column goals"),
        ("SELECT 'e' AS event_id, [{'sku': 'a', 'more': 1}] AS products", "the column products"),
        ("SELECT 'e' AS event_id, [{'price': 1.5::DOUBLE}] AS products", "the column products"),
        ("SELECT 'e' AS event_id, 1.5::DOUBLE AS value", "the column value"),
        ("SELECT 'e' AS event_id, 1.23456 AS value", "the column value"),
        ("SELECT 7 AS event_id", "the column event_id"),
        ("SELECT 'e' AS event_id, 1::BIGINT AS schema_version", "the column schema_version"),
        ("SELECT 'e' AS event_id, MAP {'a': 1} AS labels", "the column labels"),
    ],
)
def test_what_the_table_cannot_hold_is_refused_and_not_dropped(
    select: str, told: str, tmp_path: Path
) -> None:
    fine = write_events(tmp_path / "a.parquet", [make_event()])
    with pytest.raises(MalformedObjectError, match=rf"b\.parquet: .*{told}"):
        pack(tmp_path, fine, write(tmp_path / "b.parquet", select))
    assert not (tmp_path / "packed.parquet").exists()


def test_a_damaged_object_is_told_by_name(tmp_path: Path) -> None:
    whole = write_events(tmp_path / "a.parquet", [make_event()])
    (tmp_path / "b.parquet").write_bytes(whole.read_bytes()[:-9])
    with pytest.raises(MalformedObjectError, match=r"b\.parquet: the object is not Parquet"):
        pack(tmp_path, whole, tmp_path / "b.parquet")


@pytest.mark.parametrize("written", [Content(0, 7), Content(1, 8)])
def test_an_object_that_is_not_what_was_read_is_refused(
    written: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = iter([Content(1, 7), written])
    monkeypatch.setattr(ObjectPacking, "_measure", lambda *_: next(measured))
    with pytest.raises(PackingError, match="its sources 1 and 7"):
        pack(tmp_path, write_events(tmp_path / "a.parquet", [make_event()]))


@pytest.mark.parametrize("change", [{"path": "/other"}, {"labels": {"a": "c"}}, {"received_at": NOON + 1}])
def test_the_checksum_tells_rows_that_differ_in_anything_and_not_their_order(
    change: dict[str, Any], tmp_path: Path
) -> None:
    events = [make_event(labels={"a": "b"}), make_event(event_id="e2")]
    sums = []
    for name, rows in (("a", events), ("b", events[::-1]), ("c", [events[0] | change, events[1]])):
        folder = tmp_path / name
        folder.mkdir()
        sums.append(pack(folder, write_events(folder / "x.parquet", rows)).checksum)
    assert sums[0] == sums[1] != sums[2]


def test_a_folder_without_rows_becomes_an_object_without_rows(tmp_path: Path) -> None:
    assert pack(tmp_path, write_events(tmp_path / "a.parquet", [], COLUMNS)) == Content(0, 0)


def test_nothing_outside_its_folder_can_be_read(tmp_path: Path) -> None:
    outside = write_events(tmp_path / "a.parquet", [make_event()])
    inside = tmp_path / "inside"
    inside.mkdir()
    with pytest.raises(duckdb.PermissionException):
        pack(inside, outside)
