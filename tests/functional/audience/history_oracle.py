"""The histories of actors from the rows of a log, in plain Python: who each was, what they reached, how far they got."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from pixelweave.audience_match import Chain, Deed, History, Reached
from pixelweave.goal_match import keep_least, list_conversions

from tests.functional.attribution_oracle import Oracle

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pixelweave.audience import AudienceSpec
    from pixelweave.goal import GoalRecord

    from tests.functional.link_row import Row

WITHIN = timedelta(days=2)


def name_actor(row: Row, oracle: Oracle, rows: Sequence[Row]) -> str | None:
    """Whose a row is; a session's first visitor stands for all of it."""
    verdict = oracle.judge(row)
    if verdict.attributed is not None:
        return verdict.person_id
    visitor = row["visitor_id"]
    if row["session_id"] is not None:
        session = (row["pixel_id"], row["session_id"])
        visits = [each for each in rows if (each["pixel_id"], each["session_id"]) == session]
        named = sorted(
            (each["received_at"], each["event_id"], each["visitor_id"])
            for each in visits
            if each["visitor_id"] is not None
        )
        if not named:
            return f"session:{row['pixel_id']}:{row['session_id']}"
        visitor = named[0][-1]
    return None if visitor is None else f"visitor:{row['workspace_id']}:{visitor}"


def make_histories(
    spec: AudienceSpec,
    events: Sequence[Row],
    links: Sequence[Row],
    goals: Sequence[GoalRecord],
    steps: Sequence[str],
    now: datetime,
) -> dict[str, History]:
    """The histories of all actors who were seen in the look-back before `now`."""
    oracle = Oracle(links)
    since = now - spec.look_back
    rows = [
        row
        for row in events
        if (row["workspace_id"], row["outcome"]) == ("acme", "accepted")
        and since <= row["received_at"] <= now
    ]
    actors = {row["event_id"]: name_actor(row, oracle, rows) for row in rows}
    deeds: defaultdict[str, list[Deed]] = defaultdict(list)
    said: defaultdict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for row in rows:
        if (actor := actors[row["event_id"]]) is not None and row["consent"] is not None:
            said[actor].append((_aware(row), row["consent"]))
    for row in _keep_first(rows):
        if (actor := actors[row["event_id"]]) is not None:
            verdict = oracle.judge(row)
            is_anonymous = verdict.attributed is None or verdict.is_back_attributed
            deeds[actor].append(Deed(_aware(row), row, is_anonymous))
    reached = _list_reached(rows, goals)
    known = {
        oracle.find_root(row["person_id"])
        for row in links
        if row["kind"] == "node" and row["node_type"].startswith(("email", "phone", "user_id"))
    }
    chains = _list_chains(rows, reached, oracle, steps)
    return {
        actor: History(
            deeds=own,
            reached=[each for each in reached if actors[each.event[1]] == actor],
            chains=[chain for event_id, chain in chains if actors[event_id] == actor],
            said=said[actor],
            is_known=actor in known,
        )
        for actor, own in deeds.items()
    }


def _keep_first(rows: Iterable[Row]) -> list[Row]:
    first: dict[tuple[str, bool, str], Row] = {}
    for row in sorted(rows, key=lambda row: (row["received_at"], row["event_id"])):
        is_message = row["message_id"] is not None
        first.setdefault(
            (row["pixel_id"], is_message, row["message_id"] if is_message else row["event_id"]), row
        )
    return list(first.values())


def _list_reached(rows: Sequence[Row], goals: Sequence[GoalRecord]) -> list[Reached]:
    by_id = {row["event_id"]: row for row in rows}
    names = {record.goal_id: record.name for record in goals}
    return [
        Reached(
            (ref.pixel_id, each.event_id),
            names.get(ref.key[2:], ref.key[2:]) if ref.key.startswith("d:") else ref.key[2:],
            ref.key,
            _aware(by_id[each.event_id]),
            Decimal(each.value) if each.value is not None else None,
            each.unit or None,
        )
        for (ref, _), each in keep_least(
            conversion for row in rows for conversion in list_conversions(row, goals)
        ).items()
    ]


def _list_chains(
    rows: Sequence[Row], reached: Sequence[Reached], oracle: Oracle, steps: Sequence[str]
) -> list[tuple[str, Chain]]:
    """Each way through the steps that there is, tried one by one, within one session or one person of px_one."""
    by_id = {row["event_id"]: row for row in rows}
    found: dict[tuple[str, str, int], datetime] = {}
    for funnel in ("session way", "person way"):
        groups: defaultdict[str, list[Reached]] = defaultdict(list)
        for each in reached:
            key = _name_walker(by_id[each.event[1]], oracle, funnel)
            if each.event[0] == "px_one" and key is not None:
                groups[key].append(each)
        for group in groups.values():
            ways = [[each] for each in group if each.goal == steps[0]]
            for step in range(1, len(steps) + 1):
                for way in ways:
                    place = funnel, way[-1].event[1], step
                    found[place] = max(found.get(place, way[0].received_at), way[0].received_at)
                if step < len(steps):
                    ways = [
                        [*way, each] for way in ways for each in group if _may_follow(way, each, steps[step])
                    ]
    return [(event_id, Chain(funnel, step, begun)) for (funnel, event_id, step), begun in found.items()]


def _may_follow(way: Sequence[Reached], each: Reached, goal: str) -> bool:
    is_later = (each.received_at, each.event) > (way[-1].received_at, way[-1].event)
    return each.goal == goal and is_later and each.received_at - way[0].received_at <= WITHIN


def _name_walker(row: Row, oracle: Oracle, funnel: str) -> str | None:
    session: str | None = row["session_id"]
    if funnel == "session way":
        return session
    person = oracle.judge(row).person_id
    if person is not None:
        return f"person:{person}"
    return (
        f"visitor:{row['visitor_id']}" if row["visitor_id"] is not None else session and f"session:{session}"
    )


def _aware(row: Row) -> datetime:
    moment: datetime = row["received_at"]
    return moment.replace(tzinfo=UTC)
