"""A stretch of time for a query: from when to when, and which partitions that takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from pixelweave.goal_text import read_instant
from pixelweave.partition import EARLY_DAYS, LATE_DAYS
from pixelweave.span import is_span, read_span

from pixelweave_cli.failure import InputError

DEFAULT_SINCE = "7d"


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` (inclusive) to `until` (exclusive), moments of receipt in UTC; `until` None means up to now."""

    since: datetime
    until: datetime | None
    first_day: date
    last_day: date


def parse_window(
    since: str, until: str | None, now: float, options: tuple[str, str] = ("--since", "--until")
) -> Window:
    """Return the window between two moments of these options, each as `parse_moment` reads it; `now` is Unix time in seconds.

    Raises InputError.
    """
    today = datetime.fromtimestamp(now, UTC)
    start = parse_moment(since, today, options[0])
    end = None if until is None else parse_moment(until, today, options[1])
    if end is not None and end <= start:
        raise InputError(f"{options[1]} ({end.isoformat()}) is not after {options[0]} ({start.isoformat()})")
    try:
        first_day = start.date() - timedelta(days=EARLY_DAYS)
        last_day = min((end or today).date() + timedelta(days=LATE_DAYS), today.date() + timedelta(days=1))
    except OverflowError as exc:
        raise InputError(f"{' or '.join(options)} is too far away") from exc
    return Window(start, end, first_day, max(first_day, last_day))


def parse_moment(text: str, now: datetime, option: str) -> datetime:
    """Return the moment of `15m`, `24h`, `7d`, `2w` (ago), of a date (midnight UTC) or an ISO 8601 time (UTC unless it says).

    Raises InputError naming `option`.
    """
    try:
        return now - read_span(text) if is_span(text) else read_instant(text)
    except (ValueError, OverflowError) as exc:
        raise InputError(
            f"{option}: {text!r} is not a time; write 15m, 24h, 7d, 2025-06-30 or 2025-06-30T12:00:00Z"
        ) from exc
