"""Published documents to look at: a seeded history of a busy pixel, as `publish` writes it (docs/dashboard.md).

Visitors are simulated one by one, so that an oracle can count them without the rule of gaps; the other parts are drawn by chance.
"""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tests.browser.dashboard.draw import DRAWS, STEPS

if TYPE_CHECKING:
    from tests.browser.dashboard.draw import Row

TODAY = date(2025, 7, 1)
FIRST = date(2024, 6, 1)
BUSY, SMALL = "px_busy", "px_small"

COLUMNS: dict[str, tuple[str, ...]] = {
    "activity": ("hour", "events", "page_views"),
    "reach": ("kind", "gap", "actors"),
    "sessions": (
        "channel", "campaign", "country", "browser", "os", "device", "landing", "is_known",
        "sessions", "engaged", "page_views", "seconds",
    ),
    "dimensions": ("dimension", "value", "sessions"),
    "goals": (
        "goal", "source", "unit", "channel", "campaign", "country", "browser", "device", "landing",
        "conversions", "sessions", "value",
    ),
    "funnels": ("funnel", "step", "goal", "entries"),
    "content": ("host", "path", "title", "page_views", "entries", "exits"),
    "interests": ("label", "value", "events", "sessions"),
    "technology": ("browser", "browser_version", "os", "os_version", "device", "sessions", "events"),
    "geography": ("country", "region", "city", "time_zone", "sessions", "events"),
    "quality": ("dialect", "outcome", "reason", "client_class", "hits", "duplicates", "late"),
    "identity": ("kind", "detail", "count"),
}  # fmt: skip


@dataclass
class History:
    """Documents by pixel, part and day.

    `active` are the days on which each simulated visitor was there, `known` says who of them is known.
    """

    pixels: list[dict[str, Any]]
    first: date = FIRST
    last: date = TODAY
    rows: dict[tuple[str, str, date], list[Row]] = field(default_factory=dict)
    active: dict[str, list[set[date]]] = field(default_factory=dict)
    known: dict[str, list[bool]] = field(default_factory=dict)

    def list_rows(
        self, part: str, first: date, last: date, pixel: str | None = None
    ) -> list[tuple[date, dict[str, Any]]]:
        """The rows of a range as an oracle wants them: day, and values by column."""
        return [
            (day, dict(zip(COLUMNS[part], row, strict=True)))
            for (of, name, day), rows in self.rows.items()
            if name == part and first <= day <= last and pixel in (None, of)
            for row in rows
        ]

    def write(self) -> dict[str, bytes]:
        """path → gzipped JSON, as the bucket has it."""
        months: defaultdict[str, dict[str, list[Row]]] = defaultdict(dict)
        for (pixel, part, day), rows in self.rows.items():
            months[f"data/{pixel}/{part}/{day:%Y-%m}.json"][day.isoformat()] = rows
        written = {path: self._write_document(path, days) for path, days in months.items()}
        written["data/index.json"] = _zip(self.index())
        return written

    def index(self) -> dict[str, Any]:
        """data/index.json."""
        fresh = {
            "computed_at": "2025-07-01T10:00:07Z",
            "through": self.last.isoformat(),
            "bytes_scanned": 1_048_576,
            "error": None,
        }
        return {
            "version": 1,
            "published_at": "2025-07-01T10:00:41Z",
            "first_day": self.first.isoformat(),
            "last_day": self.last.isoformat(),
            "pixels": self.pixels,
            "parts": dict.fromkeys(COLUMNS, fresh),
        }

    def _write_document(self, path: str, days: dict[str, list[Row]]) -> bytes:
        part = path.split("/")[2]
        return _zip({"version": 1, "part": part, "columns": COLUMNS[part], "days": days})


def _zip(document: object) -> bytes:
    return gzip.compress(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), 6, mtime=0)


def describe_pixel(pixel_id: str, name: str, first: date = FIRST) -> dict[str, Any]:
    """A pixel as the index has it."""
    funnel = {"name": "Checkout", "by": "session", "within_ms": 604_800_000, "steps": list(STEPS)}
    return {
        "pixel_id": pixel_id, "name": name, "workspace_id": "acme", "dialect": "native", "first_day": first.isoformat(),
        "goals": ["Newsletter"], "funnels": [funnel],
    }  # fmt: skip


def make_history(*, seed: int = 6, visitors: int = 300, rows: int = 12, first: date = FIRST) -> History:
    """Thirteen months of a busy pixel and a few days of a small one: `visitors` people, about `rows` rows of each part a day."""
    history = History(
        [
            describe_pixel(BUSY, "Busy shop", first),
            describe_pixel(SMALL, "Small site", TODAY - timedelta(days=5)),
        ],
        first,
    )
    chance = random.Random(seed)
    for pixel, begin, people, count in (
        (BUSY, first, visitors, rows),
        (SMALL, TODAY - timedelta(days=5), 9, 3),
    ):
        days = [begin + timedelta(days=number) for number in range((TODAY - begin).days + 1)]
        _simulate(history, chance, pixel, days, people)
        for day in days:
            for part, draw in DRAWS.items():
                history.rows[pixel, part, day] = draw(chance, count)
            history.rows[pixel, "dimensions", day] = share_out(history.rows[pixel, "sessions", day])
            # Pixels of one workspace have the same rows.
            history.rows.setdefault((SMALL, "identity", day), history.rows[BUSY, "identity", day])
            history.rows[pixel, "identity", day] = history.rows[BUSY, "identity", day]
    return history


def share_out(sessions: list[Row]) -> list[Row]:
    """The rows of `dimensions` that those of `sessions` come to."""
    places = {
        name: COLUMNS["sessions"].index(name)
        for name in ("channel", "campaign", "country", "browser", "device")
    }
    count = COLUMNS["sessions"].index("sessions")
    sums: Counter[tuple[str, str | None]] = Counter()
    for row in sessions:
        for name, place in places.items():
            sums[name, row[place]] += row[count]
    return [[name, value, found] for (name, value), found in sums.items()]


def _simulate(history: History, chance: random.Random, pixel: str, days: list[date], people: int) -> None:
    """Visitors who come back as they like; the rows of `reach` that this gives."""
    active = [
        {day for day in days if chance.random() < share}
        for share in (chance.random() ** 4 for _ in range(people))
    ]
    known = [chance.random() < 0.4 for _ in range(people)]
    counts: Counter[tuple[date, str, int | None]] = Counter()
    for seen, is_known in zip(active, known, strict=True):
        last: date | None = None
        for day in sorted(seen):
            gap = None if last is None else (day - last).days
            for kind in ("visitor", "known" if is_known else "anonymous"):
                counts[day, kind, gap] += 1
            last = day
    for (day, kind, gap), actors in counts.items():
        history.rows.setdefault((pixel, "reach", day), []).append([kind, gap, actors])
    history.active[pixel], history.known[pixel] = active, known
