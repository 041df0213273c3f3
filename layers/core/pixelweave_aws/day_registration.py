"""Days of the log's tables registered ahead, so that no row arrives on a day that Athena does not know (docs/compaction.md)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from pixelweave.packing import LAYOUTS

from pixelweave_aws.partition import NoTableError, Partitions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_glue import GlueClient

# Every day that is registered is a prefix that a query without a range of days lists; so it is months and not years.
DAYS_AHEAD = 100
# With fewer an alarm rings: a month in which somebody can look why nothing registers days any more.
FEWEST_AHEAD = 30


class Registered(NamedTuple):
    """What was done in one table: partitions that are new, and that got other columns."""

    new: int
    updated: int


def register_days(
    client: GlueClient, database: str, first_day: date, now: float
) -> Mapping[str, Registered | None]:
    """Register the days from `first_day` to `DAYS_AHEAD` days after `now` (Unix seconds) in each table; None for one that is not there.

    Raises PartitionError.
    """
    last_day = _day_of(now) + timedelta(days=DAYS_AHEAD)
    done: dict[str, Registered | None] = {}
    for name in LAYOUTS:
        try:
            done[name] = Registered(*Partitions(client, database, name).register(first_day, last_day))
        except NoTableError:
            done[name] = None
    return done


def count_short(partitions: Partitions, now: float) -> int:
    """How many of the next `FEWEST_AHEAD` days are not registered. Raises NoTableError."""
    today = _day_of(now)
    return FEWEST_AHEAD - len(
        partitions.list(today + timedelta(days=1), today + timedelta(days=FEWEST_AHEAD))
    )


def _day_of(now: float) -> date:
    return datetime.fromtimestamp(now, UTC).date()
