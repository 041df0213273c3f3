"""Random rows of the log for two pixels: repeats, ids that meet and miss each other, hours that change, and goals of every kind."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pixelweave.goal import ONCE, GoalRecord, GoalSpec
from pixelweave.goal_window import Window

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

PIXELS = ("px_chaos_one", "px_chaos_two")
# An hour before midnight (UTC), and the hours around it.
START, STRETCH = 1_782_943_200_000, 4 * 3_600_000
OBJECTS, ROWS = 8, 60

type Event = Mapping[str, Any]


def make_objects(dice: Random) -> list[list[Event]]:
    """The rows of each object; a fifth of them stands in another one as well."""
    rows = [_make_row(dice, number) for number in range(OBJECTS * ROWS)]
    objects: list[list[Event]] = [[] for _ in range(OBJECTS)]
    for row in rows:
        for place in dice.sample(range(OBJECTS), 2 if dice.random() < 0.2 else 1):
            objects[place].append(row)
    return objects


def make_records() -> dict[str, list[GoalRecord]]:
    """A goal for each rule of what counts once, of each pixel, its definition changed amid the events."""
    value: list[dict[str, Any] | None] = [None, {"amount": Decimal("2.5")}, {}, {"unit": "EUR"}]
    return {
        pixel_id: [_make_record(pixel_id, once, worth) for once, worth in zip(ONCE, value, strict=True)]
        for pixel_id in PIXELS
    }


def _make_record(pixel_id: str, once: str, value: dict[str, Any] | None) -> GoalRecord:
    spec = {"name": f"once a {once}, 50%", "once": once, "value": value}
    wide = GoalSpec.model_validate(spec | {"conditions": [{"field": "type", "pattern": "*"}]})
    narrow = GoalSpec.model_validate(spec | {"conditions": [{"field": "path", "pattern": "/thanks*"}]})
    return GoalRecord(
        pixel_id=pixel_id,
        goal_id=f"g_{once}",
        revisions=(wide, narrow),
        windows=(
            Window(starts_at=START, ends_at=START + STRETCH // 2, revision=0),
            Window(starts_at=START + STRETCH // 2, revision=1),
        ),
        created_at=START,
    )


def _make_row(dice: Random, number: int) -> Event:
    def choose(kind: str, count: int) -> str | None:
        return f"{kind}-{dice.randrange(count)}" if dice.random() < 0.8 else None

    goals = [
        {
            "name": name,
            "value": Decimal(dice.randrange(-500, 500)) / 100,
            "unit": dice.choice(("points", "EUR")),
        }
        for name in dice.sample(("a, b", "a, b", "c#d"), dice.randrange(3))
    ]
    return {
        "event_id": f"chaos-{number:04d}",
        "message_id": choose("message", 400),
        "pixel_id": dice.choice(PIXELS),
        "workspace_id": "chaos",
        "dialect": dice.choice(("ksense", "rokt", "pitchtarget", "sendgrid", "native", "altcraft")),
        "type": dice.choice(("page_view", "conversion", "purchase", "lead")),
        "name": dice.choice((None, "signup", "x'\"\\")),
        "outcome": dice.choice(("accepted", "accepted", "accepted", "rejected", "bot", "test")),
        "received_at": START + dice.randrange(STRETCH),
        "session_id": choose("session", 12),
        "visitor_id": choose("visitor", 9),
        "host": "shop.example",
        "path": dice.choice((None, "/", "/thanks", "/thanks/1")),
        "goals": goals or None,
        "value": dice.choice((None, Decimal("12.3400"), Decimal("-0.0001"))),
        "currency": dice.choice((None, "USD")),
        "order_id": choose("order", 60),
        "labels": None,
        "props": None,
    }
