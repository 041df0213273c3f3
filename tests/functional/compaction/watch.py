"""Everybody who reads a day while it is packed, and what may go wrong meanwhile."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pixelweave_aws.day_report import CLEANED

from tests.functional.compaction.lake_room import HOUR, LIMITS

if TYPE_CHECKING:
    from tests.functional.compaction.lake_room import Room


class CrashError(Exception):
    """The end of a run."""


class Watch:
    """Listens at the calls of a run. At each of them everybody looks: a query sees `rows` exactly once, those of `late` too or not yet;
    recounting reads all of both; queries that were planned within the grace find their objects."""

    def __init__(self, room: Room, rows: Counter[str], late: Counter[str] | None = None) -> None:
        self._room = room
        self._rows = rows
        self._late = late or Counter[str]()
        self._planned: dict[tuple[str, ...], float] = {}
        self._crash: int | None = None
        self.calls: list[str] = []

    def begin(self, crash: int | None = None) -> None:
        """A run begins, which ends before its call of this number, from 0."""
        self._crash = crash
        self.calls = []

    def hear(self, call: str) -> None:
        """A call is about to be made."""
        self.look()
        if len(self.calls) == self._crash:
            raise CrashError
        self.calls.append(call)

    def look(self) -> None:
        """Query, recount, and finish what was planned before."""
        room = self._room
        keys = room.plan()
        assert room.read(keys) in (self._rows, self._rows + self._late)
        assert room.recount() == self._rows + self._late
        self._planned[keys] = room.now
        for planned, moment in self._planned.items():
            if room.now < moment + LIMITS.grace_hours * HOUR:
                assert all(key in room.s3.objects for key in planned)

    def run(self, crash: int | None = None) -> str | None:
        """Let a run settle the day while everybody looks; its state, None where it crashed."""
        self.begin(crash)
        try:
            state = self._room.settle(self.hear)
        except CrashError:
            state = None
        self.look()
        return state

    def finish(self) -> None:
        """Let runs come one after the other, some within the grace, until one has cleaned the day."""
        for pause in (1, 1, LIMITS.grace_hours - 2, 1, 1, LIMITS.grace_hours):
            self._room.now += pause * HOUR
            if self.run() == CLEANED:
                break
        assert self._room.query() == self._rows + self._late
        assert self._room.list_leftovers() == []
