"""Strategies: small logs of events, goals, funnels and links, and audiences over them, as like one another as conditions can tell apart."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from pixelweave.audience import AudienceSpec

from tests.functional.goal_row import make_goal
from tests.functional.link_row import DAY, make_event, make_forget, make_link, make_merge, make_node

if TYPE_CHECKING:
    from pixelweave.goal import GoalRecord

    from tests.functional.link_row import Row

# The evaluation; the log has events of up to six days before, and of a little later.
NOW = DAY + timedelta(days=6, hours=12)
PERSONS = "ABCD"
SPANS = [timedelta(days=days) for days in (1, 2, 3, 5)]
GOALS = ("view", "buy", "%")
STEPS = ("view", "buy", "view")
moments = st.integers(0, 14).map(lambda number: DAY + timedelta(hours=11 * number))
spans = st.sampled_from(SPANS)
withins = st.none() | spans


def _condition(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries(fields)


@st.composite
def draw_condition(draw: st.DrawFn) -> Row:
    least = draw(st.integers(1, 3))
    most = draw(st.none() | st.integers(least, 3))
    if most is not None and draw(st.booleans()):
        least = 0
    counts = {"at_least": least, "at_most": most, "within": draw(withins)}
    step = draw(st.integers(1, 3))
    pattern = st.sampled_from(["/shop*", "/*", "/shop/a", "/sh_p*", "%"])
    each: dict[str, Row] = {
        "goal": {"goal": draw(st.sampled_from(GOALS)), **counts},
        "event": {
            "type": draw(st.sampled_from([None, "page_view", "purchase"])),
            "path": draw(pattern),
            "labels": draw(st.lists(st.tuples(st.just("size"), st.sampled_from(["big", "b*"])), max_size=1)),
            "properties": draw(st.lists(st.tuples(st.just("a'b"), st.just("*")), max_size=1)),
            **counts,
        },
        "interest": {
            "section": draw(st.sampled_from(["/shop", "/", "/s*"])),
            "host": draw(st.sampled_from([None, "shop.example", "*"])),
            "views": draw(st.integers(1, 2)),
            "share": draw(st.sampled_from([None, 1, 3333, 5000, 10_000])),
            "within": draw(withins),
        },
        "funnel": {
            "funnel": draw(st.sampled_from(["session way", "person way"])),
            "reached": step,
            "not_reached": draw(st.none() | st.integers(step + 1, 4)),
            "within": draw(withins),
        },
        "seen": draw(
            st.sampled_from(
                [
                    {"within": SPANS[1]},
                    {"not_within": SPANS[0]},
                    {"within": SPANS[3], "not_within": SPANS[1]},
                ]
            )
        ),
        "value": {
            "goal": draw(st.sampled_from(GOALS)),
            "unit": draw(st.sampled_from(["EUR", "points"])),
            "at_least": draw(st.sampled_from(["0.0001", "2.5", "5"])),
            "within": draw(withins),
        },
    }
    kind = draw(st.sampled_from(sorted(each)))
    return each[kind] | {"kind": kind}


@st.composite
def draw_audience(draw: st.DrawFn) -> AudienceSpec:
    # Few conditions, so that often it is one alone that decides.
    sizes = draw(st.sampled_from([(1, 0, 0), (1, 0, 0), (0, 0, 1), (0, 2, 0), (2, 1, 1)]))
    lists = {
        key: draw(st.lists(draw_condition(), min_size=size, max_size=size))
        for key, size in zip(("all", "any", "none"), sizes, strict=True)
    }
    fields = {
        "name": "Some",
        "workspace": "acme",
        "within": draw(spans),
        "who": draw(st.sampled_from(["anyone", "anyone", "known", "anonymous"])),
        "consent": draw(st.sampled_from(["granted", "not_denied", "not_denied"])),
    }
    return AudienceSpec.model_validate(fields | lists)


@st.composite
def draw_goals(draw: st.DrawFn) -> list[GoalRecord]:
    """Defined goals, of which one has the name of a hit's goals."""
    page_views = make_goal(
        "view", {"field": "type", "pattern": "page_view"}, once=draw(st.sampled_from(["event", "session"]))
    )
    purchases = make_goal(
        "buy",
        {"field": "type", "pattern": "purchase"},
        value={"amount": "2.5", "unit": "EUR"},
        once=draw(st.sampled_from(["event", "order"])),
    )
    return [page_views, purchases]


@st.composite
def draw_links(draw: st.DrawFn) -> list[Row]:
    """Whose the two cookies and the two sessions are, from when on; merges, identifiers and tombstones of four persons."""
    rows: list[Row] = []
    persons = st.sampled_from(PERSONS)
    for _ in range(draw(st.integers(0, 4))):
        leaf: Row = draw(
            st.sampled_from([{"visitor": "c"}, {"visitor": "d"}, {"session": "s"}, {"session": "t"}])
        )
        link = make_link(draw(persons), "10:00", **leaf)
        rows.append(link | {"since": draw(moments), "event_id": f"l{len(rows)}"})
    if draw(st.booleans()):
        rows.append(make_merge("B", "A"))
    kinds = draw(st.lists(st.sampled_from(["email_sha256", "user_id", "gaid"]), max_size=3))
    rows += [make_node(draw(persons), kind, "d") | {"since": draw(moments)} for kind in kinds]
    rows += [make_forget(person) for person in draw(st.lists(persons, max_size=1))]
    return rows


@st.composite
def draw_event(draw: st.DrawFn, number: int) -> Row:
    received = draw(moments)
    goal = {
        "name": draw(st.sampled_from(GOALS)),
        "value": draw(st.sampled_from([None, 2, 3, -3])),
        "unit": "EUR",
    }
    return make_event("10:00") | {
        "event_id": f"e{number}",
        "message_id": draw(st.sampled_from([None, None, "m"])),
        "received_at": received,
        "occurred_at": received - timedelta(hours=draw(st.integers(0, 30))),
        "dt": f"{received:%Y-%m-%d}",
        "workspace_id": draw(st.sampled_from(["acme"] * 7 + ["other"])),
        "pixel_id": draw(st.sampled_from(["px_one", "px_one", "px_two"])),
        "outcome": draw(st.sampled_from(["accepted"] * 7 + ["bot"])),
        "dialect": draw(st.sampled_from(["altcraft", "pitchtarget"])),
        "type": draw(st.sampled_from(["page_view", "page_view", "purchase"])),
        "host": draw(st.sampled_from([None, "shop.example", "blog.example"])),
        "path": draw(st.sampled_from([None, "/shop", "/shop/a", "/", "/blog"])),
        "visitor_id": draw(st.sampled_from([None, "c", "c", "c", "d"])),
        "session_id": draw(st.sampled_from([None, "s", "t"])),
        "order_id": draw(st.sampled_from([None, "1"])),
        "value": draw(st.sampled_from([None, 5])),
        "currency": draw(st.sampled_from([None, "EUR"])),
        "labels": draw(st.sampled_from([None, {"size": "big"}, {"size": "small"}])),
        "props": draw(st.sampled_from([None, {"a'b": ""}])),
        "goals": draw(st.sampled_from([None, None, [goal], [goal, goal]])),
        "consent": draw(st.sampled_from([None, "granted", "granted", "denied"])),
    }


@st.composite
def draw_events(draw: st.DrawFn) -> list[Row]:
    """Up to thirteen events; the first is in the log twice."""
    events = [draw(draw_event(number)) for number in range(draw(st.integers(1, 12)))]
    return events + events[:1]
