"""Which days of a part are to be computed, and the months that they lie in (docs/dashboard.md, «Days that are closed»)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from pixelweave.dashboard_index import PublishedFunnel
    from pixelweave.dashboard_part import Part

# The longest history that is ever computed at once: 13 months, and a few days.
MAX_DAYS = 400


def find_first_open(
    part: Part,
    computed_at: datetime | None,
    now: datetime,
    funnels: Sequence[PublishedFunnel],
    wanted: date | None = None,
) -> date:
    """The first day that is to be computed now: the first that is not closed, or `wanted` if that is earlier, and none further back
    than MAX_DAYS. What was never computed is due as a whole. Times are UTC."""
    oldest = now.date() - timedelta(days=MAX_DAYS)
    if computed_at is None:
        return oldest
    settles = part.settles
    if part.name == "funnels":
        # Who entered on a day may take as long as this for the last step.
        settles += timedelta(milliseconds=max((funnel.within_ms for funnel in funnels), default=0))
    # A day is closed if it ended by then: the next one began at midnight or before.
    first = (computed_at - settles).date()
    return max(oldest, first if wanted is None else min(first, wanted))


def list_months(first: date, last: date) -> list[str]:
    """The months (`YYYY-MM`) that the days from `first` to `last` lie in."""
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in months]
