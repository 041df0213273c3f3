"""Objects that are not quite what the log holds."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from pixelweave.goal import Condition
from pixelweave_parquet.event_column import MalformedObjectError
from pixelweave_parquet.object_scan import ObjectScan

from tests.unit.goal_match.rule_case import PIXEL, make_event, make_record
from tests.unit.parquet.event_file import COLUMNS, Event, write_events

if TYPE_CHECKING:
    from pathlib import Path

    from pixelweave.conversion import Conversion

EVENT = make_event(type="purchase", dialect="native", goals=[{"name": "a"}], labels={"plan": "pro"})
RECORDS = {
    PIXEL: [
        make_record(
            Condition(field="host", pattern="shop*"),
            Condition(field="label", key="plan", pattern="pro"),
            match="any",
        )
    ]
}


def scan(path: Path) -> list[Conversion]:
    with ObjectScan(path, spill=path.parent / "spill") as opened:
        opened.tally()
        return list(opened.find_conversions(RECORDS))


def scan_columns(folder: Path, columns: dict[str, str], event: Event = EVENT) -> list[str]:
    found = scan(write_events(folder / "object.parquet", [event], columns))
    return sorted(conversion.goal.key for conversion in found)


def test_nothing_at_the_path_is_not_malformed(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        scan(tmp_path / "object.parquet")


@pytest.mark.parametrize(
    "data", [b"", b"PAR1", b"PAR1PAR1", b"PAR1" + bytes(100) + b"PAR1", b'{"event_id": "secret"}\n' * 9]
)
def test_what_is_not_parquet_is_malformed(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "object.parquet"
    path.write_bytes(data)
    with pytest.raises(MalformedObjectError, match="not Parquet") as caught:
        scan(path)
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_the_object_may_lie_in_the_folder_that_is_spilled_to(tmp_path: Path) -> None:
    path = tmp_path / "object.parquet"
    path.write_bytes(b"PAR1" * 2)
    with pytest.raises(MalformedObjectError), ObjectScan(path, spill=tmp_path):
        pytest.fail("it is open")


def test_an_object_that_is_cut_off_or_damaged_is_malformed_or_read(tmp_path: Path) -> None:
    whole = write_events(tmp_path / "whole.parquet", [EVENT]).read_bytes()
    path, chance, malformed = tmp_path / "object.parquet", random.Random(7), 0
    for _ in range(60):
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data[: chance.choice((len(data), chance.randrange(len(data))))])
        try:
            scan(path)
        except MalformedObjectError:
            malformed += 1
    assert malformed > 30


@pytest.mark.parametrize(
    ("whole", "broken"),
    [
        (b"shop.secret", b"shop.s\xffcret"),
        # Names of a column and of a member.
        (b"visitor_id", b"visitor\xffid"),
        (b"unit", b"un\xfft"),
    ],
)
def test_text_that_is_not_utf8_is_malformed_and_not_told(tmp_path: Path, whole: bytes, broken: bytes) -> None:
    event = make_event(host="shop.secret.example")
    path = write_events(tmp_path / "object.parquet", [event])
    path.write_bytes(path.read_bytes().replace(whole, broken))
    with pytest.raises(MalformedObjectError) as caught:
        scan(path)
    assert "cret" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("missing", sorted(COLUMNS))
def test_a_column_that_an_older_object_lacks_is_null(tmp_path: Path, missing: str) -> None:
    columns = {name: kind for name, kind in COLUMNS.items() if name != missing}
    expected = {"b:Purchase", "d:g1", "h:a"}
    if missing in ("event_id", "pixel_id", "outcome", "received_at"):
        expected = set()
    elif missing in ("dialect", "type"):
        expected.remove("b:Purchase")
    elif missing == "goals":
        expected.remove("h:a")
    assert scan_columns(tmp_path, columns) == sorted(expected)


def test_columns_that_are_not_ours_or_written_otherwise_are_no_matter(tmp_path: Path) -> None:
    columns = {name.upper(): kind for name, kind in COLUMNS.items()} | {"later": "INTEGER[]"}
    event = {name.upper(): value for name, value in EVENT.items()}
    assert scan_columns(tmp_path, columns, event) == ["b:Purchase", "d:g1", "h:a"]


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("received_at", "TIMESTAMP_MS"),
        ("received_at", "TIMESTAMP_NS"),
        ("received_at", "TIMESTAMPTZ"),
        ("value", "DECIMAL(9,2)"),
        ("value", "DECIMAL(14,0)"),
    ],
)
def test_types_whose_values_all_fit_are_taken(tmp_path: Path, column: str, kind: str) -> None:
    event = EVENT | {"value": 7}
    if column == "received_at":
        event["received_at"] = "2025-06-01 12:00:00+00"
    path = write_events(tmp_path / "object.parquet", [event], COLUMNS | {column: kind})
    (found,) = [each for each in scan(path) if each.goal.key == "b:Purchase"]
    assert (found.received_at, str(found.value)) == (1_748_779_200_000, "7.0000")


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("event_id", "BLOB"),
        ("type", "INTEGER"),
        ("received_at", "BIGINT"),
        ("received_at", "VARCHAR"),
        ("received_at", "DATE"),
        ("value", "DOUBLE"),
        ("value", "VARCHAR"),
        ("value", "DECIMAL(18,5)"),
        ("value", "DECIMAL(19,4)"),
        ("labels", "VARCHAR"),
        ("props", "MAP(VARCHAR, INTEGER)"),
        ("goals", "VARCHAR[]"),
        ("goals", "STRUCT(name VARCHAR, value DECIMAL(18,4), unit VARCHAR)"),
        ("goals", "STRUCT(name VARCHAR, value DOUBLE, unit VARCHAR)[]"),
        ("goals", "STRUCT(name VARCHAR, unit VARCHAR)[]"),
    ],
)
def test_a_column_of_another_type_is_malformed(tmp_path: Path, column: str, kind: str) -> None:
    with pytest.raises(MalformedObjectError, match=f"the column {column} of the object is not of the type"):
        scan_columns(tmp_path, COLUMNS | {column: kind}, EVENT | {column: None})
