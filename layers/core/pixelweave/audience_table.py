"""The tables of an audience's query: the log of the look-back, what each event reached, what each actor did, and who each person is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pixelweave.audience_condition import (
    EventCondition,
    FunnelCondition,
    GoalCondition,
    InterestCondition,
    SeenCondition,
    ValueCondition,
)
from pixelweave.audience_expression import (
    Fragment,
    write_event_sum,
    write_goal_sum,
    write_view_share,
)
from pixelweave.partition import EARLY_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pixelweave.audience import AudienceSpec
    from pixelweave.audience_expression import Value

# The views whose texts a query needs, each after those that it reads.
GOAL_VIEWS = ("goals_reached",)
FUNNEL_VIEWS = ("conversions", "funnel_chains")
VIEWS = ("events_attributed", *GOAL_VIEWS, *FUNNEL_VIEWS)

# Column of a member → the type of node whose digest, learned last, it has.
IDENTIFIERS = {
    "email_sha256": "email_sha256",
    "phone_sha256": "phone_digits_sha256",
    "phone_e164_sha256": "phone_e164_sha256",
    "external_id_sha256": "user_id",
    "fbid_sha256": "fbid",
    "idfa_sha256": "idfa",
    "gaid_sha256": "gaid",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = "date_diff('millisecond', TIMESTAMP '1970-01-01 00:00:00.000', e.received_at)"


def list_tables(
    spec: AudienceSpec, views: Mapping[str, str], table: str, now: datetime
) -> Iterator[Fragment]:
    """The tables, each after those that it reads; see `audience_sql.write_query`."""
    since = now - spec.look_back
    days = f"{since - timedelta(days=EARLY_DAYS):%Y-%m-%d}", f"{now:%Y-%m-%d}"
    yield Fragment(
        f"events AS (\n    SELECT * FROM {table} AS log WHERE log.dt BETWEEN ? AND ? AND log.workspace_id = ?"  # noqa: S608 - quoted
        " AND log.outcome = 'accepted' AND log.received_at >= ? AND log.received_at <= ?\n)",
        (*days, spec.workspace, since, now),
    )
    has_funnel = any(isinstance(each, FunnelCondition) for each in spec.conditions)
    has_goal = any(isinstance(each, GoalCondition | ValueCondition) for each in spec.conditions)
    for name in VIEWS:
        if name == "events_attributed" or has_funnel or (has_goal and name in GOAL_VIEWS):
            yield Fragment(f"{name} AS (\n{views[name].strip()}\n)")
    yield Fragment(_EVENT)
    if has_goal:
        yield _write_goals(spec, now)
    if has_funnel:
        yield _write_ways(spec, now)
    yield _write_profile(spec, now, has_goal=has_goal, has_funnel=has_funnel)
    yield _write_identity(spec.workspace)


# Each row with its actor, and its place among the repeats of its hit and of itself: a hit counts once, by its first row, and so does
# what an event reached. A browser that keeps no cookie is given another one with each hit; its session tells that it is one visitor.
_EVENT = """event AS (
    SELECT e.*,
        CASE
            WHEN person_id IS NOT NULL THEN person_id
            WHEN attributed IS NOT NULL THEN NULL
            WHEN session_id IS NOT NULL AND first_visitor_id IS NOT NULL
                THEN concat('visitor:', workspace_id, ':', first_visitor_id)
            WHEN session_id IS NOT NULL THEN concat('session:', pixel_id, ':', session_id)
            WHEN visitor_id IS NOT NULL THEN concat('visitor:', workspace_id, ':', visitor_id)
        END AS actor_id
    FROM (
        SELECT a.*,
            first_value(visitor_id) OVER (
                PARTITION BY pixel_id, session_id
                ORDER BY CASE WHEN visitor_id IS NULL THEN 1 ELSE 0 END, received_at, event_id
            ) AS first_visitor_id,
            row_number() OVER (PARTITION BY pixel_id, hit_key ORDER BY received_at, event_id, dt) AS place_of_hit,
            row_number() OVER (PARTITION BY pixel_id, event_id ORDER BY received_at, dt) AS place_of_event
        FROM events_attributed AS a
    ) AS e
)"""


def _write_goals(spec: AudienceSpec, now: datetime) -> Fragment:
    """What each event reached: of goals of one name, which are counted apart, the most."""
    sums = [
        (number, write_goal_sum(condition, now - (condition.within or spec.within)))
        for number, condition in enumerate(spec.conditions)
        if isinstance(condition, GoalCondition | ValueCondition)
    ]
    own = ", ".join(f"{each.sql} AS n_{number}" for number, each in sums)
    most = ", ".join(f"max(n_{number}) AS n_{number}" for number, _ in sums)
    return Fragment(
        f"goal AS (\n    SELECT pixel_id, event_id, {most}\n    FROM (\n"  # noqa: S608 - constants
        f"        SELECT pixel_id, event_id, goal_key, {own}\n        FROM goals_reached\n        GROUP BY 1, 2, 3\n"
        "    ) AS by_key\n    GROUP BY 1, 2\n)",
        tuple(value for _, each in sums for value in each.values),
    )


def _write_profile(spec: AudienceSpec, now: datetime, *, has_goal: bool, has_funnel: bool) -> Fragment:
    """What each actor did: a column or two a condition."""
    columns: list[Fragment] = []
    for number, condition in enumerate(spec.conditions):
        since = now - (condition.within or spec.within)
        match condition:
            case GoalCondition() | ValueCondition():
                columns.append(Fragment(f"sum(coalesce(g.n_{number}, 0)) AS n_{number}"))
            case EventCondition():
                columns.append(write_event_sum(condition, since).named(f"n_{number}"))
            case InterestCondition():
                seen, all_views = write_view_share(condition, since)
                columns += [seen.named(f"n_{number}"), all_views.named(f"of_{number}")]
            case FunnelCondition():
                columns += [
                    Fragment(f"max(coalesce(w.{name}, 0)) AS {name}")
                    for name in (f"reached_{number}", f"beyond_{number}")
                ]
            case SeenCondition():
                pass
    own = "".join(f",\n        {column.sql}" for column in columns)
    sides = [("goal", "g")] * has_goal + [("way", "w")] * has_funnel
    joins = "\n    ".join(
        f"LEFT JOIN {name} AS {at} ON {at}.pixel_id = e.pixel_id AND {at}.event_id = e.event_id AND e.place_of_event = 1"
        for name, at in sides
    )
    return Fragment(
        f"""profile AS (
    SELECT e.actor_id, max(e.person_id) AS person_id,
        max(CASE WHEN e.place_of_hit = 1 THEN e.received_at END) AS last_seen,
        max(CASE WHEN e.place_of_hit = 1 AND (e.attributed IS NULL OR e.is_back_attributed) THEN 1 ELSE 0 END) AS was_anonymous,
        max_by(e.country, CASE WHEN e.country IS NOT NULL THEN {_MOMENT} END) AS country,
        max(CASE e.consent WHEN 'granted' THEN 2 * {_MOMENT} WHEN 'denied' THEN 2 * {_MOMENT} + 1 END) AS said{own}
    FROM event AS e
    {joins}
    WHERE e.actor_id IS NOT NULL
    GROUP BY e.actor_id
    HAVING min(e.place_of_hit) = 1
)""",  # noqa: S608 - constants
        tuple(value for column in columns for value in column.values),
    )


def _write_ways(spec: AudienceSpec, now: datetime) -> Fragment:
    """How far the chains got that end with each event: those that began within the condition's days. By events and for all funnels at
    once, because Trino runs a WITH query once per mention, and refuses a query of more than 150 stages (trino.io, «query.max-stage-count»):
    each mention of `event` or of the chains has some fifty."""
    columns: list[str] = []
    values: list[Value] = []
    for number, condition in enumerate(spec.conditions):
        if isinstance(condition, FunnelCondition):
            since_ms = _to_ms(now - (condition.within or spec.within))
            steps = {"reached": condition.reached, "beyond": condition.not_reached or 0}
            for name, step in steps.items():
                is_it = "c.funnel = ? AND c.begun >= ? AND c.step = ?"
                columns.append(f"max(CASE WHEN {is_it} THEN 1 ELSE 0 END) AS {name}_{number}")
                values += [condition.funnel, since_ms, step]
    return Fragment(
        f"""way AS (
    SELECT c.pixel_id, c.event_id, {", ".join(columns)}
    FROM funnel_chains AS c
    WHERE c.event_id IS NOT NULL
    GROUP BY c.pixel_id, c.event_id
)""",  # noqa: S608 - constants
        tuple(values),
    )


def _write_identity(workspace: str) -> Fragment:
    """Whether each person is known, as in the view people, and of each type of identifier the digest that was learned last."""
    digests = ",\n        ".join(
        f"max(CASE WHEN node_type = '{kind}' AND place = 1 THEN digest END) AS {column}"
        for column, kind in IDENTIFIERS.items()
    )
    return Fragment(
        f"""identity AS (
    SELECT person_id,
        max(CASE WHEN node_type = 'user_id' OR node_type LIKE 'email%' OR node_type LIKE 'phone%' THEN 1 ELSE 0 END) AS known,
        {digests}
    FROM (
        SELECT r.root_id AS person_id, l.node_type, l.digest,
            row_number() OVER (PARTITION BY r.root_id, l.node_type ORDER BY l.since DESC, l.digest) AS place
        FROM links AS l INNER JOIN person_root AS r ON r.person_id = l.person_id
        WHERE l.kind = 'node' AND l.workspace_id = ? AND r.root_id IS NOT NULL
    ) AS node
    GROUP BY person_id
)""",  # noqa: S608 - constants
        (workspace,),
    )


def _to_ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
