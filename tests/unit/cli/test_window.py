"""Windows of time as they are typed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pixelweave_cli.failure import InputError
from pixelweave_cli.window import parse_moment, parse_window

NOW = datetime(2025, 6, 30, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("15m", datetime(2025, 6, 30, 13, 15, tzinfo=UTC)),
        ("24h", datetime(2025, 6, 29, 13, 30, tzinfo=UTC)),
        ("7d", datetime(2025, 6, 23, 13, 30, tzinfo=UTC)),
        ("2w", datetime(2025, 6, 16, 13, 30, tzinfo=UTC)),
        ("2025-06-01", datetime(2025, 6, 1, tzinfo=UTC)),
        ("2025-06-01T10:00:00", datetime(2025, 6, 1, 10, tzinfo=UTC)),
        ("2025-06-01T10:00:00+02:00", datetime(2025, 6, 1, 8, tzinfo=UTC)),
        (" 2025-06-01T10:00:00Z ", datetime(2025, 6, 1, 10, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read(text: str, moment: datetime) -> None:
    assert parse_moment(text, NOW, "--since") == moment


@pytest.mark.parametrize(
    "text", ["", "7", "d", "7y", "-1d", "100000d", "now", "2025-13-01", "0001-01-01T00:00+14:00"]
)
def test_what_is_no_moment_is_refused_by_its_option(text: str) -> None:
    with pytest.raises(InputError, match=r"^--until: .* is not a time; write 15m"):
        parse_moment(text, NOW, "--until")


@pytest.mark.parametrize(
    ("since", "until", "first_day", "last_day"),
    [
        ("1h", None, date(2025, 6, 29), date(2025, 7, 1)),
        ("2025-05-01", "2025-05-02", date(2025, 4, 30), date(2025, 5, 17)),
        ("2025-06-29", "2025-06-30", date(2025, 6, 28), date(2025, 7, 1)),
        ("2025-08-01", "2025-08-02", date(2025, 7, 31), date(2025, 7, 31)),
    ],
)
def test_partitions_reach_from_the_day_before_to_the_latest_redelivery(
    since: str, until: str | None, first_day: date, last_day: date
) -> None:
    window = parse_window(since, until, NOW.timestamp())
    assert (window.first_day, window.last_day) == (first_day, last_day)


@pytest.mark.parametrize("until", ["2025-06-01", "2025-05-31"])
def test_an_end_that_is_not_after_the_start_is_refused(until: str) -> None:
    assert parse_window("2025-06-01", "2025-06-01T00:00:01", NOW.timestamp()).until is not None
    with pytest.raises(InputError, match="is not after --since"):
        parse_window("2025-06-01", until, NOW.timestamp())


def test_a_day_without_a_day_before_it_is_refused() -> None:
    with pytest.raises(InputError, match="too far away"):
        parse_window("0001-01-01", None, NOW.timestamp())
