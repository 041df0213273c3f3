"""A day that is cleaned while another run packs what came late."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pixelweave_aws.day_report import PACKED
from pixelweave_aws.packed_day import LogStore

from tests.functional.compaction.lake_room import DAY, HOUR, LIMITS, Room

if TYPE_CHECKING:
    from datetime import date

    import pytest


def test_a_version_that_another_run_swaps_to_is_not_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room()
    for number in range(2):
        room.put(f"{number}.parquet", [f"row {number}"])
    assert room.settle() == PACKED
    room.now += LIMITS.grace_hours * HOUR
    list_others = LogStore.list_others

    def list_after_a_swap(store: LogStore, day: date, version: str) -> list[str]:
        monkeypatch.undo()
        room.put("late.parquet", ["late"])
        assert room.settle() == PACKED
        return list_others(store, day, version)

    monkeypatch.setattr(LogStore, "list_others", list_after_a_swap)
    room.compaction().settle(DAY)
    assert room.query() == Counter(["row 0", "row 1", "late"])
    assert room.recount() == room.query()
