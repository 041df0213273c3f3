"""What lies of audiences in the lake bucket: exports with their manifests, and who was in an audience last (docs/audiences.md).

AudienceObjectError
├── MembershipConflictError   somebody else has just written who is in the audience
└── MembershipFileError       what lies there is not what this module writes
"""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError
from pixelweave.audience_change import Membership
from pixelweave.audience_export import (
    CONTENT_TYPES,
    describe_export,
    name_export,
    name_folder,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from pixelweave.audience import AudienceRecord
    from pixelweave.audience_export import Export
    from pixelweave.audience_member import Evaluation

MEMBERS_NAME = "members.json.gz"
MANIFEST = ".manifest.json"
LAYOUT = 1
_CONFLICTS = ("PreconditionFailed", "ConditionalRequestConflict")


class AudienceObjectError(Exception):
    """What lies of an audience in the bucket cannot be used."""


class MembershipConflictError(AudienceObjectError):
    """Somebody else has just written who is in the audience."""


class MembershipFileError(AudienceObjectError):
    """Who was in the audience cannot be read."""


class Held(NamedTuple):
    """A membership as it was found, and what stands for its version; both None where there is none."""

    membership: Membership | None = None
    etag: str | None = None


class AudienceObjects:
    """The objects of audiences in one bucket. Errors of AWS itself come through as botocore's."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self.bucket = bucket

    def write_export(self, record: AudienceRecord, evaluation: Evaluation, export: Export) -> str:
        """Write an export, then its manifest; its key."""
        key = name_export(record, evaluation.computed_at, export.form)
        self._put(key, export.text.encode(), CONTENT_TYPES[export.form])
        manifest = describe_export(record, evaluation, export, key)
        self._put(
            f"{key}{MANIFEST}",
            json.dumps(manifest, ensure_ascii=False, indent=2).encode(),
            "application/json",
        )
        return key

    def read_membership(self, record: AudienceRecord) -> Held:
        """Who was in the audience last. Raises MembershipFileError."""
        key = _name_members(record)
        try:
            answer = self._client.get_object(Bucket=self.bucket, Key=key)
        except ClientError as exc:
            if exc.response["Error"]["Code"] != "NoSuchKey":
                raise
            return Held()
        try:
            return Held(_read(json.loads(gzip.decompress(answer["Body"].read()))), answer["ETag"])
        except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as exc:
            raise MembershipFileError(f"{key} is not a list of members; delete it to begin anew") from exc

    def write_membership(self, record: AudienceRecord, membership: Membership, held: Held) -> Held:
        """Write who is in the audience now in the place of what was found, and of nothing else; it as it would be found then.

        Raises MembershipConflictError.
        """
        condition: dict[str, Any] = {"IfNoneMatch": "*"} if held.etag is None else {"IfMatch": held.etag}
        try:
            etag = self._put(_name_members(record), _write(membership), "application/gzip", **condition)
        except ClientError as exc:
            if exc.response["Error"]["Code"] not in _CONFLICTS:
                raise
            raise MembershipConflictError(
                f"{_name_members(record)} was written by somebody else meanwhile"
            ) from exc
        return Held(membership, etag)

    def remove(self, record: AudienceRecord) -> int:
        """Delete all that lies of an audience; the number of objects."""
        removed = 0
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=name_folder(*record.address)
        )
        for page in pages:
            for each in page.get("Contents", []):
                self._client.delete_object(Bucket=self.bucket, Key=each["Key"])
                removed += 1
        return removed

    def _put(self, key: str, body: bytes, content_type: str, **condition: Any) -> str:
        answer = self._client.put_object(
            Bucket=self.bucket, Key=key, Body=body, ContentType=content_type, **condition
        )
        return answer["ETag"]


def _name_members(record: AudienceRecord) -> str:
    return f"{name_folder(*record.address)}{MEMBERS_NAME}"


def _write(membership: Membership) -> bytes:
    """The same bytes for the same membership."""
    values = {
        "layout": LAYOUT,
        "created_at": membership.created_at,
        "revision": membership.revision,
        "serial": membership.serial,
        "computed_at": membership.computed_at,
        "actors": {actor_id: list(each) for actor_id, each in sorted(membership.actors.items())},
        "begun": membership.begun,
        "unsure": sorted(membership.unsure),
    }
    return gzip.compress(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode(), mtime=0)


def _read(values: dict[str, Any]) -> Membership:
    if values["layout"] != LAYOUT:
        raise ValueError("another layout")
    return Membership(
        created_at=int(values["created_at"]),
        revision=int(values["revision"]),
        serial=int(values["serial"]),
        computed_at=int(values["computed_at"]),
        actors={
            str(actor_id): (bool(is_known), person_id)
            for actor_id, (is_known, person_id) in values["actors"].items()
        },
        begun=int(values.get("begun", 0)),
        unsure=frozenset(map(str, values.get("unsure", ()))),
    )
