"""An object of the log, scanned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pixelweave.goal import Condition
from pixelweave.goal_match import keep_least
from pixelweave.goal_store import HitTally
from pixelweave_parquet.object_scan import ObjectScan

from tests.unit.goal_match import pattern_case
from tests.unit.goal_match.rule_case import CASES, NOON, PIXEL, Case, describe, make_event, make_record
from tests.unit.parquet.event_file import write_events

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.parquet.event_file import Event


def open_scan(folder: Path, *events: Event) -> ObjectScan:
    return ObjectScan(write_events(folder / "object.parquet", events), spill=folder / "spill")


@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_the_rules_hold(case: Case, tmp_path: Path) -> None:
    with open_scan(tmp_path, *case.events) as scan:
        found = list(scan.find_conversions({PIXEL: case.records}))
    assert len(keep_least(found)) == len(found)
    assert describe(found, case.events) == case.expected


def test_patterns_match_what_they_say(tmp_path: Path) -> None:
    texts = sorted({text for _, text, _ in pattern_case.CASES})
    patterns = sorted({pattern for pattern, _, _ in pattern_case.CASES})
    records = [
        make_record(Condition.model_validate({"field": "path", "pattern": pattern}), goal_id=str(place))
        for place, pattern in enumerate(patterns)
    ]
    events = [make_event(event_id=str(place), path=text) for place, text in enumerate(texts)]
    with open_scan(tmp_path, *events) as scan:
        found = {(each.goal.label, each.event_id) for each in scan.find_conversions({PIXEL: records})}
    wrong = [
        (pattern, text)
        for pattern, text, expected in pattern_case.CASES
        if ((str(patterns.index(pattern)), str(texts.index(text))) in found) is not expected
    ]
    assert wrong == []


def test_rows_are_tallied_by_pixel_day_hour_and_outcome(tmp_path: Path) -> None:
    midnight = NOON + 12 * 3_600_000
    events = [
        make_event(event_id="a"),
        make_event(event_id="b", received_at=midnight - 1),
        make_event(event_id="c", received_at=midnight - 1, outcome="bot"),
        make_event(event_id="d", received_at=midnight - 1, outcome="bot"),
        make_event(event_id="e", received_at=midnight, outcome="rejected"),
        make_event(event_id="f", pixel_id="px_two", outcome="test"),
        # What cannot be counted under a pixel, an hour and an outcome is not.
        make_event(event_id="g", pixel_id=None),
        make_event(event_id="h", received_at=None),
        make_event(event_id="i", outcome="w"),
    ]
    with open_scan(tmp_path, *events) as scan:
        assert scan.tally() == [
            HitTally(PIXEL, "2025-06-01", {("12", "accepted"): 1, ("23", "accepted"): 1, ("23", "bot"): 2}),
            HitTally(PIXEL, "2025-06-02", {("00", "rejected"): 1}),
            HitTally("px_two", "2025-06-01", {("12", "test"): 1}),
        ]
        assert scan.pixel_ids() == {PIXEL, "px_two"}


def test_a_row_without_id_pixel_or_time_is_no_conversion(tmp_path: Path) -> None:
    columns = ("event_id", "pixel_id", "received_at")
    events = [make_event(**{column: None}, dialect="native", type="lead") for column in columns]
    with open_scan(tmp_path, *events) as scan:
        assert list(scan.find_conversions({PIXEL: [make_record()]})) == []


def test_a_built_in_goal_of_two_pixels_is_two(tmp_path: Path) -> None:
    lead = make_event(dialect="native", type="lead", order_id="o")
    with open_scan(tmp_path, lead, lead | {"pixel_id": "px_two"}) as scan:
        assert sorted(each.goal.pixel_id for each in scan.find_conversions({})) == [PIXEL, "px_two"]


def test_goals_count_for_their_own_pixel(tmp_path: Path) -> None:
    events = [make_event(pixel_id=pixel_id) for pixel_id in ("px_two", PIXEL)]
    other = make_record(goal_id="g2").model_copy(update={"pixel_id": "px_two"})
    with open_scan(tmp_path, *events) as scan:
        found = list(scan.find_conversions({PIXEL: [make_record()], "px_two": [other], "px_absent": []}))
        alone = list(scan.find_conversions({PIXEL: [make_record()], "px_two": [other]}, pixels=["px_two"]))
        absent = list(scan.find_conversions({PIXEL: [make_record()]}, pixels=["px_absent"]))
    assert sorted((each.goal.pixel_id, each.goal.key) for each in found) == [
        (PIXEL, "d:g1"),
        ("px_two", "d:g2"),
    ]
    assert [each.goal.key for each in alone] == ["d:g2"]
    assert absent == []


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ((NOON, NOON + 1), ["b"]),
        ((NOON, NOON + 2), ["b", "c"]),
        ((NOON + 1, None), ["c"]),
        ((NOON, NOON), []),
        (None, ["a", "b", "c"]),
    ],
)
def test_a_stretch_begins_inclusive_and_ends_exclusive(
    tmp_path: Path, between: tuple[int, int | None] | None, expected: list[str]
) -> None:
    events = [
        make_event(event_id=name, received_at=NOON + place) for place, name in enumerate("abc", start=-1)
    ]
    with open_scan(tmp_path, *events) as scan:
        found = scan.find_conversions({PIXEL: [make_record()]}, between=between)
        assert sorted(each.event_id for each in found) == expected


def test_answers_can_be_read_side_by_side(tmp_path: Path) -> None:
    with open_scan(tmp_path, *(make_event(event_id=str(number)) for number in range(3))) as scan:
        first = scan.find_conversions({PIXEL: [make_record()]})
        next(first)
        assert scan.pixel_ids() == {PIXEL}
        assert len(list(first)) == 2


def test_a_scan_that_is_not_open_says_so(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="with statement"):
        open_scan(tmp_path, make_event()).pixel_ids()


def test_an_object_without_rows_says_nothing(tmp_path: Path) -> None:
    with open_scan(tmp_path) as scan:
        assert (scan.pixel_ids(), scan.tally()) == (frozenset(), [])
        assert list(scan.find_conversions({PIXEL: [make_record()]})) == []


def test_more_goals_than_one_statement_takes_are_all_found(tmp_path: Path) -> None:
    records = [make_record(goal_id=str(number)) for number in range(501)]
    events = [make_event(goals=[{"name": "a"}]), make_event(pixel_id="px_two", goals=[{"name": "b"}])]
    with open_scan(tmp_path, *events) as scan:
        found = sorted(each.goal.key for each in scan.find_conversions({PIXEL: records}))
        explicit = [each.goal.key for each in scan.find_conversions({PIXEL: records}, implied=False)]
    assert found == sorted([*(f"d:{number}" for number in range(501)), "h:a", "h:b"])
    assert len(explicit) == 501
