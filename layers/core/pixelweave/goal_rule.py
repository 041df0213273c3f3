"""Which revisions of which goals a scan has to look for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pixelweave.conversion import DEFINED, GoalRef

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pixelweave.goal import GoalRecord, GoalSpec, Window

type Stretch = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One revision of a goal and the windows in which it is in force. `place` is the same for all revisions of the goal."""

    goal: GoalRef
    place: int
    spec: GoalSpec
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which events count. `pixels` None: all; `between`: received at these epoch milliseconds, from inclusive to exclusive;
    `is_implied`: goals that hits name and built-in ones are looked for as well."""

    is_implied: bool = True
    pixels: Collection[str] | None = None
    between: Stretch | None = None


def list_rules(records: Iterable[GoalRecord], between: Stretch | None = None) -> list[Rule]:
    """The revisions that are in force at any time of a stretch (as `Scope.between`)."""
    rules: list[Rule] = []
    for place, record in enumerate(records, start=1):
        windows: dict[int, list[Window]] = {}
        for window in record.windows:
            if between is None or _overlaps(window, between):
                windows.setdefault(window.revision, []).append(window)
        goal = GoalRef.make(record.pixel_id, DEFINED, record.goal_id)
        rules.extend(
            Rule(goal, place, record.revisions[revision], tuple(held)) for revision, held in windows.items()
        )
    return rules


def _overlaps(window: Window, stretch: Stretch) -> bool:
    starts_at, ends_at = stretch
    return (window.ends_at is None or starts_at < window.ends_at) and (
        ends_at is None or window.starts_at < ends_at
    )
