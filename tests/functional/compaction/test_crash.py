"""A run may end before any of its calls: nobody ever sees a row twice or misses one, and the runs after it finish the work.

An answer that is lost is a crash before the next call.
"""

from __future__ import annotations

from collections import Counter
from itertools import count

import pytest
from pixelweave_aws.day_report import CLEANED, PACKED

from tests.functional.compaction.lake_room import DAY, HOUR, LIMITS, Room
from tests.functional.compaction.watch import Watch

ROWS = Counter({"a 1": 1, "a 2": 1, "b 1": 1, "twice": 2, **{f"row {n:02}": 1 for n in range(30)}})
LATE = Counter({"late 1": 1, "twice": 1})
GRACE = LIMITS.grace_hours * HOUR


def make_room() -> Room:
    """A lake whose day is of six objects, which make several groups."""
    room = Room()
    lines = sorted(ROWS.elements())
    for number in range(6):
        room.put(f"{number}.parquet", lines[number::6])
    return room


def test_a_crash_while_a_day_is_packed_costs_nobody_a_row() -> None:
    for at in count():
        watch = Watch(make_room(), ROWS)
        state = watch.run(at)
        assert state in (None, PACKED)
        watch.finish()
        if state == PACKED:
            assert at > 10
            return


def test_a_crash_after_a_crash_costs_nobody_a_row_either() -> None:
    for first in range(0, 24, 3):
        for second in range(0, 24, 2):
            watch = Watch(make_room(), ROWS)
            watch.run(first)
            watch.run(second)
            watch.finish()


def test_a_crash_while_a_day_is_cleaned_deletes_nothing_that_is_read() -> None:
    for at in count():
        watch = Watch(room := make_room(), ROWS)
        assert watch.run() == PACKED
        room.s3.objects[f"packed/events/dt={DAY}/0ld/part-00000.parquet"] = (b"of a run that died\n", {})
        room.now += GRACE
        state = watch.run(at)
        assert state in (None, CLEANED)
        watch.finish()
        if state == CLEANED:
            return


@pytest.mark.parametrize("is_cleaned", [False, True])
def test_a_crash_while_late_rows_are_packed_costs_nobody_a_row(*, is_cleaned: bool) -> None:
    for at in count():
        watch = Watch(room := make_room(), ROWS)
        assert watch.run() == PACKED
        if is_cleaned:
            watch.finish()
        room.put("z late.parquet", LATE.elements())
        watch = Watch(room, ROWS, LATE)
        state = watch.run(at)
        assert state in (None, PACKED)
        watch.finish()
        if state == PACKED:
            return
