"""Which revisions of which goals a scan has to look for."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from pixelweave.conversion import DEFINED, GoalRef

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from pixelweave.goal import GoalRecord, GoalSpec
    from pixelweave.goal_window import Window

# Each rule costs the planner of a statement about 0.1 ms and 50 KB.
MAX_RULES = 500

# Epoch milliseconds, from inclusive to exclusive.
type Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rule:
    """One revision of a goal and the windows in which it is in force: none, where it is so at all times that are looked at. `place` is
    the same for all revisions of the goal."""

    goal: GoalRef
    place: int
    spec: GoalSpec
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which events count: those of `pixels` received in `stretch`. `is_implied`: goals that hits name and built-in
    ones are looked for as well."""

    stretch: Stretch
    pixels: Collection[str]
    is_implied: bool


def list_rules(records: Iterable[GoalRecord], stretch: Stretch) -> list[Rule]:
    """The revisions that are in force at any time of a stretch."""
    rules: list[Rule] = []
    for place, record in enumerate(records, start=1):
        windows: dict[int, list[Window]] = {}
        for window in record.windows:
            if _overlaps(window, stretch):
                windows.setdefault(window.revision, []).append(window)
        goal = GoalRef.make(record.pixel_id, DEFINED, record.goal_id)
        for revision, held in windows.items():
            is_always = any(_covers(window, stretch) for window in held)
            rules.append(Rule(goal, place, record.revisions[revision], () if is_always else tuple(held)))
    return rules


def split_rules(rules: Sequence[Rule], limit: int = MAX_RULES) -> Iterator[list[Rule]]:
    """The rules in parts of at most `limit` and as many as one goal has; those of one goal stay together."""
    part: list[Rule] = []
    for _, revisions in groupby(rules, key=lambda rule: rule.place):
        added = list(revisions)
        if part and len(part) + len(added) > limit:
            yield part
            part = []
        part += added
    if part:
        yield part


def _overlaps(window: Window, stretch: Stretch) -> bool:
    return window.starts_at < stretch[1] and (window.ends_at is None or stretch[0] < window.ends_at)


def _covers(window: Window, stretch: Stretch) -> bool:
    return window.starts_at <= stretch[0] and (window.ends_at is None or stretch[1] <= window.ends_at)
