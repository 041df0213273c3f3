"""What an audience means, in plain Python, one actor at a time: `audience_sql.py` says the same to Athena and is held against it.

For a whole log it is too slow; for a few actors, such as a test's or one person's, it is the shorter way.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from pixelweave.audience import ANONYMOUS, GRANTED, KNOWN
from pixelweave.audience_condition import (
    EventCondition,
    FunnelCondition,
    GoalCondition,
    InterestCondition,
    SeenCondition,
    ValueCondition,
)
from pixelweave.audience_expression import SHARES
from pixelweave.audience_filter import ANY, CONSENT, HOLDS, WHO, list_filters
from pixelweave.consent import DENIED
from pixelweave.consent import GRANTED as SAID_YES
from pixelweave.goal_pattern import matches_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from pixelweave.audience import AudienceSpec
    from pixelweave.audience_condition import Condition
    from pixelweave.audience_filter import Filter

PAGE_VIEW = "page_view"


@dataclass(frozen=True, slots=True)
class Deed:
    """An accepted event of an actor, each hit once; `row` has its columns as the log has them. `is_anonymous`: it happened before anybody
    knew whose it was, or nobody knows yet."""

    received_at: datetime
    row: Mapping[str, object]
    is_anonymous: bool


@dataclass(frozen=True, slots=True)
class Reached:
    """A goal reached by an event of the actor; `goal_key` tells apart goals of one name."""

    event: tuple[str, str]
    goal: str
    goal_key: str
    received_at: datetime
    value: Decimal | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """A step of a funnel that an event of the actor took, and when the latest chain of steps that ends there began."""

    funnel: str
    step: int
    begun: datetime


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one actor, of the look-back alone. `said` are consents and when they were said, by repeats of hits too."""

    deeds: Sequence[Deed]
    reached: Sequence[Reached] = ()
    chains: Sequence[Chain] = ()
    said: Sequence[tuple[datetime, str]] = ()
    is_known: bool = False


def count_passed(spec: AudienceSpec, history: History, now: datetime) -> int:
    """How many of `list_filters` an actor passes, one after the other; who passes all is a member."""
    filters = list_filters(spec)
    for number, each in enumerate(filters):
        if not _passes(spec, each, history, now):
            return number
    return len(filters)


def holds(condition: Condition, history: History, within: timedelta, now: datetime) -> bool:
    """Whether a condition holds for an actor; `within` is the audience's."""
    since = now - (condition.within or within)
    match condition:
        case GoalCondition():
            return _is_often(condition, _count_goal(condition.goal, history.reached, since))
        case ValueCondition():
            return _sum_value(condition, history.reached, since) >= condition.at_least
        case EventCondition():
            deeds = [deed for deed in history.deeds if deed.received_at >= since]
            return _is_often(condition, sum(_matches(condition, deed.row) for deed in deeds))
        case InterestCondition():
            return _is_interested(condition, [deed for deed in history.deeds if deed.received_at >= since])
        case FunnelCondition():
            steps = {
                each.step
                for each in history.chains
                if each.funnel == condition.funnel and each.begun >= since
            }
            return condition.reached in steps and condition.not_reached not in steps
        case SeenCondition():
            last = max(deed.received_at for deed in history.deeds)
            is_back = condition.within is None or last >= now - condition.within
            return is_back and (condition.not_within is None or last < now - condition.not_within)


def may_be_told(spec: AudienceSpec, said: Iterable[tuple[datetime, str]]) -> bool:
    """Whether what was said last allows it; of two things said in one millisecond the denial."""
    last = max(
        ((moment, word == DENIED) for moment, word in said if word in (SAID_YES, DENIED)), default=None
    )
    if last is None:
        return spec.consent != GRANTED
    return not last[1]


def _passes(spec: AudienceSpec, each: Filter, history: History, now: datetime) -> bool:
    if each.kind == WHO:
        is_anonymous = any(deed.is_anonymous for deed in history.deeds)
        return {KNOWN: history.is_known, ANONYMOUS: is_anonymous}.get(spec.who, True)
    if each.kind == CONSENT:
        return may_be_told(spec, history.said)
    found = [holds(spec.conditions[number], history, spec.within, now) for number in each.conditions]
    return any(found) if each.kind in (HOLDS, ANY) else not any(found)


def _is_often(condition: GoalCondition | EventCondition, count: int) -> bool:
    return condition.at_least <= count and (condition.at_most is None or count <= condition.at_most)


def _count_goal(goal: str, reached: Iterable[Reached], since: datetime) -> int:
    """An event that reaches goals of one name in several ways counts by the one that it reaches most often."""
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for each in reached:
        if each.goal == goal and each.received_at >= since:
            by_key = counts.setdefault(each.event, {})
            by_key[each.goal_key] = by_key.get(each.goal_key, 0) + 1
    return sum(max(by_key.values()) for by_key in counts.values())


def _sum_value(condition: ValueCondition, reached: Iterable[Reached], since: datetime) -> Decimal:
    sums: dict[tuple[str, str], dict[str, Decimal]] = {}
    for each in reached:
        is_it = (each.goal, each.unit) == (condition.goal, condition.unit) and each.received_at >= since
        if is_it and each.value is not None:
            by_key = sums.setdefault(each.event, {})
            by_key[each.goal_key] = by_key.get(each.goal_key, Decimal()) + each.value
    return sum((max(by_key.values()) for by_key in sums.values()), Decimal())


def _matches(condition: EventCondition, row: Mapping[str, object]) -> bool:
    texts = [(row.get(column), pattern) for column, pattern in condition.columns.items()]
    for column, entries in (("labels", condition.labels), ("props", condition.properties)):
        values = row.get(column)
        texts += [
            (values.get(key) if isinstance(values, dict) else None, pattern) for key, pattern in entries
        ]
    return all(isinstance(text, str) and matches_pattern(pattern, text) for text, pattern in texts)


def _is_interested(condition: InterestCondition, deeds: Iterable[Deed]) -> bool:
    rows = [
        deed.row for deed in deeds if deed.row.get("type") == PAGE_VIEW and deed.row.get("host") is not None
    ]
    views = sum(
        matches_pattern(condition.section, _find_section(row))
        and (condition.host is None or matches_pattern(condition.host, str(row["host"])))
        for row in rows
    )
    return views >= condition.views and (
        condition.share is None or SHARES * views >= condition.share * len(rows)
    )


def _find_section(row: Mapping[str, object]) -> str:
    """The first segment of the path, as in the view interests."""
    parts = str(row.get("path") or "").split("/")
    return f"/{parts[1] if len(parts) > 1 else ''}"
