"""The objects of the event log in the lake bucket: which there are, and what is in one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from mypy_boto3_s3 import S3Client
    from pixelweave.packing import Manifest

EVENTS_PREFIX = "events/"
CHUNK_BYTES = 1024 * 1024


class ObjectGoneError(Exception):
    """There is no object of this key (any more)."""


@dataclass(frozen=True, slots=True)
class LakeObject:
    """An object of the log: its key, its bytes, the UTC day of its partition (`dt`), and whether it was packed of others."""

    key: str
    size: int
    day: date
    is_packed: bool = False


class PackedDays(Protocol):
    """Which days are packed: `pixelweave_aws.packed_log.PackedLog`."""

    def read(self, first_day: date, last_day: date) -> Mapping[date, Manifest]:
        """The manifests of those that are."""


class LakeObjects:
    """The log's objects in one bucket, of which none is packed unless `packed` says so. Errors of AWS itself come through as botocore's."""

    def __init__(self, client: S3Client, bucket: str, packed: PackedDays | None = None) -> None:
        self._client = client
        self.bucket = bucket
        self._packed = packed

    def list_events(self, first_day: date, last_day: date) -> list[LakeObject]:
        """The objects of the days from `first_day` to `last_day`, both included, which together have each row of the log once.

        Those of a packed day are its packed ones and raw ones that came too late to be among them. They stay for as long as what is
        replaced stays (docs/compaction.md). Raises PackingError where a day's manifest is missing.
        """
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
        # Before the raw objects: what is packed in between is still there.
        manifests = self._packed.read(first_day, last_day) if self._packed else {}
        paginator = self._client.get_paginator("list_objects_v2")
        for number in range((last_day - first_day).days + 1):
            day = first_day + timedelta(days=number)
            covered = set[str]()
            if day in manifests:
                covered = {each.key for each in manifests[day].covers}
                for packed in manifests[day].objects:
                    yield LakeObject(packed.piece.key, packed.piece.size, day, is_packed=True)
            for page in paginator.paginate(Bucket=self.bucket, Prefix=f"{EVENTS_PREFIX}dt={day}/"):
                for found in page.get("Contents", []):
                    if found["Key"] not in covered:
                        yield LakeObject(found["Key"], found["Size"], day)
