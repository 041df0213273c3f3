"""The goals function: from what S3 tells of an object to the table, the bus and the metrics."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from pixelweave.goal_counting import choose_shard
from pixelweave.goal_store import SHARDS

from tests.functional.goal.stage import KEY, T0, GoalStage, make_body, make_row
from tests.functional.stitch.stage import read_metrics

if TYPE_CHECKING:
    from pathlib import Path

    from pixelweave.goal import GoalRecord


def test_an_object_is_counted_for_the_goals_of_its_pixels_and_told(
    stage: GoalStage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.define("Seen")
    stage.define("Elsewhere", "px3")
    stage.put_object(
        make_row(1),
        make_row(2, outcome="bot"),
        make_row(3, type="purchase", value=Decimal("12.5"), currency="EUR", order_id="A-1"),
        make_row(4, pixel_id="px2", goals=[{"name": "a, b", "value": Decimal("-2.5"), "unit": "points"}]),
    )
    assert stage.run(make_body()) == []
    assert stage.totals() == {"d:g_Seen": 1, "b:Purchase": 1}
    assert stage.totals("px2") == {"h:a, b": 1}
    assert stage.hits() == {"accepted": 2, "bot": 1}
    assert {(each["goal"], each["source"], each["event_id"]) for each in stage.told} == {
        ("Seen", "defined", "event-0001"),
        ("Purchase", "built-in", "event-0003"),
        ("a, b", "hit", "event-0004"),
    }
    assert stage.told[0].keys() == {
        "id", "goal", "goal_key", "source", "pixel_id", "workspace_id", "event_id", "received_at",
    }  # fmt: skip
    assert read_metrics(capsys.readouterr().out) == {
        "ObjectsCounted": 1,
        "EventsRead": 4,
        "ConversionsCounted": 3,
    }


def test_the_goals_are_read_once_a_pixel_of_the_object_consistently(stage: GoalStage) -> None:
    asked: list[tuple[str, bool]] = []
    stage.dynamodb.meta.events.register(
        "provide-client-params.dynamodb.Query",
        lambda params, **_: asked.append(
            (params["ExpressionAttributeValues"][":pk"]["S"], params["ConsistentRead"])
        ),
    )
    stage.put_object(*(make_row(number, pixel_id=f"px{number % 2}") for number in range(6)))
    stage.run(make_body())
    assert asked == [("PIXEL#px0", True), ("PIXEL#px1", True)]


def test_what_a_scan_spills_goes_with_its_object(stage: GoalStage, tmp_path: Path) -> None:
    scan = stage.app.build_message()._counting._open_scan(tmp_path / "object.parquet")
    assert scan._spill.parent == tmp_path


def test_an_object_without_rows_is_counted_too(stage: GoalStage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.put_object()
    assert stage.run(make_body()) == []
    assert read_metrics(capsys.readouterr().out) == {"ObjectsCounted": 1}


@pytest.mark.parametrize("key", ["events/dt=2026-07-01/a b+c#%41é.parquet", "events/plain.parquet"])
def test_a_key_is_read_as_s3_writes_it(stage: GoalStage, key: str) -> None:
    stage.put_object(make_row(1), key=key)
    assert stage.run(make_body(key)) == []
    assert stage.hits() == {"accepted": 1}


def test_several_objects_of_one_message_and_of_several_are_all_counted(stage: GoalStage) -> None:
    keys = [f"events/{number}.parquet" for number in range(4)]
    for number, key in enumerate(keys):
        stage.put_object(make_row(number), key=key)
    assert stage.run(make_body(*keys[:3]), make_body(keys[3])) == []
    assert stage.hits() == {"accepted": 4}


def test_an_object_chooses_the_shard_of_its_hits_and_its_conversions(stage: GoalStage) -> None:
    stage.define("Seen")
    for number in range(8):
        key = f"events/{number}.parquet"
        stage.put_object(make_row(number, pixel_id=f"px{number}", goals=[{"name": "a"}]), key=key)
        stage.run(make_body(key))
        shards = [
            {place for place, shard in enumerate(counter) if shard.writes}
            for counter in stage.table.read_pixel_counters(f"px{number}").values()
        ]
        assert shards == [{choose_shard(key)}] * 4
    assert len({choose_shard(f"events/{number}.parquet") for number in range(8)}) == SHARDS


class TestRepeat:
    def test_an_object_that_is_told_twice_counts_and_is_told_of_once(self, stage: GoalStage) -> None:
        stage.define("Seen")
        stage.put_object(make_row(1), make_row(2))
        for _ in range(3):
            assert stage.run(make_body(), make_body()) == []
        assert (stage.totals(), stage.hits()) == ({"d:g_Seen": 2}, {"accepted": 2})
        assert len(stage.told) == 2

    def test_a_redelivery_tells_again_what_stands_under_the_same_id(self, stage: GoalStage) -> None:
        stage.define("Seen")
        stage.put_object(make_row(1))
        stage.run(make_body())
        stage.run(make_body(), receives=2)
        assert len(stage.told) == 2
        assert stage.told[0] == stage.told[1]

    def test_a_redelivery_tells_nothing_of_an_event_that_an_earlier_one_stands_for(
        self, stage: GoalStage
    ) -> None:
        stage.define("Seen")
        stage.put_object(make_row(5, message_id="m"))
        stage.put_object(make_row(1, message_id="m"), key="events/earlier.parquet")
        stage.run(make_body())
        stage.run(make_body("events/earlier.parquet"))
        stage.told.clear()
        stage.run(make_body(), receives=2)
        assert stage.told == []
        assert stage.totals() == {"d:g_Seen": 1}


class TestDefinition:
    def remove(self, stage: GoalStage, record: GoalRecord) -> None:
        removed = record.model_copy(update={"is_removed": True, "version": 2})
        stage.definitions.put(removed, is_new=False)

    def test_a_goal_that_is_being_removed_counts_no_more(self, stage: GoalStage) -> None:
        self.remove(stage, stage.define("Seen"))
        stage.put_object(make_row(1))
        assert stage.run(make_body()) == []
        assert (stage.totals(), stage.hits()) == ({}, {"accepted": 1})

    def test_a_goal_that_was_made_after_the_event_does_not_count_it(self, stage: GoalStage) -> None:
        record = stage.define("Seen")
        (window,) = record.windows
        later = record.model_copy(
            update={"windows": (window.model_copy(update={"starts_at": T0 + 2}),), "version": 2}
        )
        stage.definitions.put(later, is_new=False)
        stage.put_object(make_row(1), make_row(2))
        stage.run(make_body())
        assert stage.totals() == {"d:g_Seen": 1}


class TestNothingToCount:
    def test_the_test_event_of_a_new_configuration_is_answered_silently(
        self, stage: GoalStage, capsys: pytest.CaptureFixture[str]
    ) -> None:
        told = {
            "Service": "Amazon S3",
            "Event": "s3:TestEvent",
            "Time": "2026-07-01T12:00:00.000Z",
            "Bucket": "lake",
        }
        assert stage.run(json.dumps(told)) == []
        assert (stage.dead_letters(), stage.logged.getvalue()) == ([], "")
        assert read_metrics(capsys.readouterr().out) == {}

    @pytest.mark.parametrize(
        "body",
        [
            make_body("links/dt=2026-07-01/a.parquet"),
            make_body("eventsx/a.parquet"),
            make_body(bucket="another"),
        ],
    )
    def test_what_is_no_object_of_the_log_is_ignored_and_counted(
        self, stage: GoalStage, capsys: pytest.CaptureFixture[str], body: str
    ) -> None:
        stage.put_object(make_row(1))
        assert stage.run(body) == []
        assert (stage.hits(), stage.dead_letters()) == ({}, [])
        assert read_metrics(capsys.readouterr().out) == {"ObjectsIgnored": 1}

    def test_what_is_told_of_other_things_than_creation_is_nothing_to_count(self, stage: GoalStage) -> None:
        stage.put_object(make_row(1))
        assert stage.run(make_body(KEY, event="ObjectRemoved:Delete")) == []
        assert stage.hits() == {}
