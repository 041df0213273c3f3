"""The pixel table as the tools write it: DynamoDB by boto3.

Two kinds of items (layout: ARCHITECTURE.md). `KEY#<key>/PIXEL` is what `collect` reads, one for the current
key and one for each key that is still in its grace period; `PIXEL#<pixel_id>/CONFIG` is the record the tools
keep. Every change writes both kinds in one transaction, conditional on the record's `version` and on new keys
being free.

PixelStoreError
├── PixelNotFoundError   no such pixel
├── PixelConflictError   an id or key is taken, or the record changed meanwhile
└── GraceError           too many keys are in their grace period
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from pixelweave.pixel import ACTIVE, DISABLED
from pixelweave.pixel_model import PixelRecord, PixelSpec, RetiredKey

from pixelweave_aws.pixel_item import (
    CONFIG_SORT,
    config_address,
    from_item,
    key_address,
    read_config_item,
    write_config_item,
    write_key_item,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import PutTypeDef, TransactWriteItemTypeDef

MAX_RETIRED_KEYS = 20
_ID_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # 32 characters; l, o, 0 and 1 are easily misread


class PixelStoreError(Exception):
    """A pixel could not be read or changed."""


class PixelNotFoundError(PixelStoreError):
    """No pixel has this id or key."""


class PixelConflictError(PixelStoreError):
    """An id or key is taken, or somebody changed the pixel at the same time."""


class GraceError(PixelStoreError):
    """A pixel has as many retired keys in grace as it may have."""


class PixelTable:
    """Pixels by id and key.

    `random_bytes(n)` gives n unpredictable bytes; tests pass a fixed source. `now` is Unix time in seconds
    throughout. Errors of AWS itself come through as botocore's.
    """

    def __init__(
        self,
        table_name: str,
        client: DynamoDBClient,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._table = table_name
        self._client = client
        self._random_bytes = random_bytes

    def create(self, spec: PixelSpec, now: float, *, key: str | None = None) -> PixelRecord:
        """Store a new pixel under a new id and return it; `key` keeps one that a site's tags have already.

        Raises PixelConflictError when the key is taken, pydantic.ValidationError when it is malformed.
        """
        return self._put_new(self._make_pixel_id(), key or self._make_key(), spec, int(now))

    def ensure(self, pixel_id: str, key: str, spec: PixelSpec, now: float) -> PixelRecord:
        """Make the pixel with this id and key exist as `spec` has it; doing it twice changes nothing.

        Raises PixelConflictError when the key belongs to another pixel.
        """
        try:
            found = self.find(pixel_id)
        except PixelNotFoundError:
            return self._put_new(pixel_id, key, spec, int(now))
        wanted = found.model_copy(update={**spec.model_dump(), "key": key, "status": ACTIVE})
        if wanted == found:
            return found
        new_keys = {key} - {found.key, *(retired.key for retired in found.retired_keys)}
        kept = tuple(retired for retired in found.retired_keys if retired.key != key)
        dropped = {found.key} - {key}
        return self._replace(wanted.model_copy(update={"retired_keys": kept}), now, new_keys, dropped)

    def find(self, pixel_id: str) -> PixelRecord:
        """Return the pixel with this id. Raises PixelNotFoundError."""
        item = self._get(config_address(pixel_id))
        if item is None:
            raise PixelNotFoundError(f"there is no pixel {pixel_id!r}")
        return read_config_item(item)

    def resolve(self, id_or_key: str) -> PixelRecord:
        """Return the pixel with this id, else with this current or retired key. Raises PixelNotFoundError."""
        try:
            return self.find(id_or_key)
        except PixelNotFoundError:
            item = self._get(key_address(id_or_key))
            if item is None:
                raise PixelNotFoundError(f"there is no pixel with the id or key {id_or_key!r}") from None
            return self.find(from_item(item)["pixel_id"])

    def list(self) -> list[PixelRecord]:
        """Return all pixels, the oldest first. It scans: a table of pixels is small."""
        records = [read_config_item(item) for item in self._scan()]
        return sorted(records, key=lambda record: (record.created_at, record.pixel_id))

    def enable(self, pixel_id: str, now: float) -> PixelRecord:
        """Let the pixel's keys be answered again."""
        return self._set_status(pixel_id, ACTIVE, now)

    def disable(self, pixel_id: str, now: float) -> PixelRecord:
        """Let no key of the pixel be answered, retired ones included."""
        return self._set_status(pixel_id, DISABLED, now)

    def rotate_key(self, pixel_id: str, now: float, grace_seconds: int) -> PixelRecord:
        """Give the pixel a new key; the old one is answered for `grace_seconds` more (0: not at all).

        Raises PixelNotFoundError, GraceError, PixelConflictError.
        """
        found = self.find(pixel_id)
        live = tuple(retired for retired in found.retired_keys if retired.expires_at > now)
        expired = {retired.key for retired in found.retired_keys} - {retired.key for retired in live}
        if grace_seconds > 0:
            if len(live) >= MAX_RETIRED_KEYS:
                raise GraceError(
                    f"{pixel_id} has {len(live)} keys in their grace period already; wait, or use --grace 0"
                )
            live = (*live, RetiredKey(key=found.key, expires_at=int(now) + grace_seconds))
        else:
            expired.add(found.key)
        key = self._make_key()
        rotated = found.model_copy(update={"key": key, "retired_keys": live})
        return self._replace(rotated, now, {key}, expired)

    def _set_status(self, pixel_id: str, status: str, now: float) -> PixelRecord:
        found = self.find(pixel_id)
        if found.status == status:
            return found
        return self._replace(found.model_copy(update={"status": status}), now)

    def _put_new(self, pixel_id: str, key: str, spec: PixelSpec, now: int) -> PixelRecord:
        record = PixelRecord(**spec.model_dump(), pixel_id=pixel_id, key=key, created_at=now, updated_at=now)
        config: TransactWriteItemTypeDef = {
            "Put": {
                "TableName": self._table,
                "Item": write_config_item(record),
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }
        self._write([config, *self._key_puts(record, {key})], record)
        return record

    def _replace(
        self,
        record: PixelRecord,
        now: float,
        new_keys: set[str] | None = None,
        dropped_keys: set[str] | None = None,
    ) -> PixelRecord:
        """Write a changed record and its key items if the stored version is still the one that was read."""
        changed = record.model_copy(update={"updated_at": int(now), "version": record.version + 1})
        config: TransactWriteItemTypeDef = {
            "Put": {
                "TableName": self._table,
                "Item": write_config_item(changed),
                "ConditionExpression": "version = :read",
                "ExpressionAttributeValues": {":read": {"N": str(record.version)}},
            }
        }
        drops: list[TransactWriteItemTypeDef] = [
            {"Delete": {"TableName": self._table, "Key": key_address(key)}}
            for key in sorted(dropped_keys or ())
        ]
        self._write([config, *self._key_puts(changed, new_keys or set()), *drops], changed)
        return changed

    def _key_puts(self, record: PixelRecord, new_keys: set[str]) -> Iterator[TransactWriteItemTypeDef]:
        for pixel in record.to_pixels():
            # The time-to-live may have removed a retired key's item already; nobody else may own it.
            owned = "" if pixel.key in new_keys else " OR pixel_id = :owner"
            put: PutTypeDef = {
                "TableName": self._table,
                "Item": write_key_item(pixel),
                "ConditionExpression": f"attribute_not_exists(pk){owned}",
            }
            if owned:
                put["ExpressionAttributeValues"] = {":owner": {"S": record.pixel_id}}
            yield {"Put": put}

    def _write(self, items: Sequence[TransactWriteItemTypeDef], record: PixelRecord) -> None:
        try:
            # boto3 adds a ClientRequestToken: a retry after a lost answer does not conflict with its own
            # write.
            self._client.transact_write_items(TransactItems=items)
        except ClientError as exc:
            if exc.response["Error"]["Code"] != "TransactionCanceledException":
                raise
            raise PixelConflictError(
                f"the key or id of {record.pixel_id} is taken, or somebody else has just changed the pixel"
            ) from exc

    def _get(self, address: dict[str, Any]) -> dict[str, Any] | None:
        return self._client.get_item(TableName=self._table, Key=address, ConsistentRead=True).get("Item")

    def _scan(self) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._table,
            ConsistentRead=True,
            FilterExpression="sk = :config",
            ExpressionAttributeValues={":config": {"S": CONFIG_SORT}},
        )
        for page in pages:
            yield from page["Items"]

    def _make_pixel_id(self) -> str:
        return "px_" + "".join(_ID_ALPHABET[byte % 32] for byte in self._random_bytes(12))

    def _make_key(self) -> str:
        return self._random_bytes(12).hex()
