"""Funnels as their operators defined them, in the pixel table: item `PIXEL#<pixel_id>` / `FUNNEL#<name>`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelweave.funnel import FunnelSpec

from pixelweave_aws.item_batch import list_items
from pixelweave_aws.pixel_item import from_item, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from pixelweave_aws.item_batch import Item

PREFIX = "FUNNEL#"


class FunnelNotFoundError(Exception):
    """The pixel has no funnel of this name."""


class FunnelDefinitions:
    """The funnels of pixels. Nothing is counted by them, so the last one to store or delete a funnel wins.

    Reads are consistent. Errors of AWS itself come through as botocore's, pydantic.ValidationError where somebody else wrote an item.
    """

    def __init__(self, table_name: str, client: DynamoDBClient) -> None:
        self._table = table_name
        self._client = client

    def list(self, pixel_id: str) -> list[FunnelSpec]:
        """All funnels of a pixel, in the order of their names."""
        items = list_items(self._client, self._table, f"PIXEL#{pixel_id}", (PREFIX, "FUNNEL$"))
        return [_read(item) for item in items]

    def find(self, pixel_id: str, name: str) -> FunnelSpec:
        """The funnel of this name. Raises FunnelNotFoundError."""
        answer = self._client.get_item(
            TableName=self._table, Key=_address(pixel_id, name), ConsistentRead=True
        )
        if "Item" not in answer:
            raise FunnelNotFoundError(f"{pixel_id} has no funnel {name!r}")
        return _read(answer["Item"])

    def put(self, pixel_id: str, spec: FunnelSpec) -> None:
        """Store a funnel in the place of the one of its name, if there is one."""
        item = _address(pixel_id, spec.name) | to_item(spec.model_dump(mode="json"))
        self._client.put_item(TableName=self._table, Item=item)

    def delete(self, pixel_id: str, name: str) -> None:
        """Delete the funnel of this name; nothing happens where there is none."""
        self._client.delete_item(TableName=self._table, Key=_address(pixel_id, name))


def _address(pixel_id: str, name: str) -> Item:
    return to_item({"pk": f"PIXEL#{pixel_id}", "sk": PREFIX + name})


def _read(item: Item) -> FunnelSpec:
    return FunnelSpec.model_validate(from_item(item, without=("pk", "sk")))
