"""Each condition on both sides of its limits: Athena's query and plain Python both say what docs/audiences.md says."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pixelweave.audience import AudienceSpec
from pixelweave.audience_filter import list_filters
from pixelweave.audience_match import count_passed
from pixelweave.audience_sql import COLUMNS, write_query
from pixelweave.funnel import FunnelSpec, list_step_rows
from pixelweave_aws.sql import bind

from tests.functional.audience.history_oracle import WITHIN, make_histories
from tests.functional.goal_draw import to_columns
from tests.functional.link_row import DAY, make_event, make_forget, make_link, make_node
from tests.functional.view_lake import ViewLake, list_views

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.functional.link_row import Row

NOW = DAY + timedelta(days=10)
STEPS = ("view", "basket", "buy")


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        funnels = [
            FunnelSpec(name=f"{by} way", steps=STEPS, by=by, within=WITHIN) for by in ("session", "person")
        ]
        lake.fill("funnel_steps", [asdict(row) for row in list_step_rows("px_one", funnels)])
        yield lake


def go(ago: timedelta, *goals: str | Row, **columns: Any) -> Row:
    """A page view so long before the evaluation, by the visitor `cookie`, that reaches these goals."""
    moment = NOW - ago
    named = [
        goal if isinstance(goal, dict) else {"name": goal, "value": None, "unit": None} for goal in goals
    ]
    return (
        make_event("10:00")
        | {
            "session_id": "s",
            "message_id": None,
            "order_id": None,
            "consent": "granted",
            "dialect": "altcraft",
        }
        | {
            "host": "shop.example",
            "path": "/",
            "labels": None,
            "props": None,
            "value": None,
            "currency": None,
        }
        | {"event_id": f"e-{ago}", "received_at": moment, "occurred_at": moment, "dt": f"{moment:%Y-%m-%d}"}
        | {"goals": named or None}
        | columns
    )


def find_members(lake: ViewLake, spec: AudienceSpec, events: list[Row], links: list[Row]) -> list[str]:
    """The members by Athena's query, which plain Python finds too."""
    lake.fill("links", links)
    lake.fill("events", [to_columns(event) for event in events])
    query = write_query(spec, list_views(), '"lake"."events"', NOW.replace(tzinfo=UTC))
    rows = [
        dict(zip((*COLUMNS, "passed"), row, strict=False))
        for row in lake.query(bind(query.sql, query.values))
    ]
    total = len(list_filters(spec))
    histories = make_histories(spec, events, links, [], STEPS, NOW)
    now = NOW.replace(tzinfo=UTC)
    members = [row["actor_id"] for row in rows if row["passed"] == total]
    assert members == sorted(
        actor for actor, each in histories.items() if count_passed(spec, each, now) == total
    )
    return members


def define(*conditions: Row, **fields: Any) -> AudienceSpec:
    return AudienceSpec.model_validate(
        {"name": "Some", "workspace": "acme", "within": timedelta(days=3), "all": conditions} | fields
    )


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


MS = timedelta(milliseconds=1)
VISITOR = "visitor:acme:cookie"
TWICE = [go(hours(1), "buy"), go(hours(2), "buy")]
DEEP = [go(hours(3), "view"), go(hours(2), "basket"), go(hours(1), "buy")]
EUR = {"name": "buy", "value": 2, "unit": "EUR"}
REFUND, RETURNED = EUR | {"value": -1}, {"name": "returned", "value": None, "unit": None}
BOTH = go(
    hours(1), EUR | {"name": "Revenue"}, dialect="pitchtarget", type="purchase", value=5, currency="EUR"
)
VIEWS = [
    go(hours(1), path="/shop/a"),
    go(hours(2), path="/shop"),
    go(hours(3), path="/blog"),
    go(hours(4), path=None),
]


