"""What must hold of published numbers whatever the log: uniques of any range are exact, a closed day would be the same today."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations_with_replacement, pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.functional.goal_row import make_goal, make_window_rows
from tests.functional.link_row import make_event, make_link, make_merge, make_node
from tests.functional.published_lake import publish
from tests.functional.view_lake import ViewLake

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pixelweave.dashboard_document import Cell

    from tests.functional.link_row import Row

DAYS = [date(2025, 6, 28) + timedelta(days=number) for number in range(6)]
# Whose a cookie is; A and B are one person, of whom nothing is known but that.
OWNERS = {"v1": "A", "v2": "B", "v3": "C"}
LINKS = [
    *(make_link(person, "00:00", visitor=visitor) for visitor, person in OWNERS.items()),
    make_merge("B", "A"),
    make_node("C", "email_sha256", "d"),
]

maybe = st.none() | st.sampled_from(["x", "y"])
hits = st.fixed_dictionaries(
    {
        "day": st.sampled_from(DAYS),
        "minute": st.integers(0, 59),
        "message_id": st.none() | st.sampled_from(["m1", "m2"]),
        "session_id": st.none() | st.sampled_from(["s1", "s2", "s3"]),
        "visitor_id": st.none() | st.sampled_from(["v1", "v2", "v3", "v4"]),
        "outcome": st.sampled_from(["accepted", "accepted", "accepted", "bot"]),
        "type": st.sampled_from(["page_view", "page_view", "lead", "purchase"]),
        "order_id": st.none() | st.just("1001"),
        "path": st.none() | st.sampled_from(["/", "/thanks"]),
        "channel": st.sampled_from([None, "internal", "email"]),
        "utm_campaign": maybe,
        "country": maybe,
        "browser": maybe,
        "device_type": maybe,
    }
)


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        lake.fill("links", LINKS)
        lake.fill(
            "goal_windows", make_window_rows(make_goal("Thanks", {"field": "path", "pattern": "/thanks"}))
        )
        yield lake


def make_rows(drawn: Sequence[dict[str, Any]]) -> list[Row]:
    rows = []
    for number, one in enumerate(drawn):
        row = make_event(f"12:{one['minute']:02}", dialect="native", value="1", **one)
        moved = timedelta(days=(row.pop("day") - date(2025, 6, 30)).days)
        row.pop("minute")
        row |= {name: row[name] + moved for name in ("occurred_at", "received_at")}
        rows.append(row | {"event_id": f"e{number:03}", "dt": str(one["day"])})
    return rows


def find_actor(row: Row, kind: str) -> str | None:
    visitor, session = row["visitor_id"], row["session_id"]
    owner = None if kind == "visitor" else {"v1": "A", "v2": "A", "v3": "C"}.get(visitor)
    return owner or visitor or session


@given(st.lists(hits, max_size=25))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_actors_of_any_range_are_as_many_as_there_are(
    lake: ViewLake, drawn: list[dict[str, Any]]
) -> None:
    rows = make_rows(drawn)
    lake.fill("events", rows)
    reach = publish(lake, "reach").get("px_one", {})
    first: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: (row["dt"], row["received_at"], row["event_id"])):
        if row["outcome"] == "accepted":
            first.setdefault(row["message_id"] or row["event_id"], row)
    for begin, end in combinations_with_replacement(map(str, DAYS), 2):
        counted: dict[Cell, int] = {"visitor": 0, "known": 0, "anonymous": 0}
        for day, (kind, gap, actors) in ((each, row) for each in reach for row in reach[each]):
            reaches_back = (
                gap is None or int(gap) > (date.fromisoformat(day) - date.fromisoformat(begin)).days
            )
            if begin <= day <= end and reaches_back:
                counted[kind] += int(str(actors))
        hit = [row for row in first.values() if begin <= row["dt"] <= end]
        visitors = {find_actor(row, "visitor") for row in hit} - {None}
        people = {find_actor(row, "person") for row in hit} - {None}
        assert counted == {
            "visitor": len(visitors),
            "known": len(people & {"C"}),
            "anonymous": len(people - {"C"}),
        }


@pytest.mark.parametrize(
    "part",
    [
        "activity",
        "sessions",
        "dimensions",
        "goals",
        "content",
        "interests",
        "technology",
        "geography",
        "quality",
        "reach",
    ],
)
@given(drawn=st.lists(hits, max_size=25))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_closed_day_is_what_it_would_be_if_it_were_computed_today(
    lake: ViewLake, part: str, drawn: list[dict[str, Any]]
) -> None:
    rows = make_rows(drawn)
    lake.fill("events", rows)
    now = publish(lake, part).get("px_one", {})
    for day, following in pairwise(DAYS):
        lake.fill("events", [row for row in rows if row["dt"] <= str(following)])
        then = publish(lake, part, first=day, last=following).get("px_one", {})
        assert then.get(str(day)) == now.get(str(day))
