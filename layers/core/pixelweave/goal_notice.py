"""What a conversion tells on the event bus (docs/goals.md, «Telling»): ids only, no value and nothing of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelweave.conversion import make_digest
from pixelweave.emission import Notice

if TYPE_CHECKING:
    from pixelweave.conversion import Conversion

GOAL_REACHED = "GoalReached"


def compose_reached(conversion: Conversion, name: str) -> Notice:
    """GoalReached: the goal called `name` has `conversion`. Composed again it has the same `id`; `received_at` is Unix milliseconds."""
    goal = conversion.goal
    return Notice(
        GOAL_REACHED,
        {
            "id": _make_id(conversion),
            "goal": name,
            "goal_key": goal.key,
            "source": goal.source,
            "pixel_id": goal.pixel_id,
            "workspace_id": conversion.workspace_id,
            "event_id": conversion.event_id,
            "received_at": conversion.received_at,
        },
    )


def _make_id(conversion: Conversion) -> str:
    """A digest in the form of a UUID: another event that comes to stand for the conversion is other news."""
    goal = conversion.goal
    told = make_digest(f"{goal.pixel_id}#{goal.key}#{conversion.once}#{conversion.event_id}")
    return f"{told[:8]}-{told[8:12]}-{told[12:16]}-{told[16:20]}-{told[20:]}"
