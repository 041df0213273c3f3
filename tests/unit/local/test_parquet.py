"""JSON records to Parquet by a Glue table's columns."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pixelweave_local.parquet import (
    EMPTY,
    MISMATCH,
    NO_TABLE,
    NOT_AN_OBJECT,
    NOT_JSON,
    Column,
    Refusal,
    convert,
)

COLUMNS = [
    Column("name", "string"),
    Column("at", "timestamp"),
    Column("value", "decimal(18,4)"),
    Column("props", "map<string,string>"),
    Column("goals", "array<struct<name:string,value:decimal(18,4)>>"),
    Column("version", "int"),
]
FULL: dict[str, Any] = {
    "name": 'Zoë, "quoted" 😀',
    "at": "2026-05-01 10:11:12.345",
    "value": "99999999999999.9999",
    "props": {"plan": "pro", "a b": ""},
    "goals": [{"name": "signup", "value": "-2.5"}, {"name": "x"}],
    "version": 1,
}


def encode(*rows: object) -> list[bytes]:
    return [json.dumps(row).encode() for row in rows]


def read(body: bytes | None, folder: Path) -> list[tuple[Any, ...]]:
    assert body is not None
    file = folder / "object.parquet"
    file.write_bytes(body)
    with duckdb.connect() as connection:
        return connection.execute(f"SELECT * FROM read_parquet('{file}')").fetchall()


def test_every_type_of_the_log_survives(tmp_path: Path) -> None:
    body, refused = convert(encode(FULL), COLUMNS)
    assert refused == {}
    assert read(body, tmp_path) == [
        (
            FULL["name"],
            dt.datetime(2026, 5, 1, 10, 11, 12, 345000),  # noqa: DTZ001 - Parquet's timestamps have no zone
            Decimal("99999999999999.9999"),
            {"plan": "pro", "a b": ""},
            [{"name": "signup", "value": Decimal("-2.5000")}, {"name": "x", "value": None}],
            1,
        )
    ]


def test_many_records_make_one_object_in_their_order(tmp_path: Path) -> None:
    body, refused = convert(encode(*({"name": str(number)} for number in range(100))), COLUMNS)
    assert refused == {}
    assert [row[0] for row in read(body, tmp_path)] == [str(number) for number in range(100)]


def test_missing_and_null_keys_are_null_and_unknown_ones_are_dropped(tmp_path: Path) -> None:
    body, _ = convert(encode({"NAME": "upper", "at": None, "unheard": 1}), COLUMNS)
    assert read(body, tmp_path) == [("upper", None, None, None, None, None)]


def test_a_record_may_hold_several_objects(tmp_path: Path) -> None:
    body, _ = convert([b'{"name":"a"}\n{"name":"b"}{"name":"c"}'], COLUMNS)
    assert [row[0] for row in read(body, tmp_path)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("bad", "refusal"),
    [
        (b"", EMPTY),
        (b" \n", EMPTY),
        (b"{", NOT_JSON),
        (b"\xff{}", NOT_JSON),
        (b'{"name":"a"} rest', NOT_JSON),
        (b"[]", NOT_AN_OBJECT),
        (b"1", NOT_AN_OBJECT),
        (b'{"at":"yesterday"}', MISMATCH),
        (b'{"value":"100000000000000"}', MISMATCH),
        (b'{"version":"one"}', MISMATCH),
        (b'{"goals":{"name":"a"}}', MISMATCH),
    ],
)
def test_a_bad_record_is_refused_alone(bad: bytes, refusal: Refusal, tmp_path: Path) -> None:
    body, refused = convert([*encode(FULL), bad, *encode({"name": "last"})], COLUMNS)
    assert refused == {1: refusal}
    assert [row[0] for row in read(body, tmp_path)] == [FULL["name"], "last"]


def test_there_is_no_object_when_no_record_fits() -> None:
    assert convert([b"{"], COLUMNS) == (None, {0: NOT_JSON})


def test_every_record_is_refused_when_the_table_does_not_exist() -> None:
    assert convert(encode(FULL), []) == (None, {0: NO_TABLE})


@pytest.mark.parametrize(
    ("asked", "written"), [("SNAPPY", "SNAPPY"), ("GZIP", "GZIP"), ("UNCOMPRESSED", "UNCOMPRESSED")]
)
def test_the_stream_chooses_the_compression(asked: str, written: str, tmp_path: Path) -> None:
    body, _ = convert(encode(FULL), COLUMNS, asked)
    file = tmp_path / "object.parquet"
    file.write_bytes(body or b"")
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT DISTINCT compression FROM parquet_metadata('{file}')").fetchall()
    assert found == [(written,)]
