"""The goals function when messages and objects are no good, or AWS fails; faults come from botocore hooks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from pixelweave.goal_counting import MAX_ATTEMPTS
from pixelweave_aws.batch_call import ATTEMPTS
from pixelweave_aws.goal_message import LONGEST_PAUSE_SECONDS, RESERVE_MS, Pause
from pixelweave_aws.goal_tally import GoalTally
from pixelweave_aws.item_batch import READ_ATTEMPTS

from tests.functional.goal.stage import BUCKET, KEY, GoalStage, make_body, make_row
from tests.functional.stitch.stage import break_calls, read_metrics, refuse_entries

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)


def answer(client: Any, operation: str, code: str, when: Callable[[], bool] = lambda: True) -> None:
    """Let AWS answer an operation with an error."""

    def fail(**_: Any) -> None:
        if when():
            raise ClientError({"Error": {"Code": code, "Message": ""}}, operation)

    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.register(f"before-call.{service}.{operation}", fail)


class TestSetAside:
    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ("no JSON: canary", "malformed: : json_invalid"),
            ("{}", "malformed: Records: missing"),
            ('{"Event": "s3:ObjectCreated"}', "malformed: Records: missing"),
            ('{"Records": []}', "malformed: Records: too_short"),
            (
                '{"Records": [{"eventName": "ObjectCreated:Put", "s3": {"bucket": {}}}]}',
                "malformed: Records.0.s3.bucket.name: missing",
            ),
        ],
    )
    def test_a_message_that_is_none_of_s3_goes_aside_with_its_reason(
        self, stage: GoalStage, body: str, reason: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        stage.put_object(make_row(1))
        assert stage.run(body, make_body()) == []
        assert stage.dead_letters() == [(body, reason)]
        assert stage.hits() == {"accepted": 1}
        assert "canary" not in stage.logged.getvalue()
        assert read_metrics(capsys.readouterr().out)["MessagesMalformed"] == 1

    def test_an_object_that_is_gone_goes_aside(
        self, stage: GoalStage, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert stage.run(make_body()) == []
        assert stage.dead_letters() == [(make_body(), "object gone")]
        assert read_metrics(capsys.readouterr().out) == {"ObjectsMalformed": 1}

    @pytest.mark.parametrize("body", [b"", b"canary, no Parquet", b"PAR1" + b"x" * 40 + b"PAR1"])
    def test_an_object_that_is_not_parquet_goes_aside_and_keeps_no_other_of_its_message(
        self, stage: GoalStage, body: bytes, capsys: pytest.CaptureFixture[str]
    ) -> None:
        stage.put_object(make_row(1))
        stage.s3.put_object(Bucket=BUCKET, Key="events/bad", Body=body)
        message = make_body("events/bad", "events/gone", KEY)
        assert stage.run(message) == []
        ((kept, reason),) = stage.dead_letters()
        assert kept == message
        assert reason.startswith("object malformed: ")
        assert reason.endswith("; object gone")
        assert "canary" not in reason + stage.logged.getvalue()
        assert stage.hits() == {"accepted": 1}
        assert read_metrics(capsys.readouterr().out)["ObjectsMalformed"] == 2

    def test_what_cannot_be_set_aside_stays_on_its_queue(
        self, stage: GoalStage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GOALS_DEAD_LETTER_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/1/gone")
        stage.app.load_settings.cache_clear()
        stage.put_object(make_row(1))
        assert stage.run("no JSON", make_body()) == ["m-0"]
        assert stage.hits() == {"accepted": 1}


class TestComesAgain:
    def test_an_object_that_must_not_be_read_is_none_that_is_gone(self, stage: GoalStage) -> None:
        answer(stage.s3, "GetObject", "AccessDenied")
        assert stage.run(make_body()) == ["m-0"]
        assert stage.dead_letters() == []
        assert json.loads(stage.logged.getvalue())["message_id"] == "m-0"

    def test_one_objects_failure_fails_its_message_only(self, stage: GoalStage) -> None:
        keys = [f"events/{number}.parquet" for number in range(3)]
        for number, key in enumerate(keys):
            stage.put_object(make_row(number), key=key)
        break_calls(stage.s3, "GetObject", lambda params: params["Key"] == keys[1], after=False)
        assert stage.run(*(make_body(key) for key in keys)) == ["m-1"]
        assert stage.hits() == {"accepted": 2}

    @pytest.mark.parametrize("after", [False, True])
    @pytest.mark.parametrize(
        ("operation", "which"),
        [
            ("Query", 1),
            ("BatchGetItem", 1),
            ("BatchGetItem", 2),
            ("TransactWriteItems", 1),
            ("TransactWriteItems", 2),
        ],
    )
    def test_after_a_break_at_any_call_the_next_delivery_leaves_the_table_right(
        self, stage: GoalStage, operation: str, which: int, after: bool
    ) -> None:
        stage.define("Seen")
        stage.put_object(*(make_row(number, session_id="s") for number in range(3)))
        calls = iter(range(1, 1000))
        break_calls(stage.dynamodb, operation, lambda _: next(calls) == which, after=after)
        for receives in (1, 2):
            stage.run(make_body(), receives=receives)
        assert next(calls) > which, "nothing broke"
        assert (stage.totals(), stage.hits()) == ({"d:g_Seen": 3}, {"accepted": 3})
        (unique,) = [each.values for each in stage.table.read_totals("px").goals]
        assert unique == {"n": 3, "s": 1}
        assert {each["event_id"] for each in stage.told} == {f"event-{number:04d}" for number in range(3)}

    @pytest.mark.parametrize(("times", "failed"), [(MAX_ATTEMPTS - 1, []), (MAX_ATTEMPTS, ["m-0"])])
    def test_who_is_slower_each_time_gives_up_in_the_end(
        self, stage: GoalStage, times: int, failed: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        stage.put_object(make_row(1))
        left = iter(range(times))
        answer(
            stage.dynamodb, "TransactWriteItems", "TransactionInProgressException",
            lambda: next(left, None) is not None,
        )  # fmt: skip
        assert stage.run(make_body()) == failed
        assert read_metrics(capsys.readouterr().out)["Conflicts"] == times

    def test_reads_that_are_throttled_for_long_keep_no_object_from_being_counted(
        self, stage: GoalStage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage.define("Seen")
        stage.put_object(make_row(1, session_id="s"))
        throttled = iter(range(12))
        answer(
            stage.dynamodb, "BatchGetItem", "ProvisionedThroughputExceededException",
            lambda: next(throttled, None) is not None,
        )  # fmt: skip
        left = iter(range(3 * READ_ATTEMPTS))
        batch_get = stage.dynamodb.batch_get_item

        def leave(**asked: Any) -> Any:
            result = batch_get(**asked)
            if next(left, None) is None:
                return result
            return result | {"Responses": {}, "UnprocessedKeys": asked["RequestItems"]}

        monkeypatch.setattr(stage.dynamodb, "batch_get_item", leave)
        assert stage.run(make_body()) == []
        assert stage.totals() == {"d:g_Seen": 1}
        assert (next(throttled, None), next(left, None)) == (None, None)

    def test_what_the_bus_refuses_is_told_by_the_next_delivery(
        self, stage: GoalStage, capsys: pytest.CaptureFixture[str]
    ) -> None:
        stage.define("Seen")
        stage.put_object(make_row(1), make_row(2))
        refuse_entries(stage.events, "PutEvents", "Entries", "FailedEntryCount", {1: ATTEMPTS})
        assert stage.run(make_body()) == ["m-0"]
        assert read_metrics(capsys.readouterr().out)["NoticesFailed"] == 1
        stage.told.clear()
        assert stage.run(make_body(), receives=2) == []
        assert {each["event_id"] for each in stage.told} == {"event-0001", "event-0002"}

    def test_a_bus_that_does_not_answer_keeps_the_message(self, stage: GoalStage) -> None:
        stage.define("Seen")
        stage.put_object(make_row(1))
        break_calls(stage.events, "PutEvents", lambda _: True, after=True)
        assert stage.run(make_body()) == ["m-0"]
        assert stage.totals() == {"d:g_Seen": 1}


class TestTime:
    @pytest.mark.parametrize(("remaining_ms", "failed"), [(RESERVE_MS - 1, ["m-0", "m-1"]), (RESERVE_MS, [])])
    def test_without_time_for_an_object_the_rest_waits(
        self, stage: GoalStage, remaining_ms: int, failed: list[str]
    ) -> None:
        stage.put_object(make_row(1))
        assert stage.run(make_body(), make_body(), remaining_ms=remaining_ms) == failed
        assert stage.hits() == ({} if failed else {"accepted": 1})

    def test_what_was_counted_when_time_ran_out_stays_and_is_told_and_the_next_delivery_does_the_rest(
        self, stage: GoalStage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("pixelweave_aws.object_counting.PART", 2)
        stage.define("Seen")
        stage.put_object(*(make_row(number) for number in range(5)))
        # Before the object, and before each of its parts.
        assert stage.run(make_body(), remaining_ms=(300_000, 200_000, RESERVE_MS, 80_000)) == ["m-0"]
        assert (stage.totals(), len(stage.told)) == ({"d:g_Seen": 4}, 4)
        assert read_metrics(capsys.readouterr().out) == {"ConversionsCounted": 4}
        stage.told.clear()
        assert stage.run(make_body(), receives=2) == []
        assert (stage.totals(), stage.hits()) == ({"d:g_Seen": 5}, {"accepted": 5})
        assert {each["event_id"] for each in stage.told} == {f"event-{number:04d}" for number in range(5)}

    def test_a_large_object_is_counted_and_told_part_by_part(
        self, stage: GoalStage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("pixelweave_aws.object_counting.PART", 2)
        stage.define("Seen")
        stage.put_object(*(make_row(number, session_id="s") for number in range(5)))
        known: list[int] = []
        stage.events.meta.events.register(
            "provide-client-params.eventbridge.PutEvents",
            lambda **_: known.append(stage.totals()["d:g_Seen"]),
        )
        assert stage.run(make_body()) == []
        assert known == [2, 4, 5]


@pytest.mark.parametrize(
    ("attempt", "longest"),
    [(0, 0.01), (3, 0.08), (6, 0.64), (7, LONGEST_PAUSE_SECONDS), (79, LONGEST_PAUSE_SECONDS)],
)
def test_a_pause_is_by_chance_and_longer_with_each_attempt(attempt: int, longest: float) -> None:
    slept: list[float] = []
    pause = Pause(GoalTally(), slept.append)
    for _ in range(200):
        pause(attempt)
    assert max(slept) <= longest
    assert max(slept) > longest / 2
    assert min(slept) < longest / 2
