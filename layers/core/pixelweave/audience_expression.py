"""SQL expressions of an audience's conditions, with the values of their `?` (Trino's language, as Athena has it).

Those that sum up read a row `e` of the CTE `event`; those that judge read an actor `p` of `profile`. The latter are never null: what NOT
makes of a null would pass every filter.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from pixelweave.audience import ANONYMOUS, GRANTED, KNOWN
from pixelweave.audience_condition import (
    EventCondition,
    FunnelCondition,
    GoalCondition,
    InterestCondition,
    SeenCondition,
    ValueCondition,
)
from pixelweave.goal_pattern import to_like

if TYPE_CHECKING:
    from pixelweave.audience import AudienceSpec
    from pixelweave.audience_condition import Condition

type Value = str | int | datetime

SHARES = 10_000


class Fragment(NamedTuple):
    """A piece of SQL and the values of its `?`, in their order."""

    sql: str
    values: tuple[Value, ...] = ()

    def named(self, name: str) -> Fragment:
        """The expression as a column of this name."""
        return Fragment(f"{self.sql} AS {name}", self.values)


def write_goal_sum(condition: GoalCondition | ValueCondition, since: datetime) -> Fragment:
    """How often a row of `goals_reached` is this goal since then, or what it is worth in the unit, summed up."""
    if isinstance(condition, GoalCondition):
        return Fragment(
            "sum(CASE WHEN goal = ? AND received_at >= ? THEN 1 ELSE 0 END)", (condition.goal, since)
        )
    # Null and not 0 for another goal: 0 would be more than what a refund takes back.
    return Fragment(
        "sum(CASE WHEN goal = ? AND unit = ? AND received_at >= ? THEN value END)",
        (condition.goal, condition.unit, since),
    )


def write_event_sum(condition: EventCondition, since: datetime) -> Fragment:
    """How many events since then match, each hit once."""
    terms = [Fragment("e.received_at >= ?", (since,))]
    terms += [_match(f"e.{column}", pattern) for column, pattern in condition.columns.items()]
    for column, entries in (("labels", condition.labels), ("props", condition.properties)):
        for key, pattern in entries:
            like = _match(f"element_at(e.{column}, ?)", pattern)
            terms.append(Fragment(like.sql, (key, *like.values)))
    return _count(terms)


def write_view_share(condition: InterestCondition, since: datetime) -> tuple[Fragment, Fragment]:
    """How many page views since then are of the section, and how many there are at all."""
    views = [Fragment("e.received_at >= ? AND e.type = 'page_view' AND e.host IS NOT NULL", (since,))]
    section = [*views, _match("concat('/', coalesce(split_part(e.path, '/', 2), ''))", condition.section)]
    if condition.host is not None:
        section.append(_match("e.host", condition.host))
    return _count(section), _count(views)


def write_who(spec: AudienceSpec) -> str:
    """Whether an actor is of those that the audience is about."""
    return {KNOWN: "coalesce(i.known, 0) = 1", ANONYMOUS: "p.was_anonymous = 1"}.get(spec.who, "1 = 1")


def write_consent(spec: AudienceSpec) -> str:
    """Whether what an actor said last allows it: `said` is even for a grant, odd for a denial, null where nothing was said."""
    return f"coalesce(p.said % 2, {1 if spec.consent == GRANTED else 0}) = 0"


def write_condition(number: int, condition: Condition, now: datetime) -> Fragment:
    """Whether condition `number` holds for an actor."""
    match condition:
        case GoalCondition() | EventCondition():
            if condition.at_most is None:
                return Fragment(f"p.n_{number} >= ?", (condition.at_least,))
            return Fragment(f"p.n_{number} BETWEEN ? AND ?", (condition.at_least, condition.at_most))
        case ValueCondition():
            return Fragment(f"p.n_{number} >= CAST(? AS decimal(18,4))", (f"{condition.at_least:f}",))
        case InterestCondition():
            return _write_interest(number, condition)
        case FunnelCondition():
            return Fragment(f"p.reached_{number} = 1 AND p.beyond_{number} = 0")
        case SeenCondition():
            return _write_seen(condition, now)


def _write_interest(number: int, condition: InterestCondition) -> Fragment:
    views = Fragment(f"p.n_{number} >= ?", (condition.views,))
    if condition.share is None:
        return views
    # Whole numbers: the share of a floating point number would be a matter of luck at its limit.
    return Fragment(
        f"{views.sql} AND {SHARES} * p.n_{number} >= ? * p.of_{number}", (*views.values, condition.share)
    )


def _write_seen(condition: SeenCondition, now: datetime) -> Fragment:
    terms: list[Fragment] = []
    if condition.within is not None:
        terms.append(Fragment("p.last_seen >= ?", (now - condition.within,)))
    if condition.not_within is not None:
        terms.append(Fragment("p.last_seen < ?", (now - condition.not_within,)))
    return _join(terms)


def _match(column: str, pattern: str) -> Fragment:
    return Fragment(f"{column} LIKE ? ESCAPE '\\'", (to_like(pattern),))


def _count(terms: list[Fragment]) -> Fragment:
    joined = _join([Fragment("e.place_of_hit = 1"), *terms])
    return Fragment(f"sum(CASE WHEN {joined.sql} THEN 1 ELSE 0 END)", joined.values)


def _join(terms: list[Fragment]) -> Fragment:
    return Fragment(
        " AND ".join(term.sql for term in terms), tuple(value for term in terms for value in term.values)
    )