@pytest.mark.parametrize(
    ("condition", "events", "is_in"),
    [
        ({"kind": "goal", "goal": "buy", "at_least": 2}, TWICE, True),
        ({"kind": "goal", "goal": "buy", "at_least": 3}, TWICE, False),
        ({"kind": "goal", "goal": "buy", "at_most": 2}, TWICE, True),
        ({"kind": "goal", "goal": "buy", "at_most": 1}, TWICE, False),
        ({"kind": "goal", "goal": "sell", "at_least": 0, "at_most": 1}, TWICE, True),
        ({"kind": "goal", "goal": "Buy"}, TWICE, False),
        ({"kind": "goal", "goal": "buy", "at_least": 2}, [go(hours(1), "buy", "buy")], True),
        # What the stream delivers twice is one event, and so is one that reaches a goal of one name in two ways.
        ({"kind": "goal", "goal": "buy", "at_least": 2}, [go(hours(1), "buy")] * 2, False),
        ({"kind": "goal", "goal": "Revenue", "at_most": 1}, [BOTH], True),
        ({"kind": "value", "goal": "Revenue", "unit": "EUR", "at_least": "5"}, [BOTH], True),
        ({"kind": "value", "goal": "Revenue", "unit": "EUR", "at_least": "5.0001"}, [BOTH], False),
        ({"kind": "goal", "goal": "buy"}, [go(hours(72), "buy"), go(hours(1))], True),
        ({"kind": "goal", "goal": "buy"}, [go(hours(72) + MS, "buy"), go(hours(1))], False),
        ({"kind": "goal", "goal": "buy", "within": timedelta(days=4)}, [go(hours(72) + MS, "buy")], True),
        ({"kind": "goal", "goal": "buy", "within": timedelta(days=1)}, [go(hours(25), "buy")], False),
        ({"kind": "event", "path": "/shop*", "at_least": 2}, VIEWS, True),
        ({"kind": "event", "path": "/shop*", "at_least": 3}, VIEWS, False),
        ({"kind": "event", "path": "/shop*", "host": "blog*"}, VIEWS, False),
        ({"kind": "event", "type": "page_view", "at_most": 3}, VIEWS, False),
        ({"kind": "event", "type": "page_view", "at_most": 4}, VIEWS, True),
        ({"kind": "event", "labels": [("size", "b*g")]}, [go(hours(1), labels={"size": "big"})], True),
        ({"kind": "event", "labels": [("size", "b*g")]}, [go(hours(1), labels={"Size": "big"})], False),
        ({"kind": "event", "properties": [("a'b", "*")]}, [go(hours(1), props={"a'b": ""})], True),
        ({"kind": "event", "properties": [("a'b", "*")]}, [go(hours(1), labels={"a'b": ""})], False),
        ({"kind": "event", "type": "page_view", "at_least": 2}, [go(hours(1), message_id="m"),
                                                                 go(hours(30), message_id="m")], False),
        ({"kind": "interest", "section": "/shop", "views": 2}, VIEWS, True),
        ({"kind": "interest", "section": "/shop", "views": 3}, VIEWS, False),
        ({"kind": "interest", "section": "/", "views": 1}, VIEWS, True),
        ({"kind": "interest", "section": "/shop", "share": 5000}, VIEWS, True),
        ({"kind": "interest", "section": "/shop", "share": 5001}, VIEWS, False),
        ({"kind": "interest", "section": "/shop", "host": "blog.example"}, VIEWS, False),
        ({"kind": "interest", "section": "/shop", "share": 10_000}, [*VIEWS[:2], go(hours(5), type="lead")], True),
        ({"kind": "funnel", "funnel": "session way", "reached": 3}, DEEP, True),
        ({"kind": "funnel", "funnel": "session way", "reached": 2, "not_reached": 3}, DEEP, False),
        ({"kind": "funnel", "funnel": "session way", "reached": 2, "not_reached": 3}, DEEP[:2], True),
        ({"kind": "funnel", "funnel": "session way", "reached": 2}, DEEP[1:], False),
        ({"kind": "funnel", "funnel": "no way", "reached": 1}, DEEP, False),
        ({"kind": "funnel", "funnel": "session way", "reached": 2}, [DEEP[0], DEEP[1] | {"session_id": "t"}], False),
        ({"kind": "funnel", "funnel": "person way", "reached": 2}, [DEEP[0], DEEP[1] | {"session_id": "t"}], True),
        ({"kind": "funnel", "funnel": "person way", "reached": 2}, [go(hours(73), "view"), go(hours(71), "basket")], False),
        ({"kind": "funnel", "funnel": "person way", "reached": 2}, [go(hours(72), "view"), go(hours(71), "basket")], True),
        ({"kind": "seen", "within": timedelta(days=1)}, [go(hours(24))], True),
        ({"kind": "seen", "within": timedelta(days=1)}, [go(hours(24) + MS)], False),
        ({"kind": "seen", "not_within": timedelta(days=1)}, [go(hours(24))], False),
        ({"kind": "seen", "not_within": timedelta(days=1)}, [go(hours(24) + MS)], True),
        ({"kind": "seen", "not_within": timedelta(days=2)}, [go(hours(50)), go(hours(47))], False),
        ({"kind": "value", "goal": "buy", "unit": "EUR", "at_least": "4"}, [go(hours(1), EUR, EUR)], True),
        ({"kind": "value", "goal": "buy", "unit": "EUR", "at_least": "4.0001"}, [go(hours(1), EUR, EUR)], False),
        ({"kind": "value", "goal": "buy", "unit": "points", "at_least": "1"}, [go(hours(1), EUR)], False),
        # What is taken back is taken off, whatever else its event reaches.
        ({"kind": "value", "goal": "buy", "unit": "EUR", "at_least": "1"}, [go(hours(2), EUR), go(hours(1), REFUND, RETURNED)], True),
        ({"kind": "value", "goal": "buy", "unit": "EUR", "at_least": "1.0001"}, [go(hours(2), EUR), go(hours(1), REFUND, RETURNED)], False),
    ],
)  # fmt: skip
def test_a_condition_holds_up_to_its_limit_and_not_beyond(
    lake: ViewLake, condition: Row, events: list[Row], is_in: bool
) -> None:
    assert find_members(lake, define(condition), events, []) == ([VISITOR] if is_in else [])
    # Under `none` it is the other way round.
    assert find_members(lake, define(none=[condition]), events, []) == ([] if is_in else [VISITOR])


