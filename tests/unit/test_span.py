"""Spans of time as text."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pixelweave.span import SpanError, is_span, read_span, write_span


@pytest.mark.parametrize(
    ("text", "minutes", "written"),
    [
        ("15m", 15, "15m"),
        ("60m", 60, "1h"),
        ("24h", 1440, "1d"),
        (" 7d ", 7 * 1440, "7d"),
        ("2w", 14 * 1440, "14d"),
        ("99999m", 99_999, "99999m"),
    ],
)
def test_a_span_is_read_and_written_in_its_largest_unit_below_weeks(
    text: str, minutes: int, written: str
) -> None:
    span = read_span(text)
    assert is_span(text)
    assert span == timedelta(minutes=minutes)
    assert write_span(span) == written
    assert read_span(written) == span


@pytest.mark.parametrize("text", ["", "7", "d", "7 d", "-7d", "1.5h", "7D", "100000m", "7d\n8d", "٧d"])
def test_anything_else_is_no_span(text: str) -> None:
    assert not is_span(text)
    with pytest.raises(SpanError, match="is not a span of time"):
        read_span(text)


@pytest.mark.parametrize("span", [timedelta(), timedelta(seconds=59), timedelta(minutes=1, seconds=1)])
def test_what_is_no_whole_number_of_minutes_has_no_text(span: timedelta) -> None:
    with pytest.raises(SpanError, match="not a whole number of minutes"):
        write_span(span)
