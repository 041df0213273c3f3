"""Conversions for the tests of counting: few goals, keys, sessions and moments, so that they meet."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st
from pixelweave.conversion import Conversion, GoalRef, make_digest
from pixelweave.goal_plan import make_entry
from pixelweave.goal_store import Entry, EntryKey

HOUR = 3_600_000
# 2026-07-01T22:30:00Z
T0 = 1_782_945_000_000
DAY, NEXT_DAY = "2026-07-01", "2026-07-02"
GOALS = (GoalRef("px", "d:one"), GoalRef("px", "h:Buy, now"))


def make(
    number: int,
    once: str = "order:1",
    *,
    goal: int = 0,
    at: int = T0,
    session: str | None = None,
    value: str | None = None,
    unit: str = "points",
) -> Conversion:
    """The conversion of event `number`; without a value it has no unit either."""
    return Conversion(
        goal=GOALS[goal],
        once=make_digest(once),
        received_at=at,
        event_id=f"event-{number:02d}",
        session=None if session is None else make_digest(session),
        value=None if value is None else Decimal(value),
        unit="" if value is None else unit,
        workspace_id="ws",
    )


def enter(*conversions: Conversion) -> dict[EntryKey, Entry]:
    """The entries in which these conversions stand."""
    return {EntryKey(each.goal, each.once): make_entry(each) for each in conversions}


@st.composite
def draw_conversions(draw: st.DrawFn, largest: int = 12) -> list[Conversion]:
    """Conversions of different events over three hours of two days."""
    return [
        make(
            number,
            draw(st.sampled_from(["order:1", "order:2", "order:3", f"event:{number}"])),
            goal=draw(st.integers(0, 1)),
            at=T0 + draw(st.sampled_from([0, 1, HOUR, 2 * HOUR])),
            session=draw(st.sampled_from([None, "a", "b"])),
            value=draw(st.sampled_from([None, "0", "2.50", "-2.50", "0.0001", "99999999999999.9999"])),
            unit=draw(st.sampled_from(["points", "EUR"])),
        )
        for number in range(draw(st.integers(1, largest)))
    ]
