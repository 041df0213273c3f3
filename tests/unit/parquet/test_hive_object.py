"""Objects as the real Firehose writes them say what the embedded one's say."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb
from hypothesis import HealthCheck, given, settings
from pixelweave.field import FIELDS
from pixelweave.goal_match import keep_least
from pixelweave_parquet.object_scan import ObjectScan

from tests.unit.goal_match.rule_case import NOON, PIXEL, make_event
from tests.unit.parquet.event_file import COLUMNS, write_events
from tests.unit.parquet.hive_file import write_hive
from tests.unit.parquet.strategy import draw_events, draw_records
from tests.unit.parquet.test_scan_agreement import expect

if TYPE_CHECKING:
    from pathlib import Path

    from pixelweave.goal import GoalRecord

    from tests.unit.parquet.event_file import Event

GLUE = {field.name: field.glue for field in FIELDS if field.name in COLUMNS}
ROWS: list[Event] = [
    make_event(
        goals=[{"name": "a", "value": Decimal("-99999999999999.9999"), "unit": "EUR"}, {"name": "b"}],
        value=Decimal("-1.5"),
        labels={"plan": "pro", "none": None},
        props={},
        received_at=NOON + 7,
    ),
    make_event(event_id="e2", goals=[], labels=None, received_at=0, path="é"),
    make_event(event_id="e3", goals=None, received_at=-1),
]


def test_the_file_is_what_hive_writes(tmp_path: Path) -> None:
    path = write_hive(tmp_path / "object.parquet", ROWS, GLUE)
    with duckdb.connect() as connection:
        query = "SELECT name, type, converted_type FROM parquet_schema(?) WHERE name IN ('received_at', 'value', 'bag', 'map')"
        kinds = set(connection.execute(query, [str(path)]).fetchall())
    assert ("received_at", "INT96", None) in kinds
    assert ("value", "FIXED_LEN_BYTE_ARRAY", "DECIMAL") in kinds
    assert ("map", None, "MAP_KEY_VALUE") in kinds
    assert "bag" in {name for name, _, _ in kinds}


def test_both_files_hold_the_same_rows(tmp_path: Path) -> None:
    columns = ", ".join(f'"{name}"' for name in GLUE)
    hive = write_hive(tmp_path / "hive.parquet", ROWS, GLUE)
    duck = write_events(tmp_path / "duck.parquet", ROWS)
    with duckdb.connect() as connection:
        rows, expected = (
            connection.execute(f"SELECT {columns} FROM read_parquet('{path}')").fetchall()
            for path in (hive, duck)
        )
    assert rows == expected


def test_the_rows_of_hive_are_tallied(tmp_path: Path) -> None:
    path = write_hive(tmp_path / "object.parquet", ROWS, GLUE)
    with ObjectScan(path, spill=tmp_path / "spill") as scan:
        assert [(each.pixel_id, each.day, dict(each.rows)) for each in scan.tally()] == [
            (PIXEL, "1969-12-31", {("23", "accepted"): 1}),
            (PIXEL, "1970-01-01", {("00", "accepted"): 1}),
            (PIXEL, "2025-06-01", {("12", "accepted"): 1}),
        ]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=draw_events(), records=draw_records())
def test_the_scan_of_hives_file_agrees_with_plain_python(
    tmp_path: Path, events: list[Event], records: list[GoalRecord]
) -> None:
    path = write_hive(tmp_path / "object.parquet", events, GLUE)
    by_pixel: dict[str, list[GoalRecord]] = {}
    for record in records:
        by_pixel.setdefault(record.pixel_id, []).append(record)
    with ObjectScan(path, spill=tmp_path / "spill") as scan:
        assert keep_least(scan.find_conversions(by_pixel)) == expect(events, records)
