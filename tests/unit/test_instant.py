"""Moments from the wire."""

import pytest
from pixelweave.instant import InstantError, parse_epoch_ms, parse_instant

NOW = 1_782_907_200_000


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        (str(NOW), NOW),
        ("2026-07-01T12:00:00Z", NOW),
        ("2026-07-01T14:00:00+02:00", NOW),
        ("2026-07-01T12:00:00.250Z", NOW + 250),
        ("2000-01-01T00:00:00Z", 946_684_800_000),
        ("2026-07-02T12:00:00Z", NOW + 86_400_000),
    ],
)
def test_milliseconds_and_iso_8601_mean_the_same(text: str, moment: int) -> None:
    assert parse_instant(text, NOW) == moment


@pytest.mark.parametrize(
    "text",
    ["", "now", "2026-07-01T12:00:00", "2026-07-01", "1999-12-31T23:59:59Z", "2026-07-02T12:00:00.001Z", "1782907200",
     "-1", "1" * 16, "١٧٨٢٩٠٧٢٠٠٠٠٠", "²"],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InstantError):
        parse_instant(text, NOW)


def test_rokt_takes_milliseconds_only() -> None:
    with pytest.raises(InstantError):
        parse_epoch_ms("2026-07-01T12:00:00Z", NOW)
