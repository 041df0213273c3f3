"""A day that is cleaned while another run packs what came late, whichever of the two makes its next call first."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from itertools import count
from threading import Semaphore, Thread

import pytest
from pixelweave.packing import PackingError
from pixelweave_aws.day_report import CLEANED, LEFT, PACKED

from tests.functional.compaction.lake_room import HOUR, LIMITS, LOG, Room

ROWS = Counter(["row 0", "row 1"])


class SteppedRun:
    """A run that stops before each of its calls until it is let go on."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._may_go, self._has_stopped = Semaphore(0), Semaphore(0)
        self._is_over = False
        Thread(target=self._run, daemon=True).start()
        self._has_stopped.acquire()

    def step(self, times: int) -> None:
        """Make so many calls."""
        for _ in range(times):
            if not self._is_over:
                self._may_go.release()
                self._has_stopped.acquire()

    def _run(self) -> None:
        # Its own version may be deleted before the swap; the next run makes it again.
        with suppress(PackingError):
            self._room.settle(self._stop)
        self._is_over = True
        self._has_stopped.release()

    def _stop(self, _: str) -> None:
        self._has_stopped.release()
        self._may_go.acquire()


def test_cleaning_deletes_no_version_that_another_run_swaps_to_at_that_moment() -> None:
    for done in range(14):
        for further in range(7):
            room = Room()
            for number in range(2):
                room.put(f"{number}.parquet", [f"row {number}"])
            assert room.settle() == PACKED
            room.now += LIMITS.grace_hours * HOUR
            cleaning = SteppedRun(room)
            cleaning.step(2)  # it has listed what is raw
            room.put("late.parquet", ["late"])
            packing = SteppedRun(room)
            packing.step(done)
            cleaning.step(further)
            packing.step(99)
            cleaning.step(99)
            assert room.query() in (ROWS, ROWS + Counter(["late"])), (done, further)


@pytest.mark.parametrize("moment", range(9))
def test_a_day_is_told_to_be_clean_only_if_it_is(moment: int) -> None:
    room = Room()
    for number in range(2):
        room.put(f"{number}.parquet", [f"row {number}"])
    assert room.settle() == PACKED
    room.now += LIMITS.grace_hours * HOUR
    calls = count()

    def send_late(_: str) -> None:
        if next(calls) == moment:
            room.put("late.parquet", ["late"])

    told = room.settle(send_late)
    is_there = any(key.endswith("/0.parquet") for key in room.keys(f"{LOG}/"))
    assert (told == CLEANED) is not is_there
    assert told in (CLEANED, LEFT, PACKED)
