"""What one transaction does: increments by hour, day and in all, marks of sessions, and its size."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from pixelweave.goal_plan import Change, list_marks, make_entry, plan_changes, split_moment
from pixelweave.goal_store import (
    MAX_PARTS,
    CountConflictError,
    CountPlan,
    EntryKey,
    Mark,
    MarkKey,
)

from tests.unit.goal.oracle import count_entries, count_marks
from tests.unit.goal.sample import DAY, GOALS, HOUR, NEXT_DAY, T0, draw_conversions, enter, make

if TYPE_CHECKING:
    from pixelweave.conversion import Conversion

A, B = (make(0, session=name).session or "" for name in "ab")


def change(before: Conversion | None, after: Conversion | None) -> dict[EntryKey, Change]:
    one = before or after
    assert one is not None
    return {
        EntryKey(one.goal, one.once): (
            None if before is None else make_entry(before),
            None if after is None else make_entry(after),
        )
    }


def told(plan: CountPlan) -> dict[tuple[str | None, str], dict[str, int | str]]:
    """Increments by day and unit, values as text."""
    return {
        (key.day, key.unit): {
            name: str(amount) if name.startswith("v") else int(amount)
            for name, amount in sorted(amounts.items())
        }
        for key, amounts in plan.increments.items()
    }


def mark_of(session: str, day: str | None, before: dict[str, int]) -> dict[MarkKey, Mark]:
    return {MarkKey(GOALS[0], session, day): Mark(before, 5)}


def test_a_conversion_of_a_new_session_counts_by_hour_by_day_and_in_all() -> None:
    plan = plan_changes(change(None, make(1, session="a", value="2.50", unit="EUR")), {})
    assert told(plan) == {
        (DAY, "EUR"): {"n": 1, "n22": 1, "v": "2.50", "v22": "2.50"},
        (None, "EUR"): {"n": 1, "v": "2.50"},
        (DAY, ""): {"s": 1, "s22": 1},
        (None, ""): {"s": 1},
    }
    assert plan.marks == {
        MarkKey(GOALS[0], A, DAY): (Mark({}), Mark({"22": 1}, 1)),
        MarkKey(GOALS[0], A, None): (Mark({}), Mark({"": 1}, 1)),
    }


def test_a_conversion_without_value_and_session_is_only_a_number() -> None:
    plan = plan_changes(change(None, make(1)), {})
    assert told(plan) == {(DAY, ""): {"n": 1, "n22": 1}, (None, ""): {"n": 1}}
    assert not plan.marks


def test_a_value_of_nothing_adds_no_value() -> None:
    plan = plan_changes(change(None, make(1, value="-0.00", unit="EUR")), {})
    assert told(plan) == {(DAY, "EUR"): {"n": 1, "n22": 1}, (None, "EUR"): {"n": 1}}


def test_an_entry_that_goes_takes_away_what_it_gave() -> None:
    gone = make(1, session="a", value="2.50", unit="EUR")
    marks = mark_of(A, DAY, {"22": 1}) | mark_of(A, None, {"": 1})
    plan = plan_changes(change(gone, None), marks)
    assert told(plan) == {
        (DAY, "EUR"): {"n": -1, "n22": -1, "v": "-2.50", "v22": "-2.50"},
        (None, "EUR"): {"n": -1, "v": "-2.50"},
        (DAY, ""): {"s": -1, "s22": -1},
        (None, ""): {"s": -1},
    }
    # Emptied, not deleted: a version never comes back.
    assert [new for _, new in plan.marks.values()] == [Mark({}, 6), Mark({}, 6)]


def test_hour_value_and_session_move_with_the_entry() -> None:
    later, earlier = make(2, at=T0 + 2 * HOUR, session="b", value="5"), make(1, session="a", value="2")
    marks = mark_of(B, NEXT_DAY, {"00": 1}) | mark_of(B, None, {"": 1})
    assert told(plan_changes(change(later, earlier), marks)) == {
        (NEXT_DAY, "points"): {"n": -1, "n00": -1, "v": "-5", "v00": "-5"},
        (DAY, "points"): {"n": 1, "n22": 1, "v": "2", "v22": "2"},
        (None, "points"): {"v": "-3"},
        (NEXT_DAY, ""): {"s": -1, "s00": -1},
        (DAY, ""): {"s": 1, "s22": 1},
    }


@pytest.mark.parametrize(
    ("before", "moment", "expected"),
    [
        pytest.param({}, T0, {"s": 1, "s22": 1}, id="the first of the day"),
        pytest.param({"22": 1}, T0, {}, id="the second of the hour"),
        pytest.param({"22": 1}, T0 + HOUR, {"s23": 1}, id="the first of another hour"),
    ],
)
def test_a_session_is_counted_once_an_hour_and_once_a_day(
    before: dict[str, int], moment: int, expected: dict[str, int]
) -> None:
    marks = mark_of(A, DAY, before) | mark_of(A, None, {"": len(before)}) if before else {}
    plan = plan_changes(change(None, make(1, at=moment, session="a", value="1")), marks)
    assert told(plan).get((DAY, ""), {}) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [pytest.param(0, {"s": 1}, id="none before"), pytest.param(1, None, id="one before")],
)
def test_a_session_that_lasts_over_midnight_is_one_session(
    days: int, expected: dict[str, int] | None
) -> None:
    marks = mark_of(A, None, {"": 1}) if days else {}
    plan = plan_changes(change(None, make(1, at=T0 + 2 * HOUR, session="a", value="1")), marks)
    assert told(plan).get((None, "")) == expected
    assert told(plan)[NEXT_DAY, ""] == {"s": 1, "s00": 1}
    assert plan.marks[MarkKey(GOALS[0], A, None)][1].counts == {"": days + 1}


def test_what_cancels_out_is_no_part() -> None:
    same_hour = change(make(2, at=T0 + 1, session="a", value="2"), make(1, session="a", value="2.0"))
    plan = plan_changes(same_hour, mark_of(A, DAY, {"22": 1}) | mark_of(A, None, {"": 1}))
    assert plan.parts == 1
    other_day = change(make(2, at=T0 + 2 * HOUR, session="a"), make(1, session="a"))
    plan = plan_changes(other_day, mark_of(A, NEXT_DAY, {"00": 1}) | mark_of(A, None, {"": 1}))
    assert {key.day for key in plan.marks} == {DAY, NEXT_DAY}
    assert None not in {key.day for key in plan.increments}


def test_marks_older_than_the_entries_are_a_conflict() -> None:
    with pytest.raises(CountConflictError):
        plan_changes(change(make(1, session="a"), None), {})


def test_the_marks_of_old_and_new_entries_are_asked_for() -> None:
    moved = change(make(2, at=T0 + 2 * HOUR, session="b"), make(1, session="a"))
    days = {(A, DAY), (A, None), (B, NEXT_DAY), (B, None)}
    assert list_marks(moved) == {MarkKey(GOALS[0], session, day) for session, day in days}
    assert list_marks(change(make(2), make(1))) == set()


def test_the_largest_change_is_twelve_parts() -> None:
    moved = change(
        make(2, at=T0 + 2 * HOUR, session="b", value="1", unit="USD"),
        make(1, session="a", value="1", unit="EUR"),
    )
    # The old session has another day, so that it stays and the new one adds to all of them.
    plan = plan_changes(moved, mark_of(B, NEXT_DAY, {"00": 1}) | mark_of(B, None, {"": 2}))
    assert (len(plan.entries), len(plan.marks), len(plan.increments)) == (1, 4, 7)


@pytest.mark.parametrize(("sessions", "taken"), [(32, 32), (33, 32)])
def test_a_transaction_takes_as_many_as_fit(sessions: int, taken: int) -> None:
    changes: dict[EntryKey, Change] = {}
    for number in range(sessions):
        changes |= change(None, make(number, f"order:{number}", session=f"s{number}", value="1"))
    plan = plan_changes(changes, {})
    assert list(plan.entries) == list(changes)[:taken]
    assert plan.parts == MAX_PARTS


def test_without_sessions_a_transaction_takes_nearly_a_hundred() -> None:
    changes: dict[EntryKey, Change] = {}
    for number in range(120):
        changes |= change(None, make(number, f"order:{number}", value="1"))
    assert len(plan_changes(changes, {}).entries) == MAX_PARTS - 2


@settings(deadline=None)
@given(old=draw_conversions(60), new=draw_conversions(60))
def test_increments_are_the_difference_of_the_counters(old: list[Conversion], new: list[Conversion]) -> None:
    before, after = enter(*old), enter(*new)
    marks = {key: Mark(counts, 1) for key, counts in count_marks(before).items()}
    changes = {
        key: (before.get(key), after.get(key)) for key in before | after if before.get(key) != after.get(key)
    }
    plan = plan_changes(changes, marks)
    assert plan.parts <= MAX_PARTS
    assert plan.entries if changes else not plan.entries
    then = {
        key: entry for key in before | after if (entry := (after if key in plan.entries else before).get(key))
    }
    sums = {key: dict(amounts) for key, amounts in count_entries(before).items()}
    for counter, amounts in plan.increments.items():
        for name, amount in amounts.items():
            assert amount
            sums.setdefault(counter, {})[name] = sums.get(counter, {}).get(name, Decimal()) + amount
    kept = {key: {name: amount for name, amount in each.items() if amount} for key, each in sums.items()}
    assert {key: each for key, each in kept.items() if each} == count_entries(then)
    counts = {key: mark.counts for key, mark in marks.items()}
    counts |= {key: mark.counts for key, (_, mark) in plan.marks.items()}
    assert {key: each for key, each in counts.items() if each} == count_marks(then)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (1_782_950_399_999, (DAY, "23")),
        (1_782_950_400_000, (NEXT_DAY, "00")),
        (1_782_953_999_999, (NEXT_DAY, "00")),
        (1_782_954_000_000, (NEXT_DAY, "01")),
    ],
)
def test_hours_and_days_end_in_utc(moment: int, expected: tuple[str, str]) -> None:
    assert split_moment(moment) == expected
