"""The rules of docs/goals.md as cases: goals, rows of the log, and the conversions that they are.

Plain Python and the scan of an object run the same table.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from pixelweave.conversion import Conversion, make_digest
from pixelweave.goal import Condition, GoalRecord, GoalSpec, GoalValue, define_goal
from pixelweave.goal_window import Window

if TYPE_CHECKING:
    from collections.abc import Iterable

PIXEL = "px_one"
NOON = 1_748_779_200_000  # 2025-06-01T12:00:00Z
ANYTHING = Condition(field="host", pattern="*")

type Event = dict[str, Any]
# goal key, once key, event_id, value with unit («5.0000 EUR», or empty)
type Expected = tuple[str, str, str, str]


class Case(NamedTuple):
    """Of `events`, some goals of PIXEL make `expected`."""

    title: str
    events: list[Event]
    expected: list[Expected]
    records: tuple[GoalRecord, ...] = ()


def make_event(**columns: Any) -> Event:
    """An accepted page view of PIXEL at NOON, with these columns besides or instead."""
    row: Event = {
        "event_id": "e1",
        "pixel_id": PIXEL,
        "workspace_id": "acme",
        "dialect": "altcraft",
        "type": "page_view",
        "outcome": "accepted",
        "received_at": NOON,
        "host": "shop.example",
    }
    return row | columns


def make_record(*conditions: Condition, goal_id: str = "g1", **fields: Any) -> GoalRecord:
    """A goal of PIXEL with these conditions, in force at all times."""
    spec = GoalSpec.model_validate({"name": "goal", "conditions": conditions or (ANYTHING,), **fields})
    return define_goal(spec, pixel_id=PIXEL, goal_id=goal_id, now=0)


def make_windowed(*windows: tuple[int, int | None, int], worths: Iterable[int]) -> GoalRecord:
    """A goal with one revision for each of `worths` (points), in force in these windows: from, to, revision."""
    specs = [
        GoalSpec(name="goal", conditions=(ANYTHING,), value=GoalValue(amount=Decimal(worth)))
        for worth in worths
    ]
    return make_record().model_copy(
        update={
            "revisions": tuple(specs),
            "windows": tuple(
                Window(starts_at=starts, ends_at=ends, revision=place) for starts, ends, place in windows
            ),
        }
    )


def describe(conversions: Iterable[Conversion], cases_events: Iterable[Event]) -> list[Expected]:
    """The conversions in the words of the table, sorted; once keys are known by what the events could give."""
    keys = {make_digest(key): key for event in cases_events for key in _list_keys(event)}
    return sorted(
        (
            each.goal.key,
            keys[each.once],
            each.event_id,
            f"{each.value} {each.unit}" if each.value is not None else "",
        )
        for each in conversions
    )


def _list_keys(event: Event) -> list[str]:
    named = ("event", "message", "order", "session", "visitor")
    keys = [f"{name}:{event.get(f'{name}_id')}" for name in named]
    return keys + [f"{key}#{place}" for key in keys for place in range(1, 4)]


def _worth(amount: str | None, unit: str = "points") -> GoalValue:
    return GoalValue(amount=None if amount is None else Decimal(amount), unit=unit)


def _outcome_cases() -> list[Case]:
    record = make_record()
    return [
        Case("an accepted row counts", [make_event()], [("d:g1", "event:e1", "e1", "")], (record,)),
        *(
            Case(
                f"a {outcome} row counts nothing",
                [make_event(outcome=outcome, goals=[{"name": "a"}])],
                [],
                (record,),
            )
            for outcome in ("rejected", "bot", "test", None)
        ),
        Case("a row of another pixel meets nothing", [make_event(pixel_id="px_two")], [], (record,)),
    ]


def _match_cases() -> list[Case]:
    both = (Condition(field="type", pattern="lead"), Condition(field="value", minimum=Decimal("1.5")))
    reached = [("d:g1", "event:e1", "e1", "")]
    plan = make_record(Condition(field="label", key="plan", pattern="pro"))
    screen = make_record(Condition(field="property", key="it's", pattern="*"))
    return [
        Case(
            "all need both", [make_event(type="lead", value=Decimal("1.5"))], reached, (make_record(*both),)
        ),
        Case(
            "all need the minimum",
            [make_event(type="lead", value=Decimal("1.4999"))],
            [],
            (make_record(*both),),
        ),
        Case("all need the type", [make_event(value=Decimal(2))], [], (make_record(*both),)),
        Case("null is no value", [make_event(type="lead")], [], (make_record(*both),)),
        Case("any needs one", [make_event(value=Decimal(2))], reached, (make_record(*both, match="any"),)),
        Case(
            "any needs at least one", [make_event(value=Decimal(1))], [], (make_record(*both, match="any"),)
        ),
        Case("a label is compared", [make_event(labels={"plan": "pro", "x": "y"})], reached, (plan,)),
        Case("another label is not", [make_event(labels={"x": "pro"}, props={"plan": "pro"})], [], (plan,)),
        Case("without labels there is none", [make_event(labels=None)], [], (plan,)),
        Case("a property is there", [make_event(props={"it's": ""})], reached, (screen,)),
        Case("a property that is null is not", [make_event(props={"it's": None})], [], (screen,)),
    ]


def _window_cases() -> list[Case]:
    changed = make_windowed(
        (NOON, NOON + 10, 0), (NOON + 10, NOON + 20, 1), (NOON + 30, None, 0), worths=(1, 2)
    )
    cases = []
    for moment, worth in (
        (-1, ""),
        (0, "1"),
        (9, "1"),
        (10, "2"),
        (19, "2"),
        (20, ""),
        (29, ""),
        (30, "1"),
        (9_999, "1"),
    ):
        expected = [("d:g1", "event:e1", "e1", f"{worth}.0000 points")] if worth else []
        title = f"at {moment} ms the window says {worth or 'nothing'}"
        cases.append(Case(title, [make_event(received_at=NOON + moment)], expected, (changed,)))
    return cases


def _once_cases() -> list[Case]:
    ids = {"message_id": "m", "order_id": "o", "session_id": "s", "visitor_id": "v"}
    cases = []
    for once, column, key, lacking in (
        ("event", "message_id", "message:m", "event:e1"),
        ("order", "order_id", "order:o", "message:m"),
        ("session", "session_id", "session:s", "message:m"),
        ("visitor", "visitor_id", "visitor:v", "message:m"),
    ):
        record = make_record(once=once)
        cases += [
            Case(f"once a {once}", [make_event(**ids)], [("d:g1", key, "e1", "")], (record,)),
            Case(
                f"without {column} once an event",
                [make_event(**(ids | {column: None}))],
                [("d:g1", lacking, "e1", "")],
                (record,),
            ),
        ]
    record = make_record(once="order")
    first, second = make_event(event_id="e2", order_id="o"), make_event(order_id="o", received_at=NOON + 1)
    cases.append(Case("the first counts", [second, first], [("d:g1", "order:o", "e2", "")], (record,)))
    third = make_event(order_id="o")
    cases.append(
        Case("of one moment the least event", [first, third], [("d:g1", "order:o", "e1", "")], (record,))
    )
    windowed = make_windowed((NOON, NOON + 1, 0), (NOON + 1, None, 1), worths=(1, 2))
    same = [make_event(message_id="m", received_at=NOON + 1), make_event(event_id="e2", message_id="m")]
    expected = [("d:g1", "message:m", "e2", "1.0000 points")]
    cases.append(Case("revisions of a goal share their keys", same, expected, (windowed,)))
    return cases


def _value_cases() -> list[Case]:
    cases = []
    for title, worth, columns, expected in (
        ("no value", None, {"value": Decimal(5), "currency": "EUR"}, ""),
        ("a fixed amount", _worth("2.5", "GBP"), {"value": Decimal(5), "currency": "EUR"}, "2.5000 GBP"),
        ("a fixed amount without the event's", _worth("0"), {}, "0.0000 points"),
        ("the event's", _worth(None, "GBP"), {"value": Decimal("-5.0001"), "currency": "EUR"}, "-5.0001 EUR"),
        ("the event's in the goal's unit", _worth(None, "GBP"), {"value": Decimal(5)}, "5.0000 GBP"),
        ("the event's that has none", _worth(None), {"currency": "EUR"}, ""),
    ):
        record = make_record(value=worth)
        cases.append(Case(title, [make_event(**columns)], [("d:g1", "event:e1", "e1", expected)], (record,)))
    return cases


def _hit_cases() -> list[Case]:
    goals = [
        {"name": "a, b", "value": Decimal("-1.5"), "unit": "points"},
        {"name": "a, b", "value": Decimal(2), "unit": "EUR"},
        {"name": "c"},
    ]
    expected = [
        ("h:a, b", "message:m#1", "e1", "-1.5000 points"),
        ("h:a, b", "message:m#2", "e1", "2.0000 EUR"),
        ("h:c", "message:m#3", "e1", ""),
    ]
    nameless = [{"value": Decimal(1), "unit": "EUR"}, {"name": "c", "value": Decimal(1)}]
    return [
        Case("a hit names its goals", [make_event(goals=goals, message_id="m", order_id="o")], expected),
        Case("an empty list names none", [make_event(goals=[])], []),
        Case(
            "a goal needs a name, not a unit",
            [make_event(goals=nameless)],
            [("h:c", "event:e1#2", "e1", "1.0000 points")],
        ),
    ]


def _built_in_cases() -> list[Case]:
    worth = {"value": Decimal(9), "currency": "EUR", "order_id": "o"}
    cases = []
    for dialect, kind, name, label in (
        ("ksense", "conversion", "signup", "signup"),
        ("ksense", "conversion", None, "Conversion"),
        ("ksense", "conversion", "é" * 129, "é" * 128),
        ("ksense", "purchase", "x", None),
        ("rokt", "conversion", "signup", "signup"),
        ("rokt", "purchase", "purchase", "purchase"),
        ("rokt", "purchase", None, None),
        ("rokt", "lead", "x", None),
        ("pitchtarget", "purchase", "TOKEN", "Revenue"),
        ("pitchtarget", "custom", "TOKEN", None),
        ("sendgrid", "purchase", "Purchase Completed", "Purchase"),
        ("sendgrid", "lead", "Lead Generated", "Lead"),
        ("sendgrid", "conversion", "x", None),
        ("native", "conversion", None, "Conversion"),
        ("native", "conversion", "signup", "signup"),
        ("native", "purchase", "x", "Purchase"),
        ("native", "lead", None, "Lead"),
        ("native", "page_view", "x", None),
        ("altcraft", "purchase", "x", None),
        (None, "purchase", "x", None),
        ("native", None, "x", None),
    ):
        event = make_event(dialect=dialect, type=kind, name=name, **worth)
        expected = [] if label is None else [(f"b:{label}", "order:o", "e1", "9.0000 EUR")]
        short = None if name is None else name[:20]
        cases.append(Case(f"{dialect} {kind} {short} is {str(label)[:20]}", [event], expected))
    pair = [
        make_event(dialect="native", type=kind, event_id=kind, order_id="o") for kind in ("lead", "purchase")
    ]
    expected = [("b:Lead", "order:o", "lead", ""), ("b:Purchase", "order:o", "purchase", "")]
    cases.append(Case("goals of one order are apart", pair, expected))
    return cases


CASES = [
    *_outcome_cases(),
    *_match_cases(),
    *_window_cases(),
    *_once_cases(),
    *_value_cases(),
    *_hit_cases(),
    *_built_in_cases(),
]
