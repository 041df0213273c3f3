"""What the dashboard must say of the history: each part's rows by day, worked out in plain Python (docs/dashboard.md, «The parts»).

It reads the generated rows and what was said of people, nothing that the stack made of them. A history is too small for rows to be folded.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from pixelweave_local.history_truth_goal import list_conversions, list_entries
from pixelweave_local.history_truth_people import People
from pixelweave_local.history_truth_row import Told, sum_rows
from pixelweave_local.history_truth_visit import (
    count_days,
    keep_first,
    list_happenings,
    list_stays,
    read_ms,
    write_day,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelweave_local.history import History
    from pixelweave_local.history_truth_goal import Reached
    from pixelweave_local.history_truth_row import Cells, Days
    from pixelweave_local.history_truth_visit import Happening

LATE_MS = 3_600_000


class Truth:
    """What is true of `history`."""

    def __init__(self, history: History) -> None:
        self._happenings = list_happenings(history.days)
        self._hits = keep_first(self._happenings)
        self._stays = list_stays(self._hits)
        self._people = People(history.identified)
        self.conversions = list_conversions(self._happenings)

    @cached_property
    def parts(self) -> dict[str, Days]:
        """The rows of each part by day, sorted as a document has them."""
        makers: dict[str, Callable[[], Days]] = {
            "activity": self._count_activity,
            "reach": self._count_reach,
            "sessions": self._count_sessions,
            "dimensions": self._count_dimensions,
            "goals": self._count_goals,
            "funnels": self._count_funnels,
            "content": self._count_content,
            "interests": self._count_interests,
            "technology": lambda: self._count_columns(_describe_technology),
            "geography": lambda: self._count_columns(_describe_place),
            "quality": self._count_quality,
            "identity": self._count_identity,
        }
        return {name: make() for name, make in makers.items()}

    def count_people(self) -> tuple[int, int]:
        """How many persons are known, and how many visitors or sessions are nobody that is known."""
        nobody = {
            hit.leaf
            for hit in self._hits
            if hit.leaf is not None and self._people.find_person(hit.row, hit.moment) is None
        }
        return self._people.count_roots(), len(nobody)

    def _count_activity(self) -> Days:
        return sum_rows(
            Told(hit.day, (int(hit.row["received_at"][11:13]),), (1, hit.is_page_view)) for hit in self._hits
        )

    def _count_reach(self) -> Days:
        active: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for hit in self._hits:
            person, leaf = self._people.find_person(hit.row, hit.moment), hit.leaf
            if leaf is not None:
                active["visitor", leaf][hit.day] = "visitor"
            if person is not None:
                # Whatever the history says of somebody makes them known.
                active["person", f"{person}"][hit.day] = "known"
            elif leaf is not None:
                active["person", leaf][hit.day] = "anonymous"
        told: list[Told] = []
        for days in active.values():
            before: str | None = None
            for day in sorted(days):
                gap = None if before is None else count_days(before, day)
                told.append(Told(day, (days[day], gap), (1,)))
                before = day
        return sum_rows(told)

    def _count_sessions(self) -> Days:
        converted: dict[str, str] = {}
        for each in self.conversions:
            if each.hit.session_id is not None:
                converted.setdefault(each.hit.session_id, each.day)
        known = {
            hit.session_id for hit in self._hits if self._people.find_person(hit.row, hit.moment) is not None
        }
        told: list[Told] = []
        for session_id, stay in self._stays.items():
            reached = converted.get(session_id)
            engaged = stay.page_views > 1 or (reached is not None and count_days(stay.day, reached) <= 1)
            cells = (*stay[1:8], session_id in known)
            told.append(Told(stay.day, cells, (1, engaged, stay.page_views, stay.seconds)))
        return sum_rows(told)

    def _count_dimensions(self) -> Days:
        names = ("channel", "campaign", "country", "browser", "device")
        return sum_rows(
            Told(stay.day, (name, getattr(stay, name)), (1,))
            for stay in self._stays.values()
            for name in names
        )

    def _count_goals(self) -> Days:
        seen: set[tuple[str, str, str | None]] = {("", "", None)}
        told: list[Told] = []
        for each in self.conversions:
            place = (each.goal, each.source, each.hit.session_id)
            is_first = each.hit.session_id is not None and place not in seen
            seen.add(place)
            cells = (each.goal, each.source, each.unit, *self._describe_origin(each))
            told.append(Told(each.day, cells, (1, is_first, each.value)))
        return sum_rows(told)

    def _describe_origin(self, each: Reached) -> Cells:
        stay = self._stays.get(each.hit.session_id or "")
        if stay is not None:
            return stay.channel, stay.campaign, stay.country, stay.browser, stay.device, stay.landing
        names = ("utm_campaign", "country", "browser", "device_type")
        return each.hit.channel, *(each.hit.row.get(name) for name in names), each.hit.landing

    def _count_funnels(self) -> Days:
        entries = list_entries(self.conversions, self._find_actor)
        return sum_rows(Told(cell[0], cell[1:], (count,)) for cell, count in entries.items())

    def _count_content(self) -> Days:
        views = [hit for hit in self._hits if hit.is_page_view]
        later: dict[str, Happening] = {}
        told: list[Told] = []
        first = {hit.session_id: hit for hit in reversed(views)}
        for hit in reversed(views):
            entries = exits = False
            if hit.session_id is not None:
                after = later.get(hit.session_id)
                exits = after is None or count_days(hit.day, after.day) > 1
                entries = first[hit.session_id] is hit
                later[hit.session_id] = hit
            cells = (hit.row.get("host"), hit.row.get("path"), hit.row.get("title"))
            told.append(Told(hit.day, cells, (1, entries, exits)))
        return sum_rows(told)

    def _count_interests(self) -> Days:
        seen: set[tuple[str, str, str, str | None]] = set()
        told: list[Told] = []
        for hit in self._hits:
            for label, value in hit.row.get("labels", {}).items():
                place = (hit.day, label, value, hit.session_id)
                is_first = hit.session_id is not None and place not in seen
                seen.add(place)
                told.append(Told(hit.day, (label, value), (1, is_first)))
        return sum_rows(told)

    def _count_columns(self, describe: Callable[[Happening], Cells]) -> Days:
        """Sessions at their first event, and events, by what the events say."""
        begun: set[str | None] = {None}
        told: list[Told] = []
        for hit in self._hits:
            told.append(Told(hit.day, describe(hit), (hit.session_id not in begun, 1)))
            begun.add(hit.session_id)
        return sum_rows(told)

    def _count_quality(self) -> Days:
        first = {hit.row["event_id"] for hit in self._hits}
        told: list[Told] = []
        for each in self._happenings:
            row = each.row
            cells = (row.get("dialect"), row.get("outcome"), row.get("reason"), row.get("client_class"))
            is_repeat = row["outcome"] == "accepted" and row["event_id"] not in first
            is_late = each.received_at - read_ms(row["occurred_at"]) > LATE_MS
            told.append(Told(each.day, cells, (1, is_repeat, is_late)))
        return sum_rows(told)

    def _count_identity(self) -> Days:
        return sum_rows(
            Told(write_day(fact.at), (fact.kind, fact.detail), (1,)) for fact in self._people.facts
        )

    def _find_actor(self, hit: Happening, by: str) -> str | None:
        if by == "session":
            return hit.session_id
        person = self._people.find_person(hit.row, hit.moment)
        return hit.leaf if person is None else f"person:{person}"


def _describe_technology(hit: Happening) -> Cells:
    version = hit.row.get("browser_version")
    major = None if version is None else version.split(".")[0]
    return (
        hit.row.get("browser"),
        major,
        hit.row.get("os"),
        hit.row.get("os_version"),
        hit.row.get("device_type"),
    )


def _describe_place(hit: Happening) -> Cells:
    return tuple(hit.row.get(name) for name in ("country", "region", "city", "time_zone"))
