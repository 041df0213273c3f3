"""What counting takes of the goals table: units, calls and processor time of a thousand conversions, by the real adapter."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from time import process_time

from pixelweave.conversion import BUILT_IN, DEFINED, Conversion, GoalRef, make_digest
from pixelweave.goal_counting import choose_shard, count_conversions
from pixelweave.goal_store import HitTally
from pixelweave_aws.goal_table import GoalTable

from bench.metered_table import MeteredTable

CONVERSIONS = 2_000
# About what an object of five minutes has at ten million events a month and 2 %.
AN_OBJECT = 25
# Events of a session that convert: four in five do so once.
SESSIONS = CONVERSIONS * 4 // 5
GOALS = tuple(
    GoalRef.make("px_shop", source, label)
    for source, label in ((BUILT_IN, "Purchase"), (BUILT_IN, "Lead"), (DEFINED, "gl_1"), (DEFINED, "gl_2"))
)
OUTCOMES = ("accepted", "bot", "rejected", "test")
# 2026-07-01T00:00:00Z
T0 = 1_782_864_000_000
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class GoalCost:
    """Of a thousand conversions; `call_us` is processor time a call, `tally_writes` the units of one object's rows by outcome."""

    reads: float
    writes: float
    calls: float
    bytes: float
    call_us: float
    tally_writes: float


def make_conversions() -> list[Conversion]:
    """A day's conversions of four goals, two of them with a value, in their order; the same in every run."""
    dice = random.Random(20260701)
    found = []
    for number in range(CONVERSIONS):
        goal = dice.choice(GOALS)
        is_valued = goal in GOALS[::2]
        found.append(
            Conversion(
                goal=goal,
                once=make_digest(f"order:{number}"),
                received_at=T0 + number * DAY_MS // CONVERSIONS,
                event_id=f"019f1d8c-e27b-7000-8000-{number:012x}",
                session=make_digest(f"session:{dice.randrange(SESSIONS)}"),
                value=Decimal(dice.randrange(500, 30_000)) / 100 if is_valued else None,
                unit="EUR" if is_valued else "",
                workspace_id="acme",
            )
        )
    return found


def measure_counting() -> GoalCost:
    """Count a day's conversions, object by object."""
    table = MeteredTable()
    store = GoalTable("goals", table.client)
    conversions = make_conversions()
    started = process_time()
    for start in range(0, CONVERSIONS, AN_OBJECT):
        shard = choose_shard(f"events/dt=2026-07-01/{start}.parquet")
        count_conversions(store, conversions[start : start + AN_OBJECT], shard, lambda _: None)
    seconds = process_time() - started
    a_thousand = 1_000 / CONVERSIONS
    return GoalCost(
        reads=table.reads * a_thousand,
        writes=table.writes * a_thousand,
        calls=table.calls * a_thousand,
        bytes=table.size * a_thousand,
        call_us=seconds / table.calls * 1e6,
        tally_writes=_measure_tally(),
    )


def _measure_tally() -> float:
    """Units that counting an object's rows takes, over the objects of a day of five minutes each."""
    table = MeteredTable()
    store = GoalTable("goals", table.client)
    objects = 288
    for number in range(objects):
        hour = f"{number * 24 // objects:02d}"
        key = f"events/dt=2026-07-01/{number}.parquet"
        tally = HitTally("px_shop", "2026-07-01", {(hour, outcome): 40 for outcome in OUTCOMES})
        store.count_hits(key, tally, choose_shard(key))
    return table.writes / objects
