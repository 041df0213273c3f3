"""Goals as their operators defined them, in the pixel table (item `PIXEL#<pixel_id>` / `GOAL#<name>`), and the clock for their windows.

GoalDefinitionError
├── GoalNotFoundError   the pixel has no goal of this name
└── GoalConflictError   the name is taken, or somebody changed the goal at the same time
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from pixelweave.goal import GoalRecord

from pixelweave_aws.item_batch import list_items
from pixelweave_aws.pixel_item import from_item, to_item
from pixelweave_aws.write_conflict import is_conflict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb import DynamoDBClient

    from pixelweave_aws.item_batch import Item

PREFIX = "GOAL#"


class GoalDefinitionError(Exception):
    """A goal could not be read or changed."""


class GoalNotFoundError(GoalDefinitionError):
    """The pixel has no goal of this name."""


class GoalConflictError(GoalDefinitionError):
    """The name is taken, or somebody changed the goal at the same time."""


class GoalDefinitions:
    """The goals of pixels, removed ones among them (`is_removed`) until nothing is left of their counts.

    Reads are consistent. Errors of AWS itself come through as botocore's, pydantic.ValidationError where somebody else wrote an item.
    """

    def __init__(self, table_name: str, client: DynamoDBClient) -> None:
        self._table = table_name
        self._client = client

    def list(self, pixel_id: str) -> list[GoalRecord]:
        """All goals of a pixel, in the order of their names."""
        items = list_items(self._client, self._table, f"PIXEL#{pixel_id}", (PREFIX, "GOAL$"))
        return [_read(item) for item in items]

    def find(self, pixel_id: str, name: str) -> GoalRecord:
        """The goal of this name. Raises GoalNotFoundError."""
        answer = self._client.get_item(
            TableName=self._table, Key=_address(pixel_id, name), ConsistentRead=True
        )
        if "Item" not in answer:
            raise GoalNotFoundError(f"{pixel_id} has no goal {name!r}")
        return _read(answer["Item"])

    def put(self, record: GoalRecord, *, is_new: bool) -> None:
        """Store a goal: where its name is free if `is_new`, else in the place of its version before.

        Raises GoalConflictError.
        """
        guard: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if not is_new:
            guard = _guard(record, record.version - 1)
        item = _address(record.pixel_id, record.name) | to_item(record.model_dump(mode="json"))
        try:
            self._client.put_item(TableName=self._table, Item=item, **guard)
        except ClientError as exc:
            raise self._translate(exc, record) from exc

    def delete(self, record: GoalRecord) -> None:
        """Delete a goal of which nothing is counted any more; nothing happens where it is gone.

        Raises GoalConflictError where it is not as it was read.
        """
        guard = _guard(record, record.version)
        guard["ConditionExpression"] = f"attribute_not_exists(pk) OR ({guard['ConditionExpression']})"
        try:
            self._client.delete_item(
                TableName=self._table, Key=_address(record.pixel_id, record.name), **guard
            )
        except ClientError as exc:
            raise self._translate(exc, record) from exc

    def _translate(self, error: ClientError, record: GoalRecord) -> Exception:
        if not is_conflict(error):
            return error
        return GoalConflictError(
            f"goal {record.name!r} of {record.pixel_id} exists already, or somebody else has just changed it"
        )


def read_clock(client: DynamoDBClient) -> int:
    """AWS's own time in Unix milliseconds, rounded up to the next second.

    By the Date header of an answer of DynamoDB (RFC 9110, «Date»: whole seconds): the windows of goals are held against the collector's
    clock, and one that a wrong clock opened in the past would have missed events.
    """
    # Any answer has the header; this one needs no table and costs nothing.
    headers: Mapping[str, str] = client.describe_endpoints()["ResponseMetadata"]["HTTPHeaders"]
    return (int(parsedate_to_datetime(headers["date"]).timestamp()) + 1) * 1000


def _guard(record: GoalRecord, version: int) -> dict[str, Any]:
    """The goal is the same one, not another of its name, and of this version."""
    return {
        "ConditionExpression": "goal_id = :goal AND version = :version",
        "ExpressionAttributeValues": to_item({":goal": record.goal_id, ":version": version}),
    }


def _address(pixel_id: str, name: str) -> Item:
    return to_item({"pk": f"PIXEL#{pixel_id}", "sk": PREFIX + name})


def _read(item: Mapping[str, Any]) -> GoalRecord:
    return GoalRecord.model_validate(from_item(item, without=("pk", "sk")))
