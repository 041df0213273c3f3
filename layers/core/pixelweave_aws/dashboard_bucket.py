"""The dashboard bucket: documents, each written on the condition that it is still as it was read.

DocumentConflictError   somebody else wrote the document meanwhile
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# S3 user guide, «Conditional writes»: 412 where the condition does not hold, 409 where two writes meet, 404 where the object that a
# write expects is gone.
_CONFLICTS = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"})


class DocumentConflictError(Exception):
    """Somebody else wrote the document between its being read and written."""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """The bytes of a document and the tag that S3 knows this version by."""

    body: bytes
    tag: str


class DashboardBucket:
    """Documents by key. Errors of AWS itself come through as botocore's."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self, key: str) -> StoredDocument | None:
        """The document of this key; None where there is none."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
        except ClientError as exc:
            if exc.response["Error"]["Code"] != "NoSuchKey":
                raise
            return None
        return StoredDocument(answer["Body"].read(), answer["ETag"])

    def replace(self, key: str, body: bytes, old: StoredDocument | None) -> StoredDocument:
        """Write a document in the place of `old`, or as a new one. Raises DocumentConflictError."""
        if old is not None and old.body == body:
            return old
        condition: dict[str, Any] = {"IfNoneMatch": "*"} if old is None else {"IfMatch": old.tag}
        try:
            answer = self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ContentType="application/json",
                ContentEncoding="gzip",
                CacheControl="no-cache",
                **condition,
            )
        except ClientError as exc:
            if exc.response["Error"]["Code"] not in _CONFLICTS:
                raise
            raise DocumentConflictError(f"{key} was written by somebody else meanwhile") from exc
        return StoredDocument(body, answer["ETag"])
