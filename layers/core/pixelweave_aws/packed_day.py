"""A day of a log in the lake bucket: its raw objects, its packed versions, and what moves between them (docs/compaction.md).

ObjectChangedError   an object is another one than was listed
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from pixelweave.packing import Manifest, PackedPiece, PackingError, Piece

from pixelweave_aws.lake_object import CHUNK_BYTES, ObjectGoneError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

PACKED_PREFIX = "packed/"
# Athena takes no notice of names that begin so (Athena user guide, «Underscore and dot prefixes»).
HIDDEN = "_"
MANIFEST = f"{HIDDEN}manifest.json"
# What DeleteObjects takes.
BATCH = 1_000
# What S3 says of a conditional write to a key that is there, or that somebody else writes at this moment.
_IS_THERE = ("PreconditionFailed", "ConditionalRequestConflict")
ROWS, CHECKSUM = "rows", "checksum"


class ObjectChangedError(PackingError):
    """An object is another one than was listed."""


class LogStore:
    """The objects of the log `name` in one bucket. Errors of AWS itself come through as botocore's."""

    def __init__(self, client: S3Client, bucket: str, name: str) -> None:
        self._client = client
        self._bucket = bucket
        self._name = name

    def raw_prefix(self, day: date) -> str:
        """Where the stream writes the objects of a day."""
        return f"{self._name}/dt={day}/"

    def packed_prefix(self, day: date, version: str = "") -> str:
        """Where the versions of a packed day lie, or one of them."""
        return f"{PACKED_PREFIX}{self._name}/dt={day}/" + (f"{version}/" if version else "")

    def locate(self, prefix: str) -> str:
        """The URL of a prefix, as a partition names it."""
        return f"s3://{self._bucket}/{prefix}"

    def list_days(self) -> list[date]:
        """The days that have raw objects, in their order."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=f"{self._name}/dt=", Delimiter="/"
        )
        days = []
        for page in pages:
            for found in page.get("CommonPrefixes", []):
                try:
                    days.append(date.fromisoformat(found["Prefix"].removesuffix("/").rpartition("=")[2]))
                except ValueError:  # a folder of somebody's own
                    continue
        return sorted(days)

    def list_visible(self, prefix: str) -> list[Piece]:
        """The objects below a prefix that Athena sees, in the order of their keys."""
        hidden = (HIDDEN, ".")
        return [each for each in self._list(prefix) if not each.key.rpartition("/")[2].startswith(hidden)]

    def read_manifest(self, prefix: str) -> Manifest | None:
        """The manifest of the version at `prefix`, if it has one. Raises PackingError."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=f"{prefix}{MANIFEST}")
        except ClientError as exc:
            if exc.response["Error"]["Code"] != "NoSuchKey":
                raise
            return None
        return Manifest.from_json(answer["Body"].read())

    def write_manifest(self, prefix: str, manifest: Manifest) -> None:
        """Write the manifest of the version at `prefix`."""
        self._client.put_object(
            Bucket=self._bucket,
            Key=f"{prefix}{MANIFEST}",
            Body=manifest.to_json().encode(),
            ContentType="application/json",
        )

    def fetch(self, piece: Piece, path: Path) -> None:
        """Write an object's bytes to a file. Raises ObjectGoneError, ObjectChangedError."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=piece.key)
        except ClientError as exc:
            if exc.response["Error"]["Code"] != "NoSuchKey":
                raise
            raise ObjectGoneError(piece.key) from exc
        if answer["ETag"] != piece.etag:
            raise ObjectChangedError(f"{piece.key} is another object than a moment ago")
        with path.open("wb") as file:
            for chunk in answer["Body"].iter_chunks(CHUNK_BYTES):
                file.write(chunk)

    def find(self, key: str) -> PackedPiece | None:
        """A packed object that was written before, if it is there."""
        try:
            head = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as exc:
            if exc.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            return None
        noted = head["Metadata"]
        piece = Piece(key, head["ETag"], head["ContentLength"])
        return PackedPiece(piece, int(noted[ROWS]), int(noted[CHECKSUM])) if ROWS in noted else None

    def write(self, path: Path, key: str, rows: int, checksum: int) -> PackedPiece:
        """Upload a packed object with what is known of it; or else the one that is there, because another run was faster."""
        try:
            with path.open("rb") as file:
                answer = self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=file,
                    Metadata=_note(rows, checksum),
                    IfNoneMatch="*",
                )
        except ClientError as exc:
            found = self.find(key) if exc.response["Error"]["Code"] in _IS_THERE else None
            if found is None:
                raise
            return found
        return PackedPiece(Piece(key, answer["ETag"], path.stat().st_size), rows, checksum)

    def copy(self, packed: PackedPiece, key: str) -> PackedPiece:
        """Put a packed object under another key too, inside S3. Raises ObjectChangedError where it is another one by now."""
        piece = packed.piece
        answer = self._client.copy_object(
            Bucket=self._bucket,
            Key=key,
            CopySource={"Bucket": self._bucket, "Key": piece.key},
            CopySourceIfMatch=piece.etag,
            MetadataDirective="REPLACE",
            Metadata=_note(packed.rows, packed.checksum),
        )
        return PackedPiece(
            Piece(key, answer["CopyObjectResult"]["ETag"], piece.size), packed.rows, packed.checksum
        )

    def list_others(self, day: date, version: str) -> list[str]:
        """The keys of all other versions of a packed day, manifests and whatever lies there included."""
        kept = self.packed_prefix(day, version)
        return [each.key for each in self._list(self.packed_prefix(day)) if not each.key.startswith(kept)]

    def delete(self, keys: Sequence[str]) -> None:
        """Delete objects. Raises PackingError where S3 kept one."""
        for start in range(0, len(keys), BATCH):
            answer = self._client.delete_objects(
                Bucket=self._bucket,
                Delete={"Objects": [{"Key": key} for key in keys[start : start + BATCH]], "Quiet": True},
            )
            for error in answer.get("Errors", []):
                raise PackingError(f"{error.get('Key')} was not deleted: {error.get('Code')}")

    def _list(self, prefix: str) -> Iterator[Piece]:
        for page in self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix
        ):
            for found in page.get("Contents", []):
                yield Piece(found["Key"], found["ETag"], found["Size"])


def _note(rows: int, checksum: int) -> dict[str, str]:
    return {ROWS: str(rows), CHECKSUM: str(checksum)}
