"""Rows of one day of each part, drawn by chance, in the columns of docs/dashboard.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

type Row = list[Any]

STEPS = ("Add to basket", "Checkout", "Purchase")

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


DRAWS = {
    "activity": _draw_activity, "sessions": _draw_sessions, "goals": _draw_goals, "funnels": _draw_funnels, "content": _draw_content,
    "interests": _draw_interests, "technology": _draw_technology, "geography": _draw_geography, "quality": _draw_quality,
    "identity": _draw_identity,
}  # fmt: skip
