"""A log's objects in S3, as S3 itself tells of them: what packing fetches, writes, copies and deletes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from pixelweave.packing import Manifest, PackedPiece, PackingError, Piece
from pixelweave_aws.lake_object import ObjectGoneError
from pixelweave_aws.packed_day import LogStore, ObjectChangedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

DAY = date(2026, 3, 1)
PREFIX = f"packed/events/dt={DAY}/v1/"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Client]:
    """A bucket with nothing in it."""
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="lake")
        yield client


@pytest.fixture
def store(s3: S3Client) -> LogStore:
    """The log `events` in it."""
    return LogStore(s3, "lake", "events")


def test_days_are_those_of_raw_objects(s3: S3Client, store: LogStore) -> None:
    for key in ("events/dt=2026-03-02/a", "events/dt=2026-03-01/a", "events/dt=2026-03-01/b"):
        s3.put_object(Bucket="lake", Key=key)
    for key in ("events/dt=today/a", "events/a", "links/dt=2026-03-03/a", "packed/events/dt=2026-03-04/v/a"):
        s3.put_object(Bucket="lake", Key=key)
    assert store.list_days() == [DAY, date(2026, 3, 2)]


def test_names_that_athena_does_not_see_are_not_listed(s3: S3Client, store: LogStore) -> None:
    for name in ("b", "a", "_manifest.json", ".hidden"):
        s3.put_object(Bucket="lake", Key=PREFIX + name, Body=b"xy")
    found = store.list_visible(PREFIX)
    assert [(each.key, each.size) for each in found] == [(f"{PREFIX}a", 2), (f"{PREFIX}b", 2)]


def test_a_packed_object_is_written_once_and_found_with_what_is_known_of_it(
    store: LogStore, tmp_path: Path
) -> None:
    path = tmp_path / "object"
    path.write_bytes(b"first")
    written = store.write(path, f"{PREFIX}a", 7, 2**70)
    assert (written.rows, written.checksum, written.piece.size) == (7, 2**70, 5)
    assert store.find(f"{PREFIX}a") == written
    path.write_bytes(b"second")
    assert store.write(path, f"{PREFIX}a", 9, 9) == written
    assert store.find(f"{PREFIX}b") is None


def test_an_object_of_unknown_origin_is_neither_taken_nor_overwritten(
    s3: S3Client, store: LogStore, tmp_path: Path
) -> None:
    s3.put_object(Bucket="lake", Key=f"{PREFIX}a", Body=b"x")
    path = tmp_path / "object"
    path.write_bytes(b"first")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        store.write(path, f"{PREFIX}a", 7, 7)
    assert s3.get_object(Bucket="lake", Key=f"{PREFIX}a")["Body"].read() == b"x"


def test_a_source_is_fetched_as_it_was_listed_or_not_at_all(
    s3: S3Client, store: LogStore, tmp_path: Path
) -> None:
    s3.put_object(Bucket="lake", Key=f"{PREFIX}a", Body=b"first")
    (listed,) = store.list_visible(PREFIX)
    store.fetch(listed, tmp_path / "object")
    assert (tmp_path / "object").read_bytes() == b"first"
    s3.put_object(Bucket="lake", Key=f"{PREFIX}a", Body=b"other")
    with pytest.raises(ObjectChangedError):
        store.fetch(listed, tmp_path / "object")
    s3.delete_object(Bucket="lake", Key=f"{PREFIX}a")
    with pytest.raises(ObjectGoneError):
        store.fetch(listed, tmp_path / "object")


def test_a_copy_has_the_bytes_and_what_is_known_of_them(store: LogStore, tmp_path: Path) -> None:
    path = tmp_path / "object"
    path.write_bytes(b"first")
    written = store.write(path, f"{PREFIX}a", 7, 8)
    copied = store.copy(written, "packed/events/dt=2026-03-01/v2/a")
    assert store.find("packed/events/dt=2026-03-01/v2/a") == copied
    assert (copied.rows, copied.checksum, copied.piece.etag) == (7, 8, written.piece.etag)


def test_a_manifest_is_read_as_it_was_written(s3: S3Client, store: LogStore) -> None:
    piece = Piece("events/dt=2026-03-01/a", '"tag"', 5)
    manifest = Manifest("v1", (piece,), (piece, piece), (PackedPiece(piece, 3, 2**80),))
    assert store.read_manifest(PREFIX) is None
    store.write_manifest(PREFIX, manifest)
    assert store.read_manifest(PREFIX) == manifest
    assert store.list_visible(PREFIX) == []
    s3.put_object(Bucket="lake", Key=f"{PREFIX}_manifest.json", Body=b'{"version": 1}')
    with pytest.raises(PackingError, match="cannot be read"):
        store.read_manifest(PREFIX)


def test_other_versions_are_listed_with_all_that_lies_there_and_deleted(
    s3: S3Client, store: LogStore
) -> None:
    kept = [f"{PREFIX}_manifest.json", f"{PREFIX}a", "packed/events/dt=2026-03-02/v0/a"]
    others = [f"packed/events/dt={DAY}/v0/_manifest.json", f"packed/events/dt={DAY}/v10/a"]
    for key in kept + others:
        s3.put_object(Bucket="lake", Key=key)
    assert store.list_others(DAY, "v1") == others
    store.delete(others)
    assert sorted(each["Key"] for each in s3.list_objects_v2(Bucket="lake")["Contents"]) == sorted(kept)


def test_more_objects_than_one_call_takes_are_all_deleted(
    s3: S3Client, store: LogStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    delete, sizes = store._client.delete_objects, []

    def note(**asked: Any) -> Any:  # moto takes any number
        sizes.append(len(asked["Delete"]["Objects"]))
        return delete(**asked)

    monkeypatch.setattr(store._client, "delete_objects", note)
    keys = [f"events/dt=2026-03-01/{number:04}" for number in range(1_001)]
    for key in (keys[0], keys[-1]):
        s3.put_object(Bucket="lake", Key=key)
    store.delete(keys)
    assert sizes == [1_000, 1]
    assert "Contents" not in s3.list_objects_v2(Bucket="lake")


def test_an_object_that_s3_keeps_is_told(store: LogStore, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = {"Errors": [{"Key": "events/a", "Code": "AccessDenied"}]}
    monkeypatch.setattr(store._client, "delete_objects", lambda **_: answer)
    with pytest.raises(PackingError, match="events/a was not deleted: AccessDenied"):
        store.delete(["events/a"])
