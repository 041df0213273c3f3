"""Pixels as DynamoDB items: the codec of the pixel table (layout: ARCHITECTURE.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from pixelweave.pixel_model import PixelRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixelweave.pixel import Pixel

KEY_SORT = "PIXEL"
CONFIG_SORT = "CONFIG"


def key_address(key: str) -> dict[str, Any]:
    """Return the primary key of the item that `collect` reads for a pixel key."""
    return to_item({"pk": f"KEY#{key}", "sk": KEY_SORT})


def config_address(pixel_id: str) -> dict[str, Any]:
    """Return the primary key of the record that the tools keep."""
    return to_item({"pk": f"PIXEL#{pixel_id}", "sk": CONFIG_SORT})


def write_key_item(pixel: Pixel) -> dict[str, Any]:
    """Return the item for `collect`: strings, one list of strings, `expires_at` only where there is one."""
    fields = {name: getattr(pixel, name) for name in pixel.__slots__ if getattr(pixel, name) is not None}
    return key_address(pixel.key) | to_item(fields | {"allowed_hosts": list(pixel.allowed_hosts)})


def write_config_item(record: PixelRecord) -> dict[str, Any]:
    """Return the item of the tools' record."""
    return config_address(record.pixel_id) | to_item(record.model_dump(mode="json"))


def read_config_item(item: Mapping[str, Any]) -> PixelRecord:
    """Return the record of a CONFIG item.

    Raises pydantic.ValidationError when somebody else wrote it differently.
    """
    return PixelRecord.model_validate(from_item(item, without=("pk", "sk")))


def to_item(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain values as DynamoDB attribute values."""
    serialize = TypeSerializer().serialize
    return {name: serialize(value) for name, value in values.items()}


def from_item(item: Mapping[str, Any], without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return DynamoDB attribute values as plain values, numbers as Decimal."""
    deserialize = TypeDeserializer().deserialize
    return {name: deserialize(value) for name, value in item.items() if name not in without}
