"""From counters to the rows of a report: goal by hour, day or over all, and hits by outcome. All times are UTC."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from pixelweave.conversion import DEFINED, NO_UNIT
from pixelweave.outcome import ACCEPTED, OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pixelweave.conversion import GoalRef
    from pixelweave.goal_counter import GoalCounter, HitCounter, PixelCounters

HOUR, DAY, TOTAL = "hour", "day", "total"
# What a pixel without goals reports instead, as Altcraft does.
TRIGGER = "trigger"
_HOURS = tuple(f"{hour:02}" for hour in range(24))


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal in one bucket: `2025-06-30` (a day), `2025-06-30 07:00` (an hour), a channel …; empty for the total.

    `sessions` None: unknown, because unique sessions of several days do not add up. `values` by unit: points or a currency.
    """

    goal: str
    source: str
    bucket: str
    conversions: int
    sessions: int | None = None
    values: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HitRow:
    """The pixel's rows of the log in one bucket, by outcome."""

    bucket: str
    rows: Mapping[str, int]


@dataclass(slots=True)
class _Sum:
    """What is added up to one row."""

    conversions: int = 0
    sessions: int = 0
    days: set[str | None] = field(default_factory=set)
    values: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def add(self, counter: GoalCounter, slot: str) -> None:
        """Add a counter's numbers, of one hour if `slot` names it. Sums are exact: see `goal_plan`."""
        number = int(counter.values.get(f"n{slot}", 0))
        self.conversions += number
        self.sessions += int(counter.values.get(f"s{slot}", 0))
        self.days.add(counter.day)
        if number and counter.unit != NO_UNIT:
            self.values[counter.unit] += counter.values.get(f"v{slot}", Decimal())


def list_goal_rows(counters: PixelCounters, names: Mapping[str, str], by: str) -> list[GoalRow]:
    """The goals that were reached, by HOUR, DAY or in TOTAL; `names` are those of the defined goals by goal_id.

    A defined goal without a name is no more and is left out.
    """
    sums: defaultdict[tuple[GoalRef, str], _Sum] = defaultdict(_Sum)
    for counter in counters.goals:
        for bucket, slot in _list_slots(counter.day, by):
            sums[counter.goal, bucket].add(counter, slot)
    rows = []
    for (goal, bucket), total in sums.items():
        name = names.get(goal.label) if goal.source == DEFINED else goal.label
        if name is not None and total.conversions:
            sessions = total.sessions if len(total.days) == 1 else None
            rows.append(
                GoalRow(
                    name, goal.source, bucket, total.conversions, sessions, dict(sorted(total.values.items()))
                )
            )
    return rows


def list_hit_rows(counters: PixelCounters, by: str) -> list[HitRow]:
    """The hits by HOUR, DAY or in TOTAL, in the order of time; buckets without any are left out."""
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for counter in counters.hits:
        for bucket, slot in _list_slots(counter.day, by):
            sums[bucket].update(_read_outcomes(counter, slot))
    return [
        HitRow(bucket, {outcome: rows[outcome] for outcome in OUTCOMES})
        for bucket, rows in sorted(sums.items())
        if rows.total()
    ]


def list_triggers(hits: Iterable[HitRow]) -> list[GoalRow]:
    """The accepted hits as what a pixel without goals reports."""
    return [GoalRow(TRIGGER, TRIGGER, row.bucket, row.rows[ACCEPTED]) for row in hits if row.rows[ACCEPTED]]


def sort_rows(rows: Iterable[GoalRow], *, by_count: bool) -> list[list[GoalRow]]:
    """The rows of each goal together, the goal with most conversions first; within it by bucket, or `by_count`, most first."""
    goals: defaultdict[tuple[str, str], list[GoalRow]] = defaultdict(list)
    for row in rows:
        goals[row.goal, row.source].append(row)
    groups = [
        sorted(group, key=lambda row: (-row.conversions if by_count else 0, row.bucket))
        for group in goals.values()
    ]
    return sorted(
        groups, key=lambda group: (-sum(row.conversions for row in group), group[0].goal, group[0].source)
    )


def write_amount(amount: Decimal) -> str:
    """The amount exactly, without zeros at its end, and with cents where it has a fraction: `5`, `12.50`, `0.0001`."""
    whole, _, fraction = f"{amount:f}".partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole}.{fraction:0<2}" if fraction else whole


def _list_slots(day: str | None, by: str) -> Iterator[tuple[str, str]]:
    """Each bucket that a counter goes to, and what stands behind its attributes' letters."""
    if by == HOUR:
        for hour in _HOURS:
            yield f"{day} {hour}:00", hour
    else:
        yield (str(day) if by == DAY else ""), ""


def _read_outcomes(counter: HitCounter, slot: str) -> dict[str, int]:
    return {outcome: counter.rows.get(f"{outcome}{slot}", 0) for outcome in OUTCOMES}
