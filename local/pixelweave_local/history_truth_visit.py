"""What happened in the history, hit by hit and visit by visit, worked out in plain Python from the rows of the log (docs/dashboard.md)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pixelweave_local.history import Row


class Happening(NamedTuple):
    """A row of the log: its day of receipt, `received_at` and `moment`, when it happened, never after that, in Unix milliseconds."""

    day: str
    received_at: int
    moment: int
    row: Row

    @property
    def order(self) -> tuple[int, str]:
        """Sorts by receipt."""
        return self.received_at, str(self.row["event_id"])

    @property
    def hit_key(self) -> str:
        """What the repeats of an accepted hit have in common."""
        return f"message:{self.row['message_id']}"

    @property
    def session_id(self) -> str | None:
        """Its session."""
        found: str | None = self.row.get("session_id")
        return found

    @property
    def leaf(self) -> str | None:
        """The visitor cookie, else the session."""
        if "visitor_id" in self.row:
            return f"visitor:{self.row['visitor_id']}"
        return None if self.session_id is None else f"session:{self.session_id}"

    @property
    def channel(self) -> str | None:
        """What brought it; a link of the site itself brings nobody."""
        found: str | None = self.row.get("channel")
        return None if found == "internal" else found

    @property
    def is_page_view(self) -> bool:
        """Whether a page was opened."""
        return self.row.get("type") == "page_view"

    @property
    def landing(self) -> str | None:
        """Host and path."""
        return f"{self.row.get('host', '')}{self.row['path']}" if "path" in self.row else None


class Stay(NamedTuple):
    """A visit: the day it began, what brought it, what it did on that day and the next."""

    day: str
    channel: str | None
    campaign: str | None
    country: str | None
    browser: str | None
    os: str | None
    device: str | None
    landing: str | None
    page_views: int
    seconds: int


def list_happenings(days: Mapping[str, Iterable[Row]]) -> list[Happening]:
    """All rows, in the order of receipt."""
    found = []
    for day, rows in days.items():
        for row in rows:
            received_at = read_ms(row["received_at"])
            found.append(Happening(day, received_at, min(received_at, read_ms(row["occurred_at"])), row))
    return sorted(found, key=lambda each: each.order)


def keep_first(happenings: Iterable[Happening]) -> list[Happening]:
    """The accepted ones, each hit once: the first that was received."""
    first: dict[str, Happening] = {}
    for each in happenings:
        if each.row["outcome"] == "accepted":
            first.setdefault(each.hit_key, each)
    return list(first.values())


def list_stays(hits: Iterable[Happening]) -> dict[str, Stay]:
    """The visits of `hits` (each once, in the order of receipt) by their session ids."""
    sessions: dict[str, list[Happening]] = {}
    for hit in hits:
        if hit.session_id is not None:
            sessions.setdefault(hit.session_id, []).append(hit)
    return {session_id: _describe(own) for session_id, own in sessions.items()}


def _describe(own: list[Happening]) -> Stay:
    day = own[0].day
    told = [hit for hit in own if count_days(day, hit.day) <= 1]
    brought = next((hit for hit in told if hit.channel is not None), told[0])

    def find(column: str) -> str | None:
        return next((hit.row[column] for hit in told if column in hit.row), None)

    moments = [hit.moment for hit in told]
    return Stay(
        day=day,
        channel=brought.channel,
        campaign=brought.row.get("utm_campaign"),
        country=find("country"),
        browser=find("browser"),
        os=find("os"),
        device=find("device_type"),
        landing=next((hit.landing for hit in told if hit.landing is not None), None),
        page_views=sum(hit.is_page_view for hit in told),
        seconds=(max(moments) - min(moments)) // 1000,
    )


def count_days(first: str, last: str) -> int:
    """How many days `last` is after `first`."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def read_ms(text: str) -> int:
    """Unix milliseconds of a time of the log."""
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def write_day(moment: int) -> str:
    """The UTC day of a moment (Unix milliseconds)."""
    return f"{datetime.fromtimestamp(moment // 1000, UTC):%Y-%m-%d}"
