"""What Firehose could not deliver: objects under the error prefix of the lake bucket.

Firehose writes one JSON document for each record: `attemptsMade`, `arrivalTimestamp`, `errorCode`,
`errorMessage`, `rawData` (base64) … («Handle failure in data transformation», «Handling errors for data
format conversion»; older pages of the latter say `lastErrorCode` or `ErrorCode`). Documents follow each other
with or without a line's end.
"""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

ERROR_PREFIX = "errors/"
_CODE_NAMES = ("errorCode", "ErrorCode", "lastErrorCode")
_MESSAGE_NAMES = ("errorMessage", "ErrorMessage", "lastErrorMessage")


class ErrorObjectError(ValueError):
    """An object under the error prefix is not what Firehose writes."""


@dataclass(frozen=True, slots=True)
class FailedRecord:
    """One record that was not delivered; `data` is as it was put on the stream, or as enrich had left it.

    `kind` is Firehose's error output type (`processing-failed`, `format-conversion-failed`), `arrived_ms`
    Unix milliseconds or None. `message` and `data` may hold personal data.
    """

    kind: str
    code: str
    message: str
    arrived_ms: int | None
    data: bytes


class ErrorStore:
    """The error objects of one bucket."""

    def __init__(self, client: S3Client, bucket: str, prefix: str = ERROR_PREFIX) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    def list(self) -> Iterator[str]:
        """Yield the keys of the error objects, in the bucket's order."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._prefix
        )
        for page in pages:
            for entry in page.get("Contents", []):
                if entry.get("Size"):
                    yield entry["Key"]

    def read(self, key: str) -> tuple[FailedRecord, ...]:
        """Return the records of one object. Raises ErrorObjectError when any of it is unreadable."""
        body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        kind = key.removeprefix(self._prefix).split("/", 1)[0]
        try:
            return tuple(_read_record(kind, document) for document in _split_documents(body.decode()))
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise ErrorObjectError(f"{key} holds something that Firehose did not write") from exc

    def delete(self, key: str) -> None:
        """Remove one object: all of its records are elsewhere now."""
        self._client.delete_object(Bucket=self._bucket, Key=key)


def _split_documents(text: str) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder()
    position = 0
    while True:
        while position < len(text) and text[position].isspace():
            position += 1
        if position == len(text):
            return
        document, position = decoder.raw_decode(text, position)
        yield document


def _read_record(kind: str, document: dict[str, Any]) -> FailedRecord:
    arrived = document.get("arrivalTimestamp")
    return FailedRecord(
        kind=kind,
        code=_pick(document, _CODE_NAMES),
        message=_pick(document, _MESSAGE_NAMES),
        arrived_ms=None if arrived is None else int(arrived),
        data=b64decode(document["rawData"], validate=True),
    )


def _pick(document: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((str(document[name]) for name in names if document.get(name) is not None), "")
