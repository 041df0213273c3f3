"""From counters to the rows of a report."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelweave.conversion import BUILT_IN, DEFINED, HIT, NO_UNIT, GoalRef
from pixelweave.goal_counter import GoalCounter, HitCounter, PixelCounters
from pixelweave.goal_report import (
    DAY,
    HOUR,
    TOTAL,
    GoalRow,
    HitRow,
    list_goal_rows,
    list_hit_rows,
    list_triggers,
    sort_rows,
    write_amount,
)

PAID = GoalRef.make("px", DEFINED, "g1")
GONE = GoalRef.make("px", DEFINED, "g2")
LEAD = GoalRef.make("px", HIT, "Lead")
NAMES = {"g1": "Paid"}


def make_counter(goal: GoalRef, day: str | None, unit: str, **numbers: str) -> GoalCounter:
    """Return a counter with these attributes."""
    return GoalCounter(goal, day, unit, {name: Decimal(number) for name, number in numbers.items()})


COUNTERS = PixelCounters(
    goals=(
        make_counter(PAID, "2025-06-29", "EUR", n="2", v="19.75", n07="1", v07="12.5", n23="1", v23="7.25"),
        make_counter(PAID, "2025-06-29", NO_UNIT, n="1", s="2", n07="1", s07="2"),
        make_counter(PAID, "2025-06-30", "EUR", n="1", v="-0.5", n00="1", v00="-0.5"),
        make_counter(PAID, "2025-06-30", NO_UNIT, s="1", s00="1"),
        make_counter(GONE, "2025-06-30", "EUR", n="9", v="9", n00="9", v00="9"),
        make_counter(LEAD, "2025-06-30", "points", n="0", v="0", n00="0", v00="0"),
    ),
    hits=(
        HitCounter(
            "px", "2025-06-30", {"accepted": 4, "accepted00": 3, "accepted01": 1, "bot": 2, "bot01": 2}
        ),
        HitCounter("px", "2025-06-29", {"rejected": 1, "rejected07": 1}),
    ),
)


def test_a_days_row_has_conversions_of_all_units_and_unique_sessions() -> None:
    assert list_goal_rows(COUNTERS, NAMES, DAY) == [
        GoalRow("Paid", DEFINED, "2025-06-29", 3, 2, {"EUR": Decimal("19.75")}),
        GoalRow("Paid", DEFINED, "2025-06-30", 1, 1, {"EUR": Decimal("-0.5")}),
    ]


def test_an_hours_row_has_what_the_hour_had() -> None:
    assert list_goal_rows(COUNTERS, NAMES, HOUR) == [
        GoalRow("Paid", DEFINED, "2025-06-29 07:00", 2, 2, {"EUR": Decimal("12.5")}),
        GoalRow("Paid", DEFINED, "2025-06-29 23:00", 1, 0, {"EUR": Decimal("7.25")}),
        GoalRow("Paid", DEFINED, "2025-06-30 00:00", 1, 1, {"EUR": Decimal("-0.5")}),
    ]


def test_unique_sessions_of_several_days_do_not_add_up() -> None:
    assert list_goal_rows(COUNTERS, NAMES, TOTAL) == [
        GoalRow("Paid", DEFINED, "", 4, None, {"EUR": Decimal("19.25")})
    ]
    of_one_day = PixelCounters(COUNTERS.goals[:2], ())
    assert list_goal_rows(of_one_day, NAMES, TOTAL)[0].sessions == 2
    of_all_time = PixelCounters((make_counter(PAID, None, NO_UNIT, n="5", s="4"),), ())
    assert list_goal_rows(of_all_time, NAMES, TOTAL) == [GoalRow("Paid", DEFINED, "", 5, 4)]


def test_a_definition_that_is_no_more_and_what_was_taken_back_are_not_shown() -> None:
    names = {row.goal for row in list_goal_rows(COUNTERS, NAMES, DAY)}
    assert names == {"Paid"}
    assert list_goal_rows(COUNTERS, {}, DAY) == []


def test_goals_of_one_name_and_different_sources_stay_apart() -> None:
    refs = [GoalRef.make("px", HIT, "Paid"), GoalRef.make("px", BUILT_IN, "Paid"), PAID]
    counters = PixelCounters(tuple(make_counter(ref, "2025-06-29", NO_UNIT, n="1") for ref in refs), ())
    assert [row.source for row in list_goal_rows(counters, NAMES, DAY)] == [HIT, BUILT_IN, DEFINED]


def test_hits_are_told_by_outcome_in_the_order_of_time() -> None:
    zero = {"accepted": 0, "rejected": 0, "bot": 0, "test": 0}
    assert list_hit_rows(COUNTERS, DAY) == [
        HitRow("2025-06-29", zero | {"rejected": 1}),
        HitRow("2025-06-30", zero | {"accepted": 4, "bot": 2}),
    ]
    assert list_hit_rows(COUNTERS, HOUR)[1:] == [
        HitRow("2025-06-30 00:00", zero | {"accepted": 3}),
        HitRow("2025-06-30 01:00", zero | {"accepted": 1, "bot": 2}),
    ]
    assert list_hit_rows(COUNTERS, TOTAL) == [HitRow("", zero | {"accepted": 4, "rejected": 1, "bot": 2})]


def test_a_pixel_without_goals_reports_its_accepted_hits() -> None:
    assert list_triggers(list_hit_rows(COUNTERS, DAY)) == [GoalRow("trigger", "trigger", "2025-06-30", 4)]


def test_the_goal_with_most_conversions_comes_first() -> None:
    rows = [
        GoalRow("B", HIT, "2025-06-30", 2),
        GoalRow("A", HIT, "2025-06-29", 2),
        GoalRow("C", HIT, "2025-06-29", 1),
        GoalRow("C", HIT, "2025-06-28", 4),
        GoalRow("A", DEFINED, "2025-06-29", 2),
    ]
    c, a, b = [rows[3], rows[2]], rows[1], rows[0]
    assert sort_rows(rows, by_count=False) == [c, [rows[4]], [a], [b]]
    by_channel = [GoalRow("A", HIT, "x", 1), GoalRow("A", HIT, "y", 3)]
    assert sort_rows(by_channel, by_count=True) == [[by_channel[1], by_channel[0]]]


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0"),
        ("5.0000", "5"),
        ("12.5", "12.50"),
        ("-0.5000", "-0.50"),
        ("0.0001", "0.0001"),
        ("1E+3", "1000"),
        ("99999999999999999999999999.9999", "99999999999999999999999999.9999"),
    ],
)
def test_an_amount_is_written_exactly_with_cents_where_it_has_a_fraction(amount: str, text: str) -> None:
    assert write_amount(Decimal(amount)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_what_is_written_is_the_amount(amount: Decimal) -> None:
    assert Decimal(write_amount(amount)) == amount
