"""The windows of a definition: against a model that knows for every millisecond which revision is in force."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pixelweave.goal import (
    MAX_CONDITIONS,
    MAX_KEY,
    MAX_PATTERN,
    Condition,
    GoalRecord,
    GoalSpec,
    define_goal,
    revise_goal,
    widen_goal,
)
from pixelweave.goal_window import MAX_WINDOWS, Window, WindowError

T0 = 1_782_907_200_000
# The model's stretch of time, in milliseconds after T0; whatever is open ends after it.
END = 24


def spec(number: int = 0, begin: int | None = None, end: int | None = None) -> GoalSpec:
    """A definition that differs by its number, in force from `begin` to `end` (milliseconds after T0)."""
    return GoalSpec(
        name="Buy",
        conditions=(Condition(field="name", pattern=f"buy {number}"),),
        enabled_from=None if begin is None else moment(begin),
        enabled_to=None if end is None else moment(end),
    )


def moment(after: int) -> datetime:
    return datetime.fromtimestamp(T0 // 1000, UTC) + timedelta(milliseconds=after)


def define(now: int = 0, begin: int | None = None, end: int | None = None) -> GoalRecord:
    return define_goal(spec(0, begin, end), pixel_id="px", goal_id="g", now=T0 + now)


def tell(record: GoalRecord) -> list[tuple[int, int | None, int]]:
    """Windows from, to (milliseconds after T0) and revision."""
    return [
        (each.starts_at - T0, None if each.ends_at is None else each.ends_at - T0, each.revision)
        for each in record.windows
    ]


def spread(record: GoalRecord) -> list[GoalSpec | None]:
    return [record.find_spec(T0 + after) for after in range(END)]


moments = st.integers(0, END - 1)


@st.composite
def draw_spec(draw: st.DrawFn, number: int) -> GoalSpec:
    begin = draw(st.none() | moments)
    end = draw(st.none() | st.integers(0 if begin is None else begin + 1, END))
    return spec(number, begin, end)


def put(model: list[GoalSpec | None], present: GoalSpec, starts: int, ends: int) -> None:
    """Of each millisecond of a stretch in which it is enabled."""
    for after in range(starts, ends):
        begins = present.enabled_from is None or present.enabled_from <= moment(after)
        if begins and (present.enabled_to is None or moment(after) < present.enabled_to):
            model[after] = present


@settings(deadline=None)
@given(data=st.data())
def test_each_moment_meets_the_revision_that_was_put_there_last(data: st.DataObject) -> None:
    now = data.draw(moments)
    record = define_goal(data.draw(draw_spec(0)), pixel_id="px", goal_id="g", now=T0 + now)
    model: list[GoalSpec | None] = [None] * END
    put(model, record.spec, now, END)
    for number in range(1, data.draw(st.integers(1, 8))):
        if data.draw(st.booleans()):
            now = data.draw(st.integers(now, END - 1))
            record = revise_goal(record, data.draw(draw_spec(number)), T0 + now)
            model[now:] = [None] * (END - now)
            put(model, record.spec, now, END)
        else:
            starts = data.draw(moments)
            ends = data.draw(st.integers(starts + 1, END))
            put(model, record.spec, starts, ends)
            try:
                record = widen_goal(record, T0 + starts, T0 + ends)
            except WindowError:
                continue
        assert spread(record) == model
        assert_tidy(record.windows)
    assert spread(record) == model


def assert_tidy(windows: tuple[Window, ...]) -> None:
    """Sorted, none empty, none over another, none that could be one with the next."""
    assert all(each.ends_at is None or each.starts_at < each.ends_at for each in windows)
    for one, other in pairwise(windows):
        assert one.ends_at is not None
        assert one.ends_at <= other.starts_at
        assert one.ends_at < other.starts_at or one.revision != other.revision


@pytest.mark.parametrize(
    ("begin", "end", "windows"),
    [
        pytest.param(None, None, [(5, None, 0)], id="from now on"),
        pytest.param(4, None, [(5, None, 0)], id="from is over"),
        pytest.param(6, None, [(6, None, 0)], id="from is later"),
        pytest.param(None, 6, [(5, 6, 0)], id="to"),
        pytest.param(None, 5, [], id="to is now"),
    ],
)
def test_a_new_goal_is_in_force_from_now_on_as_far_as_it_says(
    begin: int | None, end: int | None, windows: list[tuple[int, int | None, int]]
) -> None:
    assert tell(define(5, begin, end)) == windows


def test_a_window_ends_before_its_end() -> None:
    record = define(2, None, 5)
    assert [record.find_spec(T0 + after) is not None for after in range(1, 6)] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_a_change_leaves_what_was() -> None:
    record = revise_goal(define(), spec(1), T0 + 10)
    assert tell(record) == [(0, 10, 0), (10, None, 1)]
    assert (record.version, record.spec) == (2, spec(1))
    found = record.find_spec(T0 + 9)
    assert found == spec(0)


def test_a_change_takes_a_window_back_that_was_still_to_come() -> None:
    assert tell(revise_goal(define(0, 15), spec(1), T0 + 10)) == [(10, None, 0)]


def test_the_past_is_taken_over_by_the_present_definition() -> None:
    record = revise_goal(define(), spec(1), T0 + 10)
    assert tell(widen_goal(record, T0 + 4, T0 + 6)) == [(0, 4, 0), (4, 6, 1), (6, 10, 0), (10, None, 1)]
    assert tell(widen_goal(record, T0 + 4, T0 + 10)) == [(0, 4, 0), (4, None, 1)]
    assert tell(widen_goal(record, T0 - 9, T0 + 99)) == [(-9, None, 0)]
    assert widen_goal(record, T0 + 4, T0 + 6).version == record.version + 1


def test_widening_twice_is_widening_once() -> None:
    record = widen_goal(define(10), T0, T0 + 5)
    assert widen_goal(record, T0, T0 + 5).windows == record.windows


@pytest.mark.parametrize(("ends", "is_refused"), [(3, True), (4, False)])
def test_a_stretch_in_which_the_goal_is_not_enabled_is_refused(ends: int, is_refused: bool) -> None:
    record = define(10, 3)
    if is_refused:
        with pytest.raises(WindowError):
            widen_goal(record, T0, T0 + ends)
    else:
        assert tell(widen_goal(record, T0, T0 + ends)) == [(3, 4, 0), (10, None, 0)]


def test_a_goal_keeps_its_name() -> None:
    with pytest.raises(ValueError, match="name"):
        revise_goal(define(), spec(1).model_copy(update={"name": "Sell"}), T0)


def test_a_record_keeps_fifty_windows() -> None:
    record = define()
    for number in range(1, MAX_WINDOWS):
        record = revise_goal(record, spec(number), T0 + number)
    assert len(record.windows) == MAX_WINDOWS
    with pytest.raises(WindowError):
        revise_goal(record, spec(MAX_WINDOWS), T0 + MAX_WINDOWS)
    # One that takes another's place is no window more.
    assert len(revise_goal(record, spec(99), T0 + MAX_WINDOWS - 1).windows) == MAX_WINDOWS


def test_a_record_of_the_longest_definitions_fits_into_an_item() -> None:
    longest = "\U0001f600"
    conditions = tuple(
        Condition(field="label", key=longest * MAX_KEY, pattern=longest * MAX_PATTERN)
        for _ in range(MAX_CONDITIONS)
    )
    changed = GoalSpec(name="Buy", conditions=conditions)
    records = [define()]

    def change_without_end() -> None:
        for number in range(1, MAX_WINDOWS):
            records.append(revise_goal(records[-1], changed, T0 + number))

    with pytest.raises(WindowError, match="so much text"):
        change_without_end()
    record = records[-1]
    # DynamoDB counts names and values in UTF-8, and a few bytes for each (developer guide, «Item sizes and formats»).
    assert 300_000 < len(record.model_dump_json().encode()) < 400_000
    assert len(record.revisions) > 10
    # What is long can still be made short, once no window has the long ones any more.
    assert widen_goal(record, T0, T0 + MAX_WINDOWS).version == record.version + 1


@pytest.mark.parametrize("year", [1970, 1987, 2026, 3084, 9999])
def test_a_limit_is_read_to_the_millisecond(year: int) -> None:
    begins = datetime(year, 1, 12, 5, 36, 59, 216_000, tzinfo=UTC)
    for number in range(0, 1000, 7):
        enabled = spec().model_copy(update={"enabled_from": begins + timedelta(milliseconds=number)})
        (window,) = define_goal(enabled, pixel_id="px", goal_id="g", now=-1).windows
        whole = int(begins.replace(microsecond=0).timestamp()) * 1000
        assert window.starts_at == whole + 216 + number


def test_a_revision_that_was_never_in_force_is_forgotten() -> None:
    record = define()
    for number in range(1, 4 * MAX_WINDOWS):
        record = revise_goal(record, spec(number, end=1), T0 + 10)
    assert [each.conditions[0].pattern for each in record.revisions] == [
        "buy 0",
        f"buy {4 * MAX_WINDOWS - 1}",
    ]
    assert tell(record) == [(0, 10, 0)]
