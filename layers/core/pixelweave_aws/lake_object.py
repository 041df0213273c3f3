"""The objects of the event log in the lake bucket: which there are, and what is in one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

EVENTS_PREFIX = "events/"
CHUNK_BYTES = 1024 * 1024


class ObjectGoneError(Exception):
    """There is no object of this key (any more)."""


@dataclass(frozen=True, slots=True)
class LakeObject:
    """An object of the log: its key, its bytes, and the UTC day of its partition (`dt`)."""

    key: str
    size: int
    day: date


class LakeObjects:
    """The log's objects in one bucket. Errors of AWS itself come through as botocore's."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self.bucket = bucket

    def list_events(self, first_day: date, last_day: date) -> list[LakeObject]:
        """The objects of the days from `first_day` to `last_day`, both included, in the order of their keys."""
        return list(self._list_events(first_day, last_day))

    def download(self, key: str, path: Path) -> None:
        """Write an object's bytes to a file. Raises ObjectGoneError."""
        try:
            body = self._client.get_object(Bucket=self.bucket, Key=key)["Body"]
        except ClientError as exc:
            if exc.response["Error"]["Code"] != "NoSuchKey":
                raise
            raise ObjectGoneError(key) from exc
        with path.open("wb") as file:
            for chunk in body.iter_chunks(CHUNK_BYTES):
                file.write(chunk)

    def _list_events(self, first_day: date, last_day: date) -> Iterator[LakeObject]:
        paginator = self._client.get_paginator("list_objects_v2")
        for number in range((last_day - first_day).days + 1):
            day = first_day + timedelta(days=number)
            for page in paginator.paginate(Bucket=self.bucket, Prefix=f"{EVENTS_PREFIX}dt={day}/"):
                for found in page.get("Contents", []):
                    yield LakeObject(found["Key"], found["Size"], day)
