"""Random small logs: the views of goals say what plain Python says (`pixelweave.goal_match`)."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pixelweave.conversion import make_digest
from pixelweave.goal import Window
from pixelweave.goal_match import keep_least, list_conversions

from tests.functional.goal_row import make_goal, make_map, make_window_rows, to_ms
from tests.functional.link_row import DAY, make_event
from tests.functional.view_lake import ViewLake

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pixelweave.conversion import Conversion
    from pixelweave.goal import GoalRecord

    from tests.functional.link_row import Row

# Made of what means something in LIKE, in regular expressions, in SQL or in patterns; alike enough to match now and then.
PATTERNS = [
    "*",
    "%",
    "%*",
    "_",
    "a_*",
    "a*b",
    "*b",
    r"\*%",
    r"\**",
    r"\\",
    r"\\*",
    "'*",
    '"',
    "é*😀",
    "*?*",
    "$1",
    "{}",
    ".*",
    "; --",
]
TEXTS = [
    "",
    "%",
    "%a",
    "_",
    "a",
    "a_",
    "a_b",
    "axb",
    "A_",
    "*%",
    "x%",
    "*",
    "\\",
    "\\%",
    "'",
    "'; --",
    '"',
    "é\n😀",
    "?",
    "$1",
    "{}",
    ".x",
]
texts = st.sampled_from(TEXTS) | st.lists(st.sampled_from(TEXTS), max_size=3).map("".join)
patterns = st.sampled_from(PATTERNS) | st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=3).map(
    "".join
)
values = st.sampled_from([None, "0", "-0.0001", "2.5", "99999999999999.9999"]).map(
    lambda text: text and Decimal(text)
)
keys = st.sampled_from(["size", "Size", "a'b", "%"])
moments = st.integers(0, 5).map(lambda number: timedelta(hours=10 + 7 * number))


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        yield lake


@st.composite
def draw_condition(draw: st.DrawFn) -> Row:
    field = draw(st.sampled_from(["type", "name", "host", "path", "label", "property", "value"]))
    if field == "value":
        return {"field": field, "minimum": draw(values.filter(lambda value: value is not None))}
    keyed = {"key": draw(keys)} if field in ("label", "property") else {}
    return {"field": field, "pattern": draw(patterns)} | keyed


@st.composite
def draw_goal(draw: st.DrawFn, name: str) -> GoalRecord:
    """A goal of one or two revisions with its windows on the days of the events."""
    draw_spec = {
        "match": st.sampled_from(["all", "any"]),
        "once": st.sampled_from(["event", "order", "session", "visitor"]),
        "value": st.sampled_from([None, {}, {"unit": "USD"}, {"amount": "2.5", "unit": "EUR"}]),
    }
    revisions = [
        make_goal(
            name,
            *draw(st.lists(draw_condition(), min_size=1, max_size=3)),
            **{key: draw(strategy) for key, strategy in draw_spec.items()},
        ).spec
        for _ in range(draw(st.integers(1, 2)))
    ]
    change = to_ms("00:00") + draw(moments) // timedelta(milliseconds=1)
    windows = (
        Window(starts_at=0, ends_at=change, revision=0),
        Window(starts_at=change, revision=len(revisions) - 1),
    )
    pixel_id = draw(st.sampled_from(["px_one", "px_two"]))
    return make_goal(name, pixel_id=pixel_id, windows=windows).model_copy(
        update={"revisions": tuple(revisions)}
    )


@st.composite
def draw_event(draw: st.DrawFn, number: int) -> Row:
    named = st.none() | texts
    received = DAY + draw(moments)
    goal = st.fixed_dictionaries({
        "name": st.sampled_from(["Sale, big", "%", "'"]), "value": values, "unit": st.sampled_from([None, "EUR", "points"])
    })  # fmt: skip
    kinds = st.sampled_from(["page_view", "conversion", "purchase", "lead"])
    dialects = st.sampled_from(["ksense", "pitchtarget", "altcraft", "rokt", "sendgrid", "native"])
    ids = {
        key: draw(st.sampled_from([None, "1", "2"]))
        for key in ("message_id", "order_id", "session_id", "visitor_id")
    }
    return make_event("10:00", **ids) | {
        "event_id": f"e{draw(st.integers(0, number))}", "received_at": received, "occurred_at": received,
        "dt": f"{received:%Y-%m-%d}", "pixel_id": draw(st.sampled_from(["px_one", "px_one", "px_two"])),
        "outcome": draw(st.sampled_from(["accepted", "accepted", "accepted", "bot"])),
        "dialect": draw(dialects), "type": draw(kinds), "name": draw(named), "host": draw(named), "path": draw(named),
        "labels": draw(st.none() | st.dictionaries(keys, texts)), "props": draw(st.none() | st.dictionaries(keys, texts)),
        "value": draw(values), "currency": draw(st.sampled_from([None, "EUR"])),
        "goals": draw(st.none() | st.lists(goal, max_size=3)),
    }  # fmt: skip


@st.composite
def draw_log(draw: st.DrawFn) -> tuple[list[GoalRecord], list[Row]]:
    goals = [
        draw(draw_goal(name)) for name in draw(st.lists(st.sampled_from(["%", "a'b", "c"]), unique=True))
    ]
    events = [draw(draw_event(number)) for number in range(draw(st.integers(1, 6)))]
    # One event_id is one row, written once or twice.
    return goals, list({event["event_id"]: event for event in events}.values()) + events[:1]


def count_by_hand(conversions: Iterable[Conversion]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """What `goals_report` must have: by pixel, goal key, period, its start and unit the conversions, sessions and value."""
    found: defaultdict[tuple[Any, ...], list[Conversion]] = defaultdict(list)
    for each in conversions:
        hour = (DAY + timedelta(milliseconds=each.received_at - to_ms("00:00"))).replace(minute=0)
        for period, start in (("hour", hour), ("day", hour.replace(hour=0)), ("total", None)):
            place = each.goal.pixel_id, each.goal.key, period, start
            found[*place, None].append(each)
            if each.unit:
                found[*place, each.unit].append(each)
    return {
        place: (
            len(them),
            len({each.session for each in them} - {None}) if place[-1] is None else None,
            None if place[-1] is None else sum((each.value or Decimal()) for each in them),
        )
        for place, them in found.items()
    }


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(log=draw_log())
def test_the_views_of_goals_say_what_plain_python_says(
    lake: ViewLake, log: tuple[list[GoalRecord], list[Row]]
) -> None:
    goals, events = log
    expected = keep_least(each for event in events for each in list_conversions(event, goals))
    lake.fill("goal_windows", make_window_rows(*goals))
    lake.fill(
        "events",
        [
            event | {key: make_map(event[key]) for key in ("labels", "props") if event[key]}
            for event in events
        ],
    )

    columns = [
        "pixel_id",
        "goal_key",
        "once_key",
        "event_id",
        "received_at",
        "session_id",
        "value",
        "unit",
        "source",
    ]
    found = {
        (row["pixel_id"], row["goal_key"], make_digest(row["once_key"])): (
            row["event_id"], row["received_at"], row["session_id"] and make_digest(row["session_id"]), row["value"], row["unit"] or "",
            row["source"],
        )
        for row in lake.read("conversions", columns)
    }  # fmt: skip
    assert found == {
        (goal.pixel_id, goal.key, once): (
            each.event_id, DAY + timedelta(milliseconds=each.received_at - to_ms("00:00")), each.session, each.value, each.unit,
            goal.source,
        )
        for (goal, once), each in expected.items()
    }  # fmt: skip

    columns = ["pixel_id", "goal_key", "period", "starts_at", "unit", "conversions", "sessions", "value"]
    rows = [tuple(row.values()) for row in lake.read("goals_report", columns)]
    assert len({row[:5] for row in rows}) == len(rows)
    assert {row[:5]: row[5:] for row in rows} == count_by_hand(expected.values())
