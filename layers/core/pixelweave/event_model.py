"""The event row as pydantic models, made from the one table of fields.

For tests, tools and whoever reads the log from Python; the functions on the way of a hit check by hand. The only module
of the domain, with `pixel_model`, that imports pydantic.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model

from pixelweave.channel import CHANNELS
from pixelweave.client import CLIENT_CLASSES, DEVICE_TYPES
from pixelweave.column import read_members
from pixelweave.enrichment import REQUIRED
from pixelweave.field import FIELDS, GOALS, PRODUCTS
from pixelweave.outcome import OUTCOMES, REASONS
from pixelweave.pixel import DIALECTS

_STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)
_DECIMAL = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,14}(\.[0-9]{1,4})?$")]
_TIMESTAMP = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}\.[0-9]{3}$")]
_EPOCH_MS = Annotated[int, Field(ge=0)]
_CLOSED = {
    "dialect": DIALECTS,
    "outcome": OUTCOMES,
    "reason": tuple(REASONS),
    "channel": CHANNELS,
    "device_type": DEVICE_TYPES,
    "client_class": CLIENT_CLASSES,
}


def _build_struct(name: str, glue: str) -> type[BaseModel]:
    members: dict[str, Any] = {
        member: (_DECIMAL | None if kind.startswith("decimal") else str | None, None)
        for member, kind in read_members(glue).items()
    }
    return create_model(name, __config__=_STRICT, **members)


Goal = _build_struct("Goal", GOALS)
Product = _build_struct("Product", PRODUCTS)


class ViewerPlace(BaseModel):
    """`client` of a collected record: CloudFront's viewer geography, or the network (an address cut to /24 or /48)."""

    model_config = _STRICT

    country: str | None = None
    region: str | None = None
    city: str | None = None
    time_zone: str | None = None
    network: str | None = None


def _annotate(column: str, glue: str, limit: int | None, timestamp: Any) -> Any:
    if column in _CLOSED:
        return Literal[_CLOSED[column]]
    return {
        "string": Annotated[str, StringConstraints(min_length=1, max_length=limit)],
        "int": int,
        "timestamp": timestamp,
        "decimal(18,4)": _DECIMAL,
        "map<string,string>": dict[str, str],
        GOALS: list[Goal],  # type: ignore[valid-type] # a model made at run time is a type to pydantic only
        PRODUCTS: list[Product],  # type: ignore[valid-type] # as above
    }[glue]


def _build_row(
    name: str, doc: str, timestamp: Any, filled_by: tuple[str, ...], extra: dict[str, Any]
) -> type[BaseModel]:
    columns: dict[str, Any] = {}
    for field in FIELDS:
        if field.filled_by in filled_by:
            kind = _annotate(field.name, field.glue, field.limit, timestamp)
            columns[field.name] = (kind, ...) if field.name in REQUIRED else (kind | None, None)
    return create_model(name, __config__=_STRICT, __doc__=doc, **(columns | extra))


CollectedEvent = _build_row(
    "CollectedEvent",
    "One Firehose record as `collect` sends it: times in Unix milliseconds, and `client`.",
    _EPOCH_MS,
    ("collect",),
    {
        "channel": (Annotated[str, StringConstraints(max_length=32)] | None, None),
        "client": (ViewerPlace | None, None),
    },
)

EventRow = _build_row(
    "EventRow",
    "One row of the log as `enrich` writes it: times as text in UTC, decimals as text.",
    _TIMESTAMP,
    ("collect", "enrich"),
    {},
)
