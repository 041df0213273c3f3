"""Random rows of the log and random goals that often meet, in an alphabet that means something to SQL, LIKE and regular expressions."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from pixelweave.goal import COLUMNS, ONCE, Condition, GoalRecord, GoalSpec, GoalValue
from pixelweave.goal_window import Window

if TYPE_CHECKING:
    from collections.abc import Mapping

PIXELS = ("px_one", "px'two\"")
START = 1_748_736_000_000
# Milliseconds: so few that moments of one example are often equal, and limits of windows are met.
STRETCH = 6
_SIGNS = "ab*\\%_'\"$1?{}.+()[]|^ é😀"
# Of the data only, for no pattern may hold them.
_DATA_SIGNS = _SIGNS + "\n\r\x00\t"
_ROW_TEXTS = st.text(_DATA_SIGNS, max_size=6)
_WORDS = st.sampled_from(
    ("a", "ab", "aab", "'; DROP TABLE event; --", "$1", "$p0", "{elements}", "a\nb", "%", "_", "\\")
)
_TEXTS = st.none() | _WORDS | _WORDS | _ROW_TEXTS
_IDS = st.none() | st.sampled_from(("one", "one", "$1"))
_AMOUNTS = st.decimals(-1, 1, places=1) | st.sampled_from(
    (Decimal("0"), Decimal("1.5"), Decimal("99999999999999.9999"), Decimal("-99999999999999.9999"))
)
_KEYS = st.sampled_from(("plan", "it's", 'a"b', "$1", "é", ""))
_MOMENTS = st.integers(START, START + STRETCH)
_GOALS = st.none() | st.lists(
    st.fixed_dictionaries(
        {
            "name": st.none() | _WORDS,
            "value": st.none() | _AMOUNTS,
            "unit": st.sampled_from((None, "points", "EUR")),
        }
    ),
    max_size=3,
)
_KINDS = st.sampled_from(("conversion", "conversion", "purchase", "lead", "page_view", None))
_DIALECTS = st.sampled_from(
    ("native", "native", "ksense", "rokt", "pitchtarget", "sendgrid", "altcraft", None)
)
_MAPS = st.none() | st.dictionaries(_KEYS, _TEXTS, max_size=3)

_EVENTS = st.fixed_dictionaries(
    {
        "message_id": _IDS,
        "pixel_id": st.sampled_from((PIXELS[0], *PIXELS)),
        "workspace_id": st.sampled_from((None, "acme")),
        "dialect": _DIALECTS,
        "type": _KINDS,
        "name": _TEXTS | st.just("é" * 130),
        "outcome": st.sampled_from(("accepted",) * 9 + ("rejected", "bot", None)),
        "received_at": _MOMENTS,
        "session_id": _IDS,
        "visitor_id": _IDS,
        "host": _TEXTS,
        "path": _TEXTS,
        "goals": _GOALS,
        "value": st.none() | _AMOUNTS,
        "currency": st.sampled_from((None, "EUR", "USD")),
        "order_id": _IDS,
        "labels": _MAPS,
        "props": _MAPS,
    }
)


@st.composite
def draw_events(draw: st.DrawFn) -> list[Mapping[str, Any]]:
    """Up to twelve rows, each with an event_id of its own, some of them there twice."""
    rows: list[Mapping[str, Any]] = [
        row | {"event_id": f"{draw(st.integers(0, 9))}-{place}"}
        for place, row in enumerate(draw(st.lists(_EVENTS, max_size=12)))
    ]
    return rows + draw(st.lists(st.sampled_from(rows), max_size=3)) if rows else rows


@st.composite
def _draw_pattern(draw: st.DrawFn) -> str:
    """A text with some of its letters starred, or anything at all."""
    if draw(st.booleans()):
        return draw(st.text(_SIGNS, min_size=1, max_size=6))
    text = draw(_WORDS | st.text(_SIGNS, max_size=5)).replace("\n", "")
    letters = [draw(st.sampled_from((_quote(letter), "*"))) for letter in text]
    return "".join(letters) or "*"


def _quote(letter: str) -> str:
    return f"\\{letter}" if letter in "*\\" else letter


@st.composite
def _draw_condition(draw: st.DrawFn) -> Condition:
    field = draw(st.sampled_from((*COLUMNS, "label", "property", "value")))
    if field == "value":
        return Condition(field="value", minimum=draw(_AMOUNTS))
    pattern = draw(st.sampled_from(("purchase", "lead", "p*")) if field == "type" else _draw_pattern())
    if field in COLUMNS:
        return Condition.model_validate({"field": field, "pattern": pattern})
    return Condition.model_validate({"field": field, "key": draw(_KEYS.filter(bool)), "pattern": pattern})


@st.composite
def _draw_spec(draw: st.DrawFn, name: str) -> GoalSpec:
    amounts = st.none() | _AMOUNTS
    return GoalSpec(
        name=name,
        match=draw(st.sampled_from(("all", "any"))),
        conditions=tuple(draw(st.lists(_draw_condition(), min_size=1, max_size=3))),
        value=draw(st.none() | st.builds(GoalValue, amount=amounts, unit=st.sampled_from(("points", "GBP")))),
        once=draw(st.sampled_from(ONCE)),
    )


@st.composite
def draw_record(draw: st.DrawFn, number: int) -> GoalRecord:
    """A goal with up to three revisions in up to four windows that touch or leave gaps."""
    revisions = draw(st.lists(_draw_spec("g"), min_size=1, max_size=3))
    limits = sorted(draw(st.sets(_MOMENTS, min_size=1, max_size=5)))
    windows = []
    for starts_at, ends_at in zip(limits, [*limits[1:], None], strict=True):
        if draw(st.integers(0, 3)):
            revision = draw(st.integers(0, len(revisions) - 1))
            windows.append(Window(starts_at=starts_at, ends_at=ends_at, revision=revision))
    return GoalRecord(
        pixel_id=draw(st.sampled_from((PIXELS[0], *PIXELS))),
        goal_id=f"goal_{number}",
        revisions=tuple(revisions),
        windows=tuple(windows),
        created_at=START,
    )


@st.composite
def draw_records(draw: st.DrawFn) -> list[GoalRecord]:
    """Up to six goals of some pixels."""
    return [draw(draw_record(number)) for number in range(draw(st.integers(0, 6)))]
