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
from typing import Any

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
STEPS = ("Add to basket", "Checkout", "Purchase")

type Row = list[Any]

_CHANNELS = ("direct", "organic_search", "paid_search", "email", "organic_social", "referral", None)
_CAMPAIGNS = (None, None, "spring", "summer sale", "newsletter-42")
_PLACES = (
    ("DE", "BE", "Berlin", "Europe/Berlin"), ("DE", "BY", "München", "Europe/Berlin"), ("FR", "IDF", "Paris", "Europe/Paris"),
    ("US", "CA", "San Francisco", "America/Los_Angeles"), ("JP", None, None, "Asia/Tokyo"), (None, None, None, None),
)  # fmt: skip
_CLIENTS = (
    ("Chrome", "126", "Windows", "10", "desktop"), ("Chrome", "125", "Android", "14", "mobile"), ("Safari", "17", "iOS", "17", "mobile"),
    ("Firefox", "127", "Linux", None, "desktop"), (None, None, None, None, None),
)  # fmt: skip
_PATHS = ("/", "/shop", "/shop/shoes", "/shop/hats", "/guide", "/checkout", "/thank-you")
_HOST = "shop.example"
_QUALITY = (
    ("native", "accepted", None, "human", 1000), ("native", "accepted", "invalid_label", "human", 20),
    ("native", "bot", None, "bot", 60), ("native", "test", None, "human", 5),
    ("rokt", "rejected", "missing_confirmationref", "human", 30), ("pitchtarget", "rejected", "invalid_amount", "proxy", 12),
)  # fmt: skip


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
            for part, draw in _DRAWS.items():
                history.rows[pixel, part, day] = draw(chance, count)
            # Pixels of one workspace have the same rows.
            history.rows.setdefault((SMALL, "identity", day), history.rows[BUSY, "identity", day])
            history.rows[pixel, "identity", day] = history.rows[BUSY, "identity", day]
    return history


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


def _draw_activity(chance: random.Random, rows: int) -> list[Row]:
    return [[hour, 2 * rows + chance.randrange(30), rows + chance.randrange(20)] for hour in range(24)]


def _draw_session(chance: random.Random) -> Row:
    client, place = chance.choice(_CLIENTS), chance.choice(_PLACES)
    return [
        chance.choice(_CHANNELS),
        chance.choice(_CAMPAIGNS),
        place[0],
        client[0],
        client[2],
        client[4],
        f"{_HOST}{chance.choice(_PATHS)}",
    ]


def _draw_sessions(chance: random.Random, rows: int) -> list[Row]:
    drawn = []
    for _ in range(rows):
        sessions = chance.randrange(1, 60)
        drawn.append(
            [
                *_draw_session(chance),
                chance.random() < 0.4,
                sessions,
                sessions // 2,
                sessions * 3,
                sessions * 97,
            ]
        )
    return drawn


def _draw_goals(chance: random.Random, rows: int) -> list[Row]:
    drawn: list[Row] = []
    for _ in range(max(1, rows // 4)):
        channel, campaign, country, browser, _os, device, landing = _draw_session(chance)
        where = [channel, campaign, country, browser, device, landing]
        count = chance.randrange(1, 6)
        amount = f"{chance.randrange(1, 500)}.{chance.randrange(10_000):04}"
        drawn += [
            [
                "Purchase",
                "built-in",
                chance.choice(("EUR", "EUR", "USD")),
                *where,
                count,
                max(1, count - 1),
                amount,
            ],
            ["Lead", "built-in", None, *where, count + 1, 1, None],
            ["Newsletter", "defined", "points", *where, 2, 2, "10.0000"],
            ["Refund", "hit", "EUR", *where, 1, 1, f"-{chance.randrange(9)}.5000"],
        ]
    return drawn


def _draw_funnels(chance: random.Random, rows: int) -> list[Row]:
    entries = rows + chance.randrange(40)
    reached = [entries, entries // 2, entries // 5]
    return [["Checkout", step, goal, reached[step - 1]] for step, goal in enumerate(STEPS, start=1)]


def _draw_content(chance: random.Random, rows: int) -> list[Row]:
    paths = [*_PATHS, *(f"/shop/item-{number}" for number in range(max(0, rows - len(_PATHS))))]
    return [
        [_HOST, path, f"Title of {path}", chance.randrange(9, 99), chance.randrange(9), chance.randrange(9)]
        for path in paths
    ]


def _draw_interests(chance: random.Random, rows: int) -> list[Row]:
    values = [f"brand-{number}" for number in range(max(2, rows // 4))]
    return [["brand", value, chance.randrange(5, 50), chance.randrange(1, 5)] for value in values]


def _draw_technology(chance: random.Random, rows: int) -> list[Row]:
    versions = range(max(1, rows // len(_CLIENTS)))
    return [
        [
            browser,
            version and str(int(version) + more),
            system,
            system_version,
            device,
            chance.randrange(50),
            chance.randrange(50, 500),
        ]
        for browser, version, system, system_version, device in _CLIENTS
        for more in versions
    ]


def _draw_geography(chance: random.Random, rows: int) -> list[Row]:
    cities = [
        (*place[:2], place[2] and f"{place[2]} {number}" if number else place[2], place[3])
        for place in _PLACES
        for number in range(max(1, rows // 6))
    ]
    return [[*place, chance.randrange(50), chance.randrange(50, 500)] for place in cities]


def _draw_quality(chance: random.Random, rows: int) -> list[Row]:
    drawn = []
    for dialect, outcome, reason, client, about in _QUALITY:
        hits = about * max(1, rows // 12) + chance.randrange(50)
        drawn.append(
            [
                dialect,
                outcome,
                reason,
                client,
                hits,
                chance.randrange(9) if outcome == "accepted" else 0,
                chance.randrange(4),
            ]
        )
    return drawn


def _draw_identity(chance: random.Random, _rows: int) -> list[Row]:
    return [
        ["person", None, chance.randrange(1, 30)], ["identifier", "email_sha256", chance.randrange(30)],
        ["identifier", "user_id", chance.randrange(1, 20)], ["merge", None, chance.randrange(5)],
        ["refusal", "blocked_value", chance.randrange(1, 9)], ["refusal", "unique_conflict", chance.randrange(4)],
        ["forgotten", None, chance.randrange(2)],
    ]  # fmt: skip


_DRAWS = {
    "activity": _draw_activity, "sessions": _draw_sessions, "goals": _draw_goals, "funnels": _draw_funnels, "content": _draw_content,
    "interests": _draw_interests, "technology": _draw_technology, "geography": _draw_geography, "quality": _draw_quality,
    "identity": _draw_identity,
}  # fmt: skip
