"""The part of S3 that a log needs, in memory: moto's takes milliseconds a call, and everybody looks at every step here."""

from __future__ import annotations

from hashlib import md5
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

PAGE = 4


class Body(BytesIO):
    """What GetObject streams."""

    def iter_chunks(self, size: int) -> Iterator[bytes]:
        """Yield the bytes some at a time."""
        while chunk := self.read(size):
            yield chunk


class FakeS3:
    """Objects of one bucket by their keys: bytes and metadata."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, dict[str, str]]] = {}
        self.calls: list[str] = []

    def client(self) -> S3Client:
        """What stands where boto3's client does."""
        return cast("S3Client", self)

    def get_paginator(self, operation: str) -> FakeS3:
        """Return the only paginator there is."""
        assert operation == "list_objects_v2"
        return self

    def paginate(self, *, Prefix: str, Delimiter: str = "", **_: str) -> Iterator[dict[str, Any]]:  # noqa: N803 - boto3's names, here and below
        """Yield the objects below a prefix, or the folders, by pages of which each is a call."""
        keys = sorted(key for key in self.objects if key.startswith(Prefix))
        folders = sorted({Prefix + key.removeprefix(Prefix).partition("/")[0] + "/" for key in keys})
        listed: list[Any] = (
            [{"Prefix": each} for each in folders] if Delimiter else [self._describe(key) for key in keys]
        )
        for start in range(0, max(len(listed), 1), PAGE):
            self.begin("ListObjectsV2")
            yield {"CommonPrefixes" if Delimiter else "Contents": listed[start : start + PAGE]}

    def get_object(self, *, Key: str, **_: str) -> dict[str, Any]:  # noqa: N803
        """Fetch an object."""
        self.begin("GetObject")
        body, _metadata = self._find(Key, "NoSuchKey")
        return {"Body": Body(body), "ETag": _tag(body)}

    def head_object(self, *, Key: str, **_: str) -> dict[str, Any]:  # noqa: N803
        """Describe an object."""
        self.begin("HeadObject")
        body, metadata = self._find(Key, "404")
        return {"ETag": _tag(body), "ContentLength": len(body), "Metadata": dict(metadata)}

    def put_object(
        self,
        *,
        Key: str,  # noqa: N803
        Body: Any,  # noqa: N803
        Metadata: dict[str, str] | None = None,  # noqa: N803
        IfNoneMatch: str = "",  # noqa: N803
        **_: str,
    ) -> dict[str, Any]:
        """Write an object, unless one is there and must not be."""
        self.begin("PutObject")
        if IfNoneMatch and Key in self.objects:
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "PutObject")
        body = Body if isinstance(Body, bytes) else Body.read()
        self.objects[Key] = (body, Metadata or {})
        return {"ETag": _tag(body)}

    def copy_object(
        self,
        *,
        Key: str,  # noqa: N803
        CopySource: dict[str, str],  # noqa: N803
        CopySourceIfMatch: str,  # noqa: N803
        Metadata: dict[str, str],  # noqa: N803
        **_: str,
    ) -> dict[str, Any]:
        """Write an object that has another's bytes."""
        self.begin("CopyObject")
        body, _metadata = self._find(CopySource["Key"], "NoSuchKey")
        if _tag(body) != CopySourceIfMatch:
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "CopyObject")
        self.objects[Key] = (body, Metadata)
        return {"CopyObjectResult": {"ETag": _tag(body)}}

    def delete_objects(self, *, Delete: dict[str, Any], **_: str) -> dict[str, Any]:  # noqa: N803
        """Delete objects, whether they are there or not."""
        self.begin("DeleteObjects")
        for each in Delete["Objects"]:
            self.objects.pop(each["Key"], None)
        return {}

    def begin(self, call: str) -> None:
        """Hear of a call before it does anything."""
        self.calls.append(call)

    def _describe(self, key: str) -> dict[str, Any]:
        body, _ = self.objects[key]
        return {"Key": key, "ETag": _tag(body), "Size": len(body)}

    def _find(self, key: str, code: str) -> tuple[bytes, dict[str, str]]:
        if key not in self.objects:
            answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": 404}}
            raise ClientError(answer, "GetObject")
        return self.objects[key]


def _tag(body: bytes) -> str:
    return f'"{md5(body).hexdigest()}"'
