"""Packed days whose objects have expired: their partitions still point to where they lay."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pixelweave.packing import PackingError
from pixelweave_aws.day_report import CLEANED, PACKED
from pixelweave_aws.lake_object import LakeObjects
from pixelweave_aws.packed_day import LogStore
from pixelweave_aws.packed_log import PackedLog

from tests.functional.compaction.lake_room import BUCKET, DAY, HOUR, LIMITS, LOG, Room

NEXT = DAY + timedelta(days=1)


@pytest.fixture
def room() -> Room:
    """A packed day of which nothing is left, and a raw one after it."""
    room = Room()
    for number in range(2):
        room.put(f"{number}.parquet", [f"row {number}"])
    assert room.settle() == PACKED
    room.now += LIMITS.grace_hours * HOUR
    assert room.settle() == CLEANED
    room.s3.objects.clear()
    room.put("next.parquet", ["kept"], NEXT)
    return room


def read(room: Room, expired: date | None) -> list[str]:
    """The keys of both days for whoever recounts, when days up to `expired` are gone."""
    log = PackedLog(LogStore(room.s3.client(), BUCKET, LOG), room.partitions, lambda: expired)
    return [each.key for each in LakeObjects(room.s3.client(), BUCKET, log).list_events(DAY, NEXT)]


def test_a_packed_day_that_has_expired_has_no_objects(room: Room) -> None:
    assert read(room, DAY) == [f"{LOG}/dt={NEXT}/next.parquet"]


@pytest.mark.parametrize("expired", [None, DAY - timedelta(days=1)])
def test_a_packed_day_that_is_gone_before_its_time_is_refused(room: Room, expired: date | None) -> None:
    with pytest.raises(PackingError, match="neither raw nor packed"):
        read(room, expired)


def test_the_buckets_rules_are_asked_for_once_for_all_days(room: Room) -> None:
    room.put("more.parquet", ["more"], NEXT)
    room.now += 24 * HOUR
    assert room.compaction().settle(NEXT).state == PACKED
    room.s3.objects.clear()
    asked: list[date] = []

    def read_expired() -> date:
        asked.append(NEXT)
        return NEXT

    log = PackedLog(LogStore(room.s3.client(), BUCKET, LOG), room.partitions, read_expired)
    assert (log.read(DAY, NEXT), asked) == ({}, [NEXT])
