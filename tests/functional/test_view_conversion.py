"""The view `conversions` on data with a known answer."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from pixelweave.goal_window import Window

from tests.functional.goal_row import make_goal, make_map, make_window_rows, to_ms
from tests.functional.link_row import at, make_event, make_link
from tests.functional.view_lake import ViewLake

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pixelweave.goal import GoalRecord

    from tests.functional.link_row import Row

EMAIL = {"channel": "email"}


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        yield lake


def convert(
    lake: ViewLake,
    events: Sequence[Row],
    goals: Sequence[GoalRecord] = (),
    columns: str = "goal_key, event_id",
) -> list[Any]:
    """Return the conversions by goal and event: of each these columns, bare where there is one."""
    lake.fill("events", events)
    lake.fill("goal_windows", make_window_rows(*goals))
    rows = lake.query(f"SELECT {columns} FROM conversions ORDER BY goal_key, event_id, once_key")
    return [row[0] if len(row) == 1 else row for row in rows]


def test_a_conversion_has_what_reports_ask_for(lake: ViewLake) -> None:
    lake.fill("links", [make_link("A", "10:30")])
    named = {"country": "NL", "browser": "Firefox", "message_id": "m", "session_id": "s", "order_id": "o"}
    worth = {"value": Decimal("9.90"), "currency": "EUR", "channel": "email", "type": "purchase"}
    lake.fill("events", [make_event("10:00", **named, **worth)])
    lake.fill(
        "goal_windows", make_window_rows(make_goal("Buy", {"field": "type", "pattern": "purchase"}, value={}))
    )
    (row,) = lake.read("conversions")
    lake.fill("links", [])
    assert row == {
        "pixel_id": "px_one", "workspace_id": "acme", "goal_key": "d:Buy", "goal": "Buy", "source": "defined",
        "once_key": "message:m", "event_id": "event-10:00", "message_id": "m", "received_at": at("10:00:00.500"),
        "day": "2025-06-30", "hour": "10", "session_id": "s", "visitor_id": "cookie", "person_id": "A", "channel": "email",
        "country": "NL", "browser": "Firefox", "value": Decimal("9.9000"), "unit": "EUR", "dt": "2025-06-30",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "changes", "is_met"),
    [
        ({"field": "type", "pattern": "page_view"}, {}, True),
        ({"field": "type", "pattern": "page"}, {}, False),
        ({"field": "name", "pattern": "*"}, {}, False),
        ({"field": "name", "pattern": "*"}, {"name": ""}, True),
        ({"field": "host", "pattern": "*.example"}, {"host": "shop.example"}, True),
        ({"field": "host", "pattern": "*.Example"}, {"host": "shop.example"}, False),
        ({"field": "path", "pattern": "/a_*%"}, {"path": "/a_b%"}, True),
        ({"field": "path", "pattern": "/a_*%"}, {"path": "/abb%"}, False),
        ({"field": "path", "pattern": "/a_*%"}, {"path": "/a_b"}, False),
        ({"field": "path", "pattern": r"\*\\'"}, {"path": "*\\'"}, True),
        ({"field": "path", "pattern": r"\*\\'"}, {"path": "x\\'"}, False),
        ({"field": "path", "pattern": "a*b"}, {"path": "a\n\n😀b"}, True),
        ({"field": "label", "key": "size", "pattern": "big"}, {"labels": make_map({"size": "big"})}, True),
        ({"field": "label", "key": "size", "pattern": "big"}, {"labels": make_map({"Size": "big"})}, False),
        ({"field": "label", "key": "size", "pattern": "*"}, {"labels": make_map({})}, False),
        ({"field": "label", "key": "size", "pattern": "*"}, {"props": make_map({"size": "big"})}, False),
        ({"field": "property", "key": "a'b", "pattern": "*"}, {"props": make_map({"a'b": ""})}, True),
        ({"field": "value", "minimum": "-0.0001"}, {"value": Decimal("-0.0001")}, True),
        ({"field": "value", "minimum": "-0.0001"}, {"value": Decimal("-0.0002")}, False),
        ({"field": "value", "minimum": "-5"}, {}, False),
    ],
)
def test_a_condition_holds_where_the_column_matches(
    lake: ViewLake, condition: Row, changes: Row, is_met: bool
) -> None:
    assert bool(convert(lake, [make_event("10:00", **changes)], [make_goal("g", condition)])) is is_met


@pytest.mark.parametrize(
    ("match", "path", "is_met"),
    [
        ("all", "/a", False),
        ("any", "/a", True),
        ("any", "ab", True),
        ("all", "/ab", True),
        ("any", "c", False),
    ],
)
def test_all_or_any_of_the_conditions_must_hold(lake: ViewLake, match: str, path: str, is_met: bool) -> None:
    conditions = [{"field": "path", "pattern": pattern} for pattern in ("/*", "*b")]
    goal = make_goal("g", *conditions, match=match)
    assert bool(convert(lake, [make_event("10:00", path=path)], [goal])) is is_met


@pytest.mark.parametrize(
    ("clock", "keys"),
    [("09:59:59.999", []), ("10:00", ["d:g"]), ("10:59:59.999", ["d:g"]), ("11:00", [])],
)
def test_a_definition_is_in_force_from_the_start_of_its_window_to_before_its_end(
    lake: ViewLake, clock: str, keys: list[str]
) -> None:
    goal = make_goal("g", windows=(Window(starts_at=to_ms("10:00"), ends_at=to_ms("11:00"), revision=0),))
    event = make_event("23:00", received_at=at(clock))
    assert convert(lake, [event], [goal], "goal_key") == keys


def test_a_pixels_goals_are_no_other_pixels_and_a_removed_one_is_nobodys(lake: ViewLake) -> None:
    goals = [
        make_goal("g"),
        make_goal("other", pixel_id="px_two"),
        make_goal("gone").model_copy(update={"is_removed": True}),
    ]
    assert convert(lake, [make_event("10:00")], goals, "goal_key") == ["d:g"]


@pytest.mark.parametrize("outcome", ["rejected", "bot", "test"])
def test_only_accepted_rows_convert(lake: ViewLake, outcome: str) -> None:
    event = make_event("10:00", outcome=outcome, type="purchase", name="Buy", goals=[{"name": "Sale"}])
    goal = make_goal("g", {"field": "type", "pattern": "*"})
    assert convert(lake, [event], [goal]) == []


REPEATS = [
    make_event("10:00", event_id="1", message_id="m", order_id="o", session_id="s"),
    make_event("10:01", event_id="2", message_id="n", order_id="o", session_id="s"),
    make_event("10:02", event_id="3", order_id="p", session_id="t", visitor_id=None),
    make_event("10:03", event_id="4", visitor_id=None),
    make_event("10:04", event_id="5", message_id="n"),
    make_event("10:05", event_id="6", message_id="m", session_id="t", dt="2025-07-01"),
]


@pytest.mark.parametrize(
    ("once", "events"),
    [
        ("event", ["1", "2", "3", "4"]),
        ("order", ["1", "3", "4", "5", "6"]),
        ("session", ["1", "3", "4", "5"]),
        ("visitor", ["1", "3", "4"]),
    ],
)
def test_of_events_with_one_once_key_the_first_received_stands(
    lake: ViewLake, once: str, events: list[str]
) -> None:
    goal = make_goal("g", once=once)
    for rows in (REPEATS, REPEATS[::-1], [*REPEATS, *REPEATS]):
        assert convert(lake, rows, [goal], "event_id") == events


def test_of_two_received_at_once_the_lesser_event_id_stands(lake: ViewLake) -> None:
    rows = [make_event("10:00", event_id=event_id, session_id="s") for event_id in ("2", "1", "3")]
    assert convert(lake, rows, [make_goal("g", once="session")], "event_id") == ["1"]


@pytest.mark.parametrize(
    ("value", "changes", "expected"),
    [
        (None, {"value": Decimal(5), "currency": "EUR"}, (None, None)),
        (
            {"amount": "2.5", "unit": "usd"},
            {"value": Decimal(5), "currency": "EUR"},
            (Decimal("2.5000"), "USD"),
        ),
        ({"amount": "-7"}, {}, (Decimal("-7.0000"), "points")),
        ({}, {"value": Decimal(5), "currency": "EUR"}, (Decimal("5.0000"), "EUR")),
        ({"unit": "usd"}, {"value": Decimal(5)}, (Decimal("5.0000"), "USD")),
        ({}, {"value": Decimal(5)}, (Decimal("5.0000"), "points")),
        ({"unit": "usd"}, {"currency": "EUR"}, (None, None)),
    ],
)
def test_a_conversion_is_worth_nothing_an_amount_or_what_its_event_is(
    lake: ViewLake, value: Row | None, changes: Row, expected: tuple[Any, Any]
) -> None:
    event = make_event("10:00", **changes)
    assert convert(lake, [event], [make_goal("g", value=value)], "value, unit") == [expected]


def test_goals_that_a_hit_names_count_each_by_their_place(lake: ViewLake) -> None:
    goals = [
        {"name": "Sale, big", "value": Decimal("-1.5"), "unit": "EUR"},
        {"name": "Call", "value": None, "unit": None},
        {"name": "Sale, big", "value": Decimal(3), "unit": None},
        {"name": None, "value": Decimal(4), "unit": None},
    ]
    first = make_event("10:00", dialect="altcraft", goals=goals, message_id="m", value=Decimal(99))
    again = make_event("10:05", dialect="altcraft", goals=goals, message_id="m")
    assert convert(
        lake, [again, first], columns="goal_key, goal, source, once_key, value, unit, event_id"
    ) == [
        ("h:Call", "Call", "hit", "message:m#2", None, None, "event-10:00"),
        ("h:Sale, big", "Sale, big", "hit", "message:m#1", Decimal("-1.5000"), "EUR", "event-10:00"),
        ("h:Sale, big", "Sale, big", "hit", "message:m#3", Decimal("3.0000"), "points", "event-10:00"),
    ]


@pytest.mark.parametrize(
    ("dialect", "kind", "name", "key"),
    [
        ("ksense", "conversion", "Signed up", "b:Signed up"),
        ("ksense", "conversion", None, "b:Conversion"),
        ("ksense", "purchase", "Buy", None),
        ("rokt", "conversion", "x" * 129, "b:" + "x" * 128),
        ("rokt", "purchase", "Buy", "b:Buy"),
        ("rokt", "purchase", None, None),
        ("pitchtarget", "purchase", "52fb", "b:Revenue"),
        ("pitchtarget", "conversion", "52fb", None),
        ("sendgrid", "purchase", "Purchase Completed", "b:Purchase"),
        ("sendgrid", "lead", "Lead Generated", "b:Lead"),
        ("native", "conversion", "Done", "b:Done"),
        ("native", "purchase", "Done", "b:Purchase"),
        ("native", "lead", "Done", "b:Lead"),
        ("altcraft", "conversion", "Done", None),
        ("native", "page_view", "Done", None),
    ],
)
def test_a_dialect_has_built_in_goals(
    lake: ViewLake, dialect: str, kind: str, name: str | None, key: str | None
) -> None:
    events = [
        make_event(clock, dialect=dialect, type=kind, name=name, order_id="o", value=Decimal(5))
        for clock in ("10:00", "10:01")
    ]
    found = convert(lake, events, columns="goal_key, source, once_key, value, unit, event_id")
    expected = [(key, "built-in", "order:o", Decimal("5.0000"), "points", "event-10:00")]
    assert found == ([] if key is None else expected)


@pytest.mark.parametrize(
    ("events", "channel"),
    [
        ([EMAIL, {"channel": "internal"}], "email"),
        ([{"channel": "internal"}, EMAIL, {"channel": "referral"}], "email"),
        ([{}, {"channel": "direct"}, EMAIL], "direct"),
        ([{"channel": "internal"}], "internal"),
        ([{}], None),
        ([EMAIL | {"session_id": "other"}, {"channel": "internal"}], "internal"),
        ([EMAIL | {"pixel_id": "px_two"}, {"channel": "internal"}], "internal"),
        ([EMAIL | {"outcome": "bot"}, {"channel": "internal"}], "internal"),
        ([EMAIL | {"session_id": None}, {"channel": "internal", "session_id": None}], "internal"),
    ],
)
def test_the_channel_is_what_brought_the_session(
    lake: ViewLake, events: list[Row], channel: str | None
) -> None:
    rows = [make_event(f"10:0{place}", **{"session_id": "s"} | own) for place, own in enumerate(events)]
    rows[-1] |= {"type": "lead", "dialect": "native"}
    assert convert(lake, rows, columns="channel") == [channel]
