"""Strategies: small logs of goals and events, as like one another as the rules of goals can tell them apart."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from pixelweave.goal_window import Window

from tests.functional.goal_row import make_goal, make_map, to_ms
from tests.functional.link_row import DAY, make_event

if TYPE_CHECKING:
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
    """Goals of two pixels, and events that reach some of them; one event is in the log twice."""
    goals = [
        draw(draw_goal(name)) for name in draw(st.lists(st.sampled_from(["%", "a'b", "c"]), unique=True))
    ]
    events = [draw(draw_event(number)) for number in range(draw(st.integers(1, 6)))]
    # One event_id is one row, written once or twice.
    return goals, list({event["event_id"]: event for event in events}.values()) + events[:1]


def to_columns(event: Row) -> Row:
    """Return an event as it is put into the table."""
    return event | {key: make_map(event[key]) for key in ("labels", "props") if event[key]}
