"""Registered partitions: whose they are, and which of them have objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from pixelweave_local import shape
from pixelweave_local.athena_partition import Place, is_registered, read_places
from pixelweave_local.athena_table import Source, relation

if TYPE_CHECKING:
    from pathlib import Path

KEYS = [{"Name": "dt", "Type": "string"}]


@pytest.mark.parametrize(
    ("glue", "expected"),
    [
        ({"PartitionKeys": KEYS}, True),
        ({"PartitionKeys": KEYS, "Parameters": {"projection.enabled": "false"}}, True),
        ({"PartitionKeys": KEYS, "Parameters": {"projection.enabled": "TRUE"}}, False),
        ({"PartitionKeys": []}, False),
        ({}, False),
    ],
)
def test_a_table_with_keys_and_without_projection_has_registered_partitions(
    glue: dict[str, Any], *, expected: bool
) -> None:
    assert is_registered(glue) is expected


def make_partition(day: str, location: str) -> dict[str, Any]:
    return {"Values": [day], "StorageDescriptor": {"Location": location}}


def test_partitions_with_objects_are_told_by_their_own_locations(monkeypatch: pytest.MonkeyPatch) -> None:
    stores: dict[tuple[str, str], Any] = {
        ("services.glue", "_partitions"): {
            "log/events": [
                make_partition("1", "s3://lake/events/dt=1/"),
                make_partition("2", "s3://lake/packed/dt=2/v"),
                make_partition("3", "s3://lake/events/dt=3/"),
                make_partition("4", "s3://gone/events/dt=4/"),
            ]
        },
        ("services.s3", "_buckets"): {
            "lake": {"objects": {"events/dt=1/a": b"", "packed/dt=2/v/a": b"", "events/dt=30/a": b""}}
        },
    }
    monkeypatch.setattr(shape, "member", lambda *names: stores[names])
    assert read_places("log", "events") == [
        Place(("1",), "s3://lake/events/dt=1/"),
        Place(("2",), "s3://lake/packed/dt=2/v"),
    ]
    assert read_places("log", "links") == []


def test_a_relation_of_registered_partitions_has_their_values_whatever_their_paths(tmp_path: Path) -> None:
    glue = {
        "StorageDescriptor": {
            "Location": "s3://lake/events/",
            "Columns": [{"Name": "name", "Type": "string"}],
        },
        "PartitionKeys": KEYS,
    }
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT 'a' AS name) TO '{tmp_path}/x.parquet' (FORMAT parquet)")
        partitions: dict[tuple[str, ...], list[str]] = {("2026-05-01",): [f"{tmp_path}/x.parquet"]}
        select = relation(Source("log", "events", glue, tmp_path, [], partitions))
        assert connection.execute(select).fetchall() == [("a", "2026-05-01")]
