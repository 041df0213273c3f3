"""The scan finds what the rules in plain Python say, whatever the rows and the goals hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pixelweave.goal_match import keep_least, list_conversions
from pixelweave_parquet.object_scan import ObjectScan

from tests.unit.parquet.event_file import write_events
from tests.unit.parquet.strategy import PIXELS, START, STRETCH, draw_events, draw_records

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from pixelweave.conversion import Conversion, GoalRef
    from pixelweave.goal import GoalRecord

_SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def find(
    folder: Path,
    events: Sequence[Mapping[str, Any]],
    records: Iterable[GoalRecord],
    *,
    implied: bool = True,
    pixels: Collection[str] | None = None,
    between: tuple[int, int | None] | None = None,
) -> dict[tuple[GoalRef, str], Conversion]:
    by_pixel: dict[str, list[GoalRecord]] = {}
    for record in records:
        by_pixel.setdefault(record.pixel_id, []).append(record)
    path = write_events(folder / "object.parquet", events)
    with ObjectScan(path, spill=folder / "spill") as scan:
        found = list(scan.find_conversions(by_pixel, implied=implied, pixels=pixels, between=between))
    kept = keep_least(found)
    assert len(kept) == len(found), "a once key is there twice"
    return kept


def expect(
    events: Iterable[Mapping[str, Any]], records: Sequence[GoalRecord], *, implied: bool = True
) -> dict[tuple[GoalRef, str], Conversion]:
    return keep_least(each for event in events for each in list_conversions(event, records, implied=implied))


@_SETTINGS
@given(events=draw_events(), records=draw_records())
def test_the_scan_agrees_with_plain_python(
    tmp_path: Path, events: list[Mapping[str, Any]], records: list[GoalRecord]
) -> None:
    found, expected = find(tmp_path, events, records), expect(events, records)
    assert found == expected
    assert [str(found[key].value) for key in expected] == [str(each.value) for each in expected.values()]


@_SETTINGS
@given(
    events=draw_events(),
    records=draw_records(),
    implied=st.booleans(),
    pixels=st.none() | st.sets(st.sampled_from((*PIXELS, "px_absent"))),
    starts_at=st.integers(START, START + STRETCH),
    length=st.none() | st.integers(0, STRETCH),
)
def test_a_part_of_the_object_is_what_the_part_of_its_rows_says(
    tmp_path: Path,
    events: list[Mapping[str, Any]],
    records: list[GoalRecord],
    implied: bool,
    pixels: set[str] | None,
    starts_at: int,
    length: int | None,
) -> None:
    ends_at = None if length is None else starts_at + length
    wanted = [
        event
        for event in events
        if (pixels is None or event["pixel_id"] in pixels)
        and starts_at <= event["received_at"]
        and (ends_at is None or event["received_at"] < ends_at)
    ]
    found = find(tmp_path, events, records, implied=implied, pixels=pixels, between=(starts_at, ends_at))
    assert found == expect(wanted, records, implied=implied)
