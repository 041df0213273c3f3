"""When a day is packed, when it is cleaned, and when it is left alone."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from pixelweave.packing import OverwrittenError, PackingError
from pixelweave_aws.compact_run import UNSETTLED, CompactRun
from pixelweave_aws.day_report import (
    ARRIVING,
    CLEANED,
    LEFT,
    PACKED,
    REFUSED,
    UNFINISHED,
    WAITING,
    WOULD_CLEAN,
    WOULD_PACK,
)

from tests.functional.compaction.lake_room import DAY, HOUR, LIMITS, LOG, SETTLED, Room

GRACE = LIMITS.grace_hours * HOUR
RAW = f"events/dt={DAY}/"


@pytest.fixture
def room() -> Room:
    """A lake whose day is of three objects."""
    made = Room()
    for number in range(3):
        made.put(f"{number}.parquet", [f"row {number}", "same"])
    return made


def test_a_day_is_settled_so_many_hours_after_its_end_and_not_a_second_before(room: Room) -> None:
    assert room.compaction().list_days() == [DAY]
    room.now = SETTLED - 1
    assert room.compaction().list_days() == []


def test_a_packed_day_has_fewer_objects_and_the_same_rows(room: Room) -> None:
    before = room.query()
    report = room.compaction().settle(DAY)
    assert (report.state, report.objects_before, report.objects_after) == (PACKED, 3, 1)
    assert (report.rows, room.query()) == (6, before)
    assert before["same"] == 3
    assert room.locate().startswith(f"packed/events/dt={DAY}/")


def test_a_single_object_is_left_where_it_is() -> None:
    room = Room()
    assert room.settle() == LEFT
    room.put("0.parquet", ["row"])
    assert room.settle() == LEFT
    assert room.locate() == RAW
    room.put("1.parquet", ["row"])
    assert room.settle() == PACKED


def test_what_was_packed_is_deleted_when_the_grace_is_over_and_not_a_second_before(room: Room) -> None:
    assert room.settle() == PACKED
    room.now += GRACE - 1
    assert room.settle() == WAITING
    assert len(room.keys(RAW)) == 3
    room.now += 1
    assert room.settle() == CLEANED
    assert room.keys(RAW) == []
    assert room.compaction().list_days() == []


def test_a_late_object_begins_the_grace_anew(room: Room) -> None:
    assert room.settle() == PACKED
    first = room.locate()
    room.now += GRACE
    room.put("late.parquet", ["late"])
    assert room.settle() == PACKED
    assert room.query()["late"] == 1
    assert room.locate() != first
    room.now += GRACE - 1
    assert room.settle() == WAITING
    assert room.keys(first)
    room.now += 1
    assert room.settle() == CLEANED
    assert room.list_leftovers() == []


def test_an_object_that_comes_while_its_day_is_packed_leaves_the_swap_to_the_next_run(room: Room) -> None:
    def arrive(call: str) -> None:
        if call == "PutObject":
            room.put("late.parquet", ["late"])

    assert room.settle(arrive) == ARRIVING
    assert room.locate() == RAW
    assert room.settle() == PACKED
    assert room.query()["late"] == 1


def test_a_dry_run_writes_nothing(room: Room) -> None:
    keys = room.keys()
    assert room.compaction().settle(DAY, dry_run=True).state == WOULD_PACK
    assert (room.keys(), room.locate()) == (keys, RAW)
    room.settle()
    room.now += GRACE
    keys = room.keys()
    assert room.compaction().settle(DAY, dry_run=True).state == WOULD_CLEAN
    assert room.keys() == keys


def test_a_run_without_time_keeps_what_it_has_made_for_the_next() -> None:
    room = Room()
    for number in range(6):
        room.put(f"{number}.parquet", [f"row {number} " + "x" * 40])
    answers = iter([True, False])
    assert room.compaction(has_time=lambda: next(answers)).settle(DAY).state == UNFINISHED
    assert room.locate() == RAW
    calls: list[str] = []
    assert room.settle(calls.append) == PACKED
    assert len(room.plan()) == 3
    # Two objects and the manifest: the first object was there.
    assert calls.count("PutObject") == 3


def test_a_raw_object_that_was_overwritten_refuses_its_day_and_is_not_deleted(room: Room) -> None:
    room.settle()
    room.put("1.parquet", ["other"])
    room.now += GRACE
    with pytest.raises(OverwrittenError, match=r"1\.parquet"):
        room.settle()
    assert len(room.keys(RAW)) == 3


@pytest.mark.parametrize("damage", ["gone", "other", "more"])
def test_nothing_is_deleted_while_the_packed_objects_are_not_what_the_manifest_says(
    room: Room, damage: str
) -> None:
    room.settle()
    (key,) = room.plan()
    if damage == "gone":
        del room.s3.objects[key]
    else:
        name = key if damage == "other" else f"{key}.copy"
        room.s3.objects[name] = (b"row 0\n", {})
    room.now += GRACE
    with pytest.raises(PackingError, match="not what its manifest says"):
        room.settle()
    room.put("late.parquet", ["late"])
    calls: list[str] = []
    with pytest.raises(PackingError, match="not what its manifest says"):
        room.settle(calls.append)
    assert "PutObject" not in calls
    assert len(room.keys(RAW)) == 4


def test_readers_are_not_led_to_a_version_that_is_not_what_its_manifest_says(room: Room) -> None:
    def add(call: str) -> None:
        if call == "PutObject":
            (prefix,) = {key.rpartition("/")[0] for key in room.keys("packed/")} or {""}
            room.s3.objects[f"{prefix}/strange"] = (b"row 0\n", {})

    with pytest.raises(PackingError, match="not what its manifest says"):
        room.settle(add)
    assert room.locate() == RAW


@pytest.mark.parametrize("location", ["s3://lake/elsewhere/", f"s3://lake/packed/events/dt={DAY}/gone/", ""])
def test_a_partition_that_somebody_moved_is_left_alone(room: Room, location: str) -> None:
    room.glue.partitions[LOG][str(DAY)]["StorageDescriptor"]["Location"] = location
    with pytest.raises(PackingError, match="neither raw nor packed"):
        room.settle()


def test_nothing_is_deleted_when_somebody_moved_the_partition_meanwhile(room: Room) -> None:
    room.settle()
    room.now += GRACE
    calls: list[str] = []

    def move(call: str) -> None:
        calls.append(call)
        if calls.count("GetPartitions") == 2:
            partition = room.glue.partitions[LOG][str(DAY)]
            partition["StorageDescriptor"]["Location"] = f"s3://lake/{RAW}"

    room.settle(move)
    assert "DeleteObjects" not in calls
    assert len(room.keys(RAW)) == 3


def test_a_day_that_is_not_registered_is_told(room: Room) -> None:
    room.put("0.parquet", ["row"], day=DAY - timedelta(days=9))
    with pytest.raises(PackingError, match="not registered"):
        room.compaction().settle(DAY - timedelta(days=9))


def test_a_broken_object_refuses_its_day_by_name_and_no_other(room: Room) -> None:
    room.put("1.parquet", ["broken"])
    for number in range(2):
        room.put(f"{number}.parquet", ["fine"], day=DAY - timedelta(days=1))
    noted: list[str] = []
    run = CompactRun(
        [room.compaction()], has_time=lambda: True, note=lambda log, day, _: noted.append(f"{log} {day}")
    )
    older, broken = run.run()
    assert (older.state, broken.state) == (PACKED, REFUSED)
    assert str(broken.reason) == f"{RAW}1.parquet: not Parquet"
    assert noted == [f"events {DAY}"]
    assert room.locate() == RAW


def test_a_run_begins_no_day_without_time_and_none_that_is_too_young(room: Room) -> None:
    run = CompactRun([room.compaction()], has_time=lambda: False, note=lambda *_: None)
    assert [each.state for each in run.run()] == [UNFINISHED]
    assert [each.state for each in run.run(day=DAY + timedelta(days=1))] == [UNSETTLED]


def test_a_large_packed_object_is_copied_and_a_small_one_is_sorted_in() -> None:
    room = Room()
    for number in range(4):
        room.put(f"{number}.parquet", [f"row {number} " + "x" * 40])
    assert room.settle() == PACKED
    assert len(room.plan()) == 2
    room.put("late.parquet", ["late"])
    calls: list[str] = []
    assert room.settle(calls.append) == PACKED
    assert calls.count("CopyObject") == 2
    assert room.query() == Counter({f"row {number} " + "x" * 40: 1 for number in range(4)} | {"late": 1})


def test_two_runs_at_once_end_in_one_whole_day(room: Room) -> None:
    before = room.query()
    for at in range(30):
        room = Room()
        for number in range(3):
            room.put(f"{number}.parquet", [f"row {number}", "same"])
        count = 0

        def interrupt(_: str, room: Room = room, at: int = at) -> None:
            nonlocal count
            if count == at:
                room.put("late.parquet", ["late"])
                count += 1
                assert room.settle() in {PACKED, WAITING}
            count += 1

        room.settle(interrupt)
        assert room.query() in (before, before + Counter(["late"]))
        assert room.recount() - before in (Counter(["late"]), Counter())
        for _ in range(4):
            room.now += GRACE
            room.settle()
        assert room.query() - before == (Counter(["late"]) if count > at else Counter())
        assert room.list_leftovers() == []
