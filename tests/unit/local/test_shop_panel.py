"""What the demo shop's panel may ask, and the SELECT it becomes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pixelweave_local.shop_panel import (
    MAX_HITS,
    MAX_SESSIONS,
    Hit,
    Look,
    PanelError,
    describe,
    list_details,
    read_look,
    write_query,
)

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
EARLIEST = NOW - timedelta(days=1)
VISITOR = "0123456789abcdef" * 2
OTHER = "f" * 32
HIT = Hit(
    "e1", 1, "rokt", "page_view", None, (), "/", "accepted", None, "p1", "a@b.example", "session", True, False
)


@pytest.mark.parametrize(
    ("query", "cookie", "look"),
    [
        ("", "", Look(None, (), EARLIEST)),
        ("", f"a=b; pw_vid={VISITOR}", Look(VISITOR, (), EARLIEST)),
        (f"visitor={OTHER}", f"pw_vid={VISITOR}", Look(OTHER, (), EARLIEST)),
        ("session=a&session=b&session=a", "", Look(None, ("a", "b"), EARLIEST)),
        ("since=1782903600000", "", Look(None, (), datetime(2026, 7, 1, 11, tzinfo=UTC))),
        # A day back at most.
        ("since=1", "", Look(None, (), EARLIEST)),
    ],
)
def test_a_browser_is_known_by_its_cookie_and_its_sessions(query: str, cookie: str, look: Look) -> None:
    assert read_look(query, cookie, NOW) == look


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("visitor=abc", "32 hex digits"),
        (f"visitor={'g' * 32}", "32 hex digits"),
        ("&".join(f"session={number}" for number in range(MAX_SESSIONS + 1)), "at most 10"),
        (f"session={'x' * 129}", "no session id"),
        ("session=a%0Ab", "no session id"),
        ("since=yesterday", "milliseconds"),
        ("since=-1", "milliseconds"),
        ("since=10000000000000", "milliseconds"),
    ],
)
def test_what_no_browser_of_the_shop_asks_is_refused(query: str, problem: str) -> None:
    with pytest.raises(PanelError, match=problem):
        read_look(query, "", NOW)


def test_as_many_sessions_and_as_long_ones_as_may_be_are_taken() -> None:
    longest = "x" * 128
    query = "&".join(["session=" + longest, *(f"session={number}" for number in range(MAX_SESSIONS - 1))])
    assert len(read_look(query, "", NOW).sessions) == MAX_SESSIONS


def test_the_query_asks_for_either_and_quotes_what_it_was_given() -> None:
    sql = write_query(Look(VISITOR, ("it's?", "b"), NOW))
    assert sql is not None
    assert f"(visitor_id = '{VISITOR}' OR session_id IN ('it''s?', 'b'))" in sql
    assert "dt >= '2026-07-01' AND received_at >= TIMESTAMP '2026-07-01 12:00:00.000'" in sql


@pytest.mark.parametrize(
    ("look", "condition"),
    [
        (Look(VISITOR, (), NOW), f"(visitor_id = '{VISITOR}')"),
        (Look(None, ("a",), NOW), "(session_id IN ('a'))"),
    ],
)
def test_one_of_them_is_enough(look: Look, condition: str) -> None:
    assert condition in str(write_query(look))


def test_a_browser_that_nothing_is_known_of_is_not_looked_for() -> None:
    assert write_query(Look(None, (), NOW)) is None


def test_the_answer_says_whether_there_may_be_more() -> None:
    look = Look(VISITOR, (), NOW)
    answer = describe(look, [HIT])
    assert answer["visitor_id"] == VISITOR
    assert answer["hits"] == [HIT._asdict()]
    assert [describe(look, [HIT] * count)["is_cut"] for count in (MAX_HITS - 1, MAX_HITS)] == [False, True]


@pytest.mark.parametrize(
    ("name", "value", "goals", "details"),
    [
        (None, None, None, ()),
        ("hello", None, None, ("hello",)),
        ("purchase", "49.9000", None, ("purchase", "49.90 USD")),
        (None, "0.0000", None, ("0 USD",)),
        ("a, b", None, '[["a, b","5.0000","points"],["c",null,null]]', ("a, b 5 points", "c")),
        ("x", None, "null", ("x",)),
    ],
)
def test_a_hits_details_are_its_goals_or_else_its_name_and_its_value(
    name: str | None, value: str | None, goals: str | None, details: tuple[str, ...]
) -> None:
    row = {"name": name, "value": value, "currency": "USD", "goals": goals}
    assert tuple(list_details(row)) == details