@pytest.mark.parametrize(
    ("said", "consent", "is_in"),
    [
        ([None], "granted", False),
        ([None], "not_denied", True),
        (["granted", None], "granted", True),
        (["granted", "denied"], "granted", False),
        (["granted", "denied"], "not_denied", False),
        (["denied", "granted"], "granted", True),
    ],
)
def test_the_last_consent_that_was_said_decides(
    lake: ViewLake, said: list[str | None], consent: str, is_in: bool
) -> None:
    events = [go(hours(len(said) - number), consent=word) for number, word in enumerate(said)]
    assert find_members(lake, define(consent=consent), events, []) == ([VISITOR] if is_in else [])


def test_of_a_grant_and_a_denial_at_once_the_denial_holds(lake: ViewLake) -> None:
    both = [go(hours(1), event_id=word, consent=word) for word in ("denied", "granted")]
    assert find_members(lake, define(), both, []) == []


@pytest.mark.parametrize(
    ("who", "since", "node", "is_in"),
    [
        ("known", hours(3), "email_sha256", True),
        ("known", hours(3), "user_id", True),
        ("known", hours(3), "phone_national_md5", True),
        ("known", hours(3), "gaid", False),
        # Identified after what they did: they were anonymous then, and stay in it.
        ("anonymous", hours(1), "email_sha256", True),
        ("anonymous", hours(3), "email_sha256", False),
        ("anyone", hours(3), "gaid", True),
    ],
)
def test_anonymous_is_about_then_and_known_about_now(
    lake: ViewLake, who: str, since: timedelta, node: str, is_in: bool
) -> None:
    links = [make_link("A", "10:00") | {"since": NOW - since}, make_node("A", node, "d")]
    assert find_members(lake, define(who=who), [go(hours(2))], links) == (["A"] if is_in else [])


def test_the_forgotten_are_nobody_and_no_stranger_inherits_them(lake: ViewLake) -> None:
    links = [make_link("A", "10:00"), make_node("A", "email_sha256", "d")]
    assert find_members(lake, define(), [go(hours(2))], links) == ["A"]
    assert find_members(lake, define(), [go(hours(2))], [*links, make_forget("A")]) == []


@pytest.mark.parametrize(
    "other", [{"workspace_id": "other"}, {"outcome": "bot"}, {"outcome": "test"}, {"visitor_id": None, "session_id": None}]
)  # fmt: skip
def test_only_accepted_events_of_the_workspace_that_are_somebodys_count(lake: ViewLake, other: Row) -> None:
    assert find_members(lake, define(), [go(hours(2), **other)], []) == []


def test_without_a_cookie_the_session_tells_that_it_is_one_visitor(lake: ViewLake) -> None:
    spec = define({"kind": "goal", "goal": "checkout"}, none=[{"kind": "goal", "goal": "buy"}])
    checkout = go(hours(3), "checkout", visitor_id="minted-1")
    bought = go(hours(2), "buy", visitor_id="minted-2")
    assert find_members(lake, spec, [checkout, bought], []) == []
    assert find_members(lake, spec, [checkout], []) == ["visitor:acme:minted-1"]
    assert find_members(lake, spec, [checkout, bought | {"session_id": "t"}], []) == ["visitor:acme:minted-1"]
    unnamed = [checkout | {"visitor_id": None}, go(hours(1))]
    assert find_members(lake, spec, unnamed, []) == [VISITOR]
    assert find_members(lake, spec, [checkout | {"session_id": None}], []) == ["visitor:acme:minted-1"]


def test_nobody_is_in_an_audience_by_what_is_to_come(lake: ViewLake) -> None:
    assert find_members(lake, define(), [go(-MS)], []) == []
    assert find_members(lake, define(), [go(timedelta())], []) == [VISITOR]


def test_a_row_whose_object_was_begun_the_day_before_is_looked_at(lake: ViewLake) -> None:
    """Firehose names an object's partition by its oldest record; the look-back begins at midnight here."""
    first = go(hours(72) - timedelta(minutes=2))
    row = first | {"dt": f"{NOW - timedelta(days=4):%Y-%m-%d}"}
    assert find_members(lake, define(), [first], []) == [VISITOR]
    assert find_members(lake, define(), [row], []) == [VISITOR]


def test_a_member_has_the_digest_learned_last_and_the_country_of_the_last_event_that_has_one(
    lake: ViewLake,
) -> None:
    links = [make_link("A", "10:00")] + [
        make_node("A", "email_sha256", digest) | {"since": NOW - hours(ago)}
        for digest, ago in (("b", 30), ("c", 20), ("a", 40))
    ]
    events = [
        go(hours(ago), country=country) for ago, country in ((4, "DE"), (3, "FR"), (2, "AT"), (1, None))
    ]
    assert find_members(lake, define(), events, links) == ["A"]
    query = write_query(define(), list_views(), '"lake"."events"', NOW.replace(tzinfo=UTC))
    (row,) = lake.query(bind(query.sql, query.values))
    member = dict(zip(COLUMNS, row, strict=False))
    assert (member["email_sha256"], member["country"]) == ("c", "AT")
