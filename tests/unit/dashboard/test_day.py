"""Which days are to be computed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pixelweave.dashboard_day import MAX_DAYS, find_first_open, list_months
from pixelweave.dashboard_index import PublishedFunnel
from pixelweave.dashboard_part import PARTS, choose_parts

NOW = datetime(2025, 7, 10, 2, 0, tzinfo=UTC)
(ACTIVITY,) = choose_parts(["activity"])
FUNNELS = [
    PublishedFunnel(name="short", by="session", within_ms=60_000, steps=("a", "b")),
    PublishedFunnel(name="long", by="person", within_ms=7 * 86_400_000, steps=("a", "b")),
]


@pytest.mark.parametrize(
    ("computed_at", "first"),
    [
        ("2025-07-09T02:00:00", "2025-07-08"),  # as every night: today, yesterday, the day before
        ("2025-07-09T00:59:59", "2025-07-07"),  # the seventh ended 24 hours and 59 minutes before
        ("2025-07-09T01:00:00", "2025-07-08"),  # and 25 hours
        ("2025-07-10T01:59:59", "2025-07-09"),  # an impatient user
        ("2025-06-01T02:00:00", "2025-05-31"),  # nothing ran for weeks
        ("2020-01-01T00:00:00", "2024-06-05"),  # and no history is longer than MAX_DAYS
    ],
)
def test_a_day_is_closed_when_it_was_computed_a_day_and_an_hour_after_its_end(
    computed_at: str, first: str
) -> None:
    moment = datetime.fromisoformat(computed_at).replace(tzinfo=UTC)
    assert find_first_open(ACTIVITY, moment, NOW, []) == date.fromisoformat(first)


def test_what_was_never_computed_is_due_as_a_whole() -> None:
    oldest = NOW.date() - timedelta(days=MAX_DAYS)
    assert find_first_open(ACTIVITY, None, NOW, []) == oldest
    assert find_first_open(ACTIVITY, None, NOW, [], date(2025, 7, 1)) == oldest


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ("2025-06-01", "2025-06-01"),
        ("2025-07-09", "2025-07-08"),  # a day in between would be open for ever
        ("2020-01-01", "2024-06-05"),
    ],
)
def test_more_days_can_be_asked_for_but_no_open_one_left_out(wanted: str, first: str) -> None:
    computed_at = NOW - timedelta(days=1)
    found = find_first_open(ACTIVITY, computed_at, NOW, [], date.fromisoformat(wanted))
    assert found == date.fromisoformat(first)


def test_a_day_of_a_funnel_is_open_for_as_long_as_the_longest_may_take() -> None:
    computed_at = NOW - timedelta(days=1)
    firsts = {part.name: find_first_open(part, computed_at, NOW, FUNNELS) for part in PARTS}
    assert firsts.pop("funnels") == date(2025, 7, 1)
    assert firsts.pop("identity") == date(2025, 6, 24)
    assert firsts.pop("reach") == date(2025, 5, 9)
    assert set(firsts.values()) == {date(2025, 7, 8)}
    (funnels,) = choose_parts(["funnels"])
    assert find_first_open(funnels, computed_at, NOW, FUNNELS[:1]) == date(2025, 7, 8)
    assert find_first_open(funnels, computed_at, NOW, []) == date(2025, 7, 8)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2025-06-30", "2025-06-30", ["2025-06"]),
        ("2025-06-30", "2025-07-01", ["2025-06", "2025-07"]),
        ("2024-11-30", "2025-02-01", ["2024-11", "2024-12", "2025-01", "2025-02"]),
    ],
)
def test_days_lie_in_months(first: str, last: str, months: list[str]) -> None:
    assert list_months(date.fromisoformat(first), date.fromisoformat(last)) == months


def test_parts_are_chosen_by_name_in_their_own_order() -> None:
    assert choose_parts() == PARTS
    assert [part.name for part in choose_parts(["quality", "activity"])] == ["activity", "quality"]
    with pytest.raises(
        ValueError, match="people, x is no part of the dashboard; there are activity, reach, "
    ):
        choose_parts(["goals", "x", "people"])
