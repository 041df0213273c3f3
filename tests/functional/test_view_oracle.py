"""Random small logs: the views say what the oracle says."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.functional.attribution_oracle import Oracle, Verdict, count_once
from tests.functional.link_row import DAY, make_event, make_forget, make_link, make_merge
from tests.functional.view_lake import ViewLake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.functional.link_row import Row

PERSONS = 8
minutes = st.integers(0, 6).map(lambda minute: f"10:0{minute}")
persons = st.integers(0, PERSONS - 1).map(str)


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        yield lake


@st.composite
def draw_links(draw: st.DrawFn) -> list[Row]:
    """Links of few leaves, merges towards the older person (a forest), tombstones; repeated, in any order."""
    rows: list[Row] = []
    for _ in range(draw(st.integers(0, 10))):
        leaf: dict[str, Any] = {"workspace_id": draw(st.sampled_from(("acme", "other")))}
        leaf["event_id"] = draw(st.sampled_from("abc"))
        if draw(st.booleans()):
            leaf |= {"session": "s", "pixel_id": draw(st.sampled_from(("px_one", "px_two")))}
        elif draw(st.booleans()):
            # A direct link is of its event's own moment; the log has one of it.
            rows.append(
                make_link(draw(persons), "09:00", event=f"e{len(rows)}", workspace_id=leaf["workspace_id"])
            )
            continue
        rows.append(make_link(draw(persons), draw(minutes), **leaf))
    for young in range(1, PERSONS):
        old = draw(st.integers(0, young))
        if old < young:
            rows.append(make_merge(str(young), str(old)))
    rows += [make_forget(person) for person in draw(st.lists(persons, max_size=2))]
    again = draw(st.lists(st.sampled_from(rows), max_size=4)) if rows else []
    return draw(st.permutations(rows + again))


@st.composite
def draw_event(draw: st.DrawFn) -> Row:
    """An event with leaves or without, received on one of four days."""
    event = make_event(
        draw(minutes),
        event_id=draw(st.sampled_from("12345678")),
        message_id=draw(st.sampled_from((None, "m", "n"))),
        outcome=draw(st.sampled_from(("accepted", "accepted", "rejected"))),
        pixel_id=draw(st.sampled_from(("px_one", "px_two"))),
        workspace_id=draw(st.sampled_from(("acme", "other"))),
        visitor_id=draw(st.sampled_from((None, "cookie"))),
        session_id=draw(st.sampled_from((None, "s"))),
    )
    received = DAY + timedelta(days=draw(st.integers(0, 3)), hours=10, minutes=draw(st.integers(0, 6)))
    return event | {"received_at": received, "dt": f"{received:%Y-%m-%d}"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(links=draw_links(), events=st.lists(draw_event(), max_size=8))
def test_the_views_say_what_plain_python_says(lake: ViewLake, links: list[Row], events: list[Row]) -> None:
    oracle = Oracle(links)
    lake.fill("links", links)
    roots = {row["person_id"]: row["root_id"] for row in lake.read("person_root")}
    assert roots == {person: oracle.find_root(person) for person in roots}
    assert {row["person_id"] for row in links} <= roots.keys()

    # Each event by itself, so that repeats do not hide one another.
    alone = [event | {"event_id": f"e{number}", "message_id": None} for number, event in enumerate(events)]
    lake.fill("events", alone)
    told = {
        row.pop("event_id"): Verdict(**row)
        for row in lake.read("events_stitched", ["event_id", *Verdict._fields])
    }
    assert told == {event["event_id"]: oracle.judge(event) for event in alone}

    lake.fill("events", events)
    columns = ["dt", "pixel_id", "received_at", "event_id"]
    kept = [{column: event[column] for column in columns} for event in count_once(events)]
    assert lake.read("events_stitched", columns) == sorted(kept, key=lambda row: tuple(row.values()))
