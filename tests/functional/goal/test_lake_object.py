"""The log's objects: which there are, and what is in one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError
from pixelweave_aws.lake_object import CHUNK_BYTES, LakeObject, LakeObjects, ObjectGoneError

if TYPE_CHECKING:
    from pathlib import Path

KEYS = (
    "events/dt=2026-06-30/a.parquet",
    "events/dt=2026-07-01/a b+c.parquet",
    "events/dt=2026-07-01/b.parquet",
    "events/dt=2026-07-02/a.parquet",
    "events/other.parquet",
    "links/dt=2026-07-01/a.parquet",
)


@pytest.fixture
def objects(aws: None) -> LakeObjects:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="lake", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for number, key in enumerate(KEYS):
        s3.put_object(Bucket="lake", Key=key, Body=b"x" * number)
    return LakeObjects(s3, "lake")


@pytest.mark.parametrize(
    ("first", "last", "places"),
    [
        (date(2026, 7, 1), date(2026, 7, 1), [1, 2]),
        (date(2026, 6, 30), date(2026, 7, 2), [0, 1, 2, 3]),
        (date(2026, 7, 3), date(2026, 7, 9), []),
        (date(2026, 7, 2), date(2026, 7, 1), []),
    ],
)
def test_the_objects_of_days_are_those_of_their_partitions(
    objects: LakeObjects, first: date, last: date, places: list[int]
) -> None:
    assert objects.list_events(first, last) == [
        LakeObject(KEYS[place], place, date.fromisoformat(KEYS[place][10:20])) for place in places
    ]


@pytest.mark.parametrize("size", [0, CHUNK_BYTES, CHUNK_BYTES + 1])
def test_an_object_is_fetched_whole(objects: LakeObjects, tmp_path: Path, size: int) -> None:
    body = bytes(number % 251 for number in range(size))
    objects._client.put_object(Bucket="lake", Key="events/large", Body=body)
    objects.download("events/large", tmp_path / "object")
    assert (tmp_path / "object").read_bytes() == body


def test_an_object_that_is_gone_is_told_from_one_that_must_not_be_read(
    objects: LakeObjects, tmp_path: Path
) -> None:
    with pytest.raises(ObjectGoneError):
        objects.download("events/gone", tmp_path / "object")
    with pytest.raises(ClientError, match="NoSuchBucket"):
        LakeObjects(objects._client, "no-such-bucket").download("events/gone", tmp_path / "object")
