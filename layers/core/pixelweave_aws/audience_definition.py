"""Audiences as their operators defined them, in the pixel table: item `WORKSPACE#<workspace>` / `AUDIENCE#<slug>`.

AudienceDefinitionError
├── AudienceNotFoundError   there is no audience of this name
└── AudienceConflictError   the name is taken, or somebody changed the audience at the same time
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from pixelweave.audience import AudienceRecord

from pixelweave_aws.item_batch import list_items
from pixelweave_aws.pixel_item import from_item, to_item
from pixelweave_aws.write_conflict import is_conflict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient

    from pixelweave_aws.item_batch import Item

PARTITION, PREFIX = "WORKSPACE#", "AUDIENCE#"


class AudienceDefinitionError(Exception):
    """An audience could not be read or changed."""


class AudienceNotFoundError(AudienceDefinitionError):
    """There is no audience of this name."""


class AudienceConflictError(AudienceDefinitionError):
    """The name is taken, or somebody changed the audience at the same time."""


class AudienceDefinitions:
    """The audiences of workspaces.

    Reads are consistent. Errors of AWS itself come through as botocore's, pydantic.ValidationError where somebody else wrote an item.
    """

    def __init__(self, table_name: str, client: DynamoDBClient) -> None:
        self._table = table_name
        self._client = client

    def list(self, workspace: str | None = None) -> list[AudienceRecord]:
        """All audiences, or those of one workspace, in the order of workspace and slug. All of them take a scan: the table is small."""
        items = self._scan() if workspace is None else self._query(workspace)
        return sorted(map(_read, items), key=lambda record: record.address)

    def find(self, workspace: str, slug: str) -> AudienceRecord:
        """The audience of this slug. Raises AudienceNotFoundError."""
        answer = self._client.get_item(
            TableName=self._table, Key=_address(workspace, slug), ConsistentRead=True
        )
        if "Item" not in answer:
            raise AudienceNotFoundError(f"workspace {workspace} has no audience {slug!r}")
        return _read(answer["Item"])

    def put(self, record: AudienceRecord, *, is_new: bool) -> None:
        """Store an audience: where its slug is free if `is_new`, else in the place of its version before.

        Raises AudienceConflictError.
        """
        guard: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if not is_new:
            guard = _guard(record, record.version - 1)
        item = _address(*record.address) | to_item(record.model_dump(mode="json"))
        try:
            self._client.put_item(TableName=self._table, Item=item, **guard)
        except ClientError as exc:
            raise _translate(exc, record) from exc

    def delete(self, record: AudienceRecord) -> None:
        """Delete an audience; nothing happens where it is gone. Raises AudienceConflictError where it is not as it was read."""
        guard = _guard(record, record.version)
        guard["ConditionExpression"] = f"attribute_not_exists(pk) OR ({guard['ConditionExpression']})"
        try:
            self._client.delete_item(TableName=self._table, Key=_address(*record.address), **guard)
        except ClientError as exc:
            raise _translate(exc, record) from exc

    def _query(self, workspace: str) -> Iterator[Item]:
        return list_items(self._client, self._table, f"{PARTITION}{workspace}", (PREFIX, "AUDIENCE$"))

    def _scan(self) -> Iterator[Item]:
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._table,
            ConsistentRead=True,
            FilterExpression="begins_with(pk, :workspace) AND begins_with(sk, :audience)",
            ExpressionAttributeValues=to_item({":workspace": PARTITION, ":audience": PREFIX}),
        )
        for page in pages:
            yield from page["Items"]


def _translate(error: ClientError, record: AudienceRecord) -> Exception:
    if not is_conflict(error):
        return error
    return AudienceConflictError(
        f"audience {record.spec.slug!r} of {record.spec.workspace} exists already, or somebody else has just changed it"
    )


def _guard(record: AudienceRecord, version: int) -> dict[str, Any]:
    """The audience is the same one, not another of its name, and of this version."""
    return {
        "ConditionExpression": "created_at = :created AND version = :version",
        "ExpressionAttributeValues": to_item({":created": record.created_at, ":version": version}),
    }


def _address(workspace: str, slug: str) -> Item:
    return to_item({"pk": f"{PARTITION}{workspace}", "sk": f"{PREFIX}{slug}"})


def _read(item: Mapping[str, Any]) -> AudienceRecord:
    return AudienceRecord.model_validate(from_item(item, without=("pk", "sk")))
