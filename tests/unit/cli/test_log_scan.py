"""Since when the log is there to be held against."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pixelweave_aws.lake_object import LakeObject
from pixelweave_cli.log_scan import DAY_MS, find_kept_start

NOW = int(datetime(2025, 6, 30, 13, tzinfo=UTC).timestamp() * 1000)
MIDNIGHT = int(datetime(2025, 6, 30, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("first_day", "retention", "start"),
    [
        (None, None, NOW),
        (None, 30, NOW),
        (date(2025, 6, 1), None, MIDNIGHT - 29 * DAY_MS),
        # Objects of the first day and the next may have gone.
        (date(2025, 6, 1), 30, MIDNIGHT - 27 * DAY_MS),
        # The log is older than it may be: what is about to go is not trusted.
        (date(2025, 5, 1), 30, NOW - 30 * DAY_MS),
    ],
)
def test_the_log_is_whole_since_its_first_day_unless_objects_expire(
    first_day: date | None, retention: int | None, start: int
) -> None:
    later = LakeObject("events/dt=2025-06-29/a", 1, date(2025, 6, 29))
    found = [] if first_day is None else [later, LakeObject("events/x", 1, first_day)]
    assert find_kept_start(found, retention, NOW) == start
