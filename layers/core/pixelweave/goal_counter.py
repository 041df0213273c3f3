"""Counters as a report reads them: summed over their shards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from pixelweave.conversion import GoalRef


@dataclass(frozen=True, slots=True)
class GoalCounter:
    """A goal's counter in one unit, of a UTC day (`YYYY-MM-DD`) or, where `day` is None, of all time.

    `values` by attribute: `n`, `v`, `s` (conversions, value, unique sessions), on a day's counter with the hour behind (`n07`) as well.
    Unique sessions are on the counter of NO_UNIT only.
    """

    goal: GoalRef
    day: str | None
    unit: str
    values: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class HitCounter:
    """A pixel's rows of the log by outcome (`accepted`), on a day's counter by outcome and hour as well (`accepted07`)."""

    pixel_id: str
    day: str | None
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PixelCounters:
    """What the reporting table has of one pixel, for some days or for all time."""

    goals: tuple[GoalCounter, ...]
    hits: tuple[HitCounter, ...]
