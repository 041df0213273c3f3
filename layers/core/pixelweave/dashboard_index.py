"""`data/index.json`: which pixels there are and how fresh each part is. It is all the state that publishing has (docs/dashboard.md).

Days are UTC, as `YYYY-MM-DD`; moments as `YYYY-MM-DDTHH:MM:SSZ`.
"""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, PlainSerializer

from pixelweave.dashboard_document import VERSION, pack

if TYPE_CHECKING:
    from collections.abc import Iterable

KEY = "data/index.json"
MAX_REASON = 300

Moment = Annotated[
    AwareDatetime,
    PlainSerializer(lambda moment: moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), when_used="json"),
]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class PublishedFunnel(_Model):
    """A funnel: its goals in their order, who goes through it, and how long it may take."""

    name: str
    by: str
    within_ms: int
    steps: tuple[str, ...]


class PublishedPixel(_Model):
    """A pixel of the page; `first_day` is the first day with a row."""

    pixel_id: str
    name: str
    workspace_id: str
    dialect: str
    first_day: date | None = None
    goals: tuple[str, ...] = ()
    funnels: tuple[PublishedFunnel, ...] = ()


class PartError(_Model):
    """Why a part is not fresh, and since when."""

    reason: str
    since: Moment


class PartState(_Model):
    """How fresh a part is: computed when, with days up to `through`, by scanning how many bytes."""

    computed_at: Moment | None = None
    through: date | None = None
    bytes_scanned: int = 0
    error: PartError | None = None

    def fail(self, reason: str, now: datetime) -> PartState:
        """The part after a failure: what it had stays, and the first of several failures in a row tells since when."""
        since = self.error.since if self.error else now
        return self.model_copy(update={"error": PartError(reason=reason[:MAX_REASON], since=since)})


class Index(_Model):
    """The whole document."""

    version: int = VERSION
    published_at: Moment | None = None
    first_day: date | None = None
    last_day: date | None = None
    pixels: tuple[PublishedPixel, ...] = ()
    parts: dict[str, PartState] = {}

    @classmethod
    def unpack(cls, packed: bytes | None) -> Index:
        """The index of an object's bytes; an empty one where there is none, or one of another version: all is computed anew then."""
        values = json.loads(gzip.decompress(packed)) if packed is not None else {}
        return cls.model_validate(values) if values.get("version") == VERSION else cls()

    def pack(self) -> bytes:
        """The object's bytes."""
        return pack(self.model_dump(mode="json"))

    def describe(self, pixels: Iterable[PublishedPixel]) -> Index:
        """The index with these pixels, each with the first day that is known of it.

        A funnel looks at the past as well: one that is new or changed opens all days of `funnels`, until they are computed.
        """
        known = {pixel.pixel_id: pixel.first_day for pixel in self.pixels}
        described = tuple(
            pixel.model_copy(update={"first_day": known.get(pixel.pixel_id)}) for pixel in pixels
        )
        counted = {(pixel.pixel_id, funnel) for pixel in self.pixels for funnel in pixel.funnels}
        parts = self.parts
        if "funnels" in parts and any((p.pixel_id, f) not in counted for p in described for f in p.funnels):
            parts = parts | {"funnels": parts["funnels"].model_copy(update={"computed_at": None})}
        return self.model_copy(update={"pixels": described, "parts": parts})

    def put(self, name: str, state: PartState, now: datetime, first_days: dict[str, date]) -> Index:
        """The index with a part's new state; `first_days` are the first days with rows that were found of pixels."""
        parts = self.parts | {name: state}
        pixels = tuple(_date(pixel, first_days.get(pixel.pixel_id)) for pixel in self.pixels)
        return self.model_copy(
            update={
                "published_at": now,
                "pixels": pixels,
                "parts": parts,
                "first_day": min((each.first_day for each in pixels if each.first_day), default=None),
                "last_day": max((each.through for each in parts.values() if each.through), default=None),
            }
        )


def _date(pixel: PublishedPixel, first: date | None) -> PublishedPixel:
    days = [day for day in (pixel.first_day, first) if day is not None]
    return pixel.model_copy(update={"first_day": min(days, default=None)})
