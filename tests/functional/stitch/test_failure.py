"""The stitch function when messages are malformed or AWS fails; faults come from botocore hooks."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from pixelweave_aws.batch_call import ATTEMPTS

from tests.functional.stitch.stage import (
    CAPTURED,
    EVENT,
    PERSON,
    Context,
    Stage,
    break_calls,
    fail_events,
    make_body,
    make_envelope,
    read_metrics,
    refuse_entries,
)


class TestMalformed:
    def test_it_is_set_aside_with_its_reason_and_the_batch_goes_on(
        self, stage: Stage, capsys: pytest.CaptureFixture[str]
    ) -> None:
        broken = [make_body(1), "no JSON: canary@mail.example"]
        assert stage.run(broken[0], CAPTURED[0], broken[1]) == []
        assert stage.dead_letters() == [
            (broken[0], "malformed: hits.0: value_error"),
            (broken[1], "malformed: : json_invalid"),
        ]
        assert {row["person_id"] for row in stage.rows()} == {PERSON}
        assert read_metrics(capsys.readouterr().out)["MessagesMalformed"] == 2
        assert "canary" not in stage.logged.getvalue()
        assert "m-2" in stage.logged.getvalue()

    def test_it_stays_on_its_queue_where_it_cannot_be_set_aside(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("IDENTIFY_DEAD_LETTER_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/1/gone")
        stage.app.load_settings.cache_clear()
        assert stage.run("no JSON", CAPTURED[0]) == ["m-0"]


class TestPartialFailure:
    @pytest.mark.parametrize("after", [False, True])
    @pytest.mark.parametrize("operation", ["TransactWriteItems", "PutItem"])
    def test_one_hits_failure_fails_its_message_only(self, stage: Stage, operation: str, after: bool) -> None:
        def hurts(params: dict[str, Any]) -> bool:
            return "event-0002" in json.dumps(params)

        break_calls(stage.dynamodb, operation, hurts, after=after)
        bodies = [
            make_body(number, ("user_id", f"u{number}"), session_id=f"s{number}") for number in (1, 2, 3)
        ]
        assert stage.run(*bodies) == ["m-1"]
        assert {row["event_id"] for row in stage.rows()} == {"event-0001", "event-0003"}
        assert json.loads(stage.logged.getvalue())["error"] == "ConnectionClosedError"

    def test_a_hit_that_fails_each_time_keeps_no_other_hit_of_its_message_back(self, stage: Stage) -> None:
        fail_events(stage.dynamodb, {"event-0001"})
        assert stage.run(make_envelope(3)) == ["m-0"]
        assert {row["event_id"] for row in stage.rows()} == {"event-0000", "event-0002"}
        assert stage.logged.getvalue().count("message failed") == 1
        assert stage.run(make_envelope(3), receives=2) == ["m-0"]

    @pytest.mark.parametrize(("failing", "told"), [((0, 1), {2, 3}), ((0, 1, 2), set())])
    def test_past_three_failures_the_rest_of_a_message_waits(
        self, stage: Stage, failing: tuple[int, ...], told: set[int]
    ) -> None:
        fail_events(stage.dynamodb, {f"event-{number:04d}" for number in failing})
        assert stage.run(make_envelope(4)) == ["m-0"]
        assert {row["event_id"] for row in stage.rows()} == {f"event-{number:04d}" for number in told}

    def test_where_nobody_answers_the_rest_of_a_message_comes_again(self, stage: Stage) -> None:
        broken = [True]

        def hurts(params: dict[str, Any]) -> bool:
            return broken[0] and "event-0001" in json.dumps(params)

        break_calls(stage.dynamodb, "TransactWriteItems", hurts, after=True)
        assert stage.run(make_envelope(3)) == ["m-0"]
        assert {row["event_id"] for row in stage.rows()} == {"event-0000"}
        broken[0] = False
        assert stage.run(make_envelope(3), receives=2) == []
        assert {row["event_id"] for row in stage.rows()} == {"event-0000", "event-0001", "event-0002"}

    def test_a_message_that_is_twice_in_a_batch_tells_what_both_deliveries_found(self, stage: Stage) -> None:
        """The second one finds the way that the first one shortened, past the merge that it made."""
        known = (["b"], ["c"], ["x"], ["c", "x"])
        stage.run(
            *(make_body(number, *(("uuid", name) for name in names)) for number, names in enumerate(known))
        )
        record = EVENT["Records"][0] | {"body": make_body(9, ("uuid", "x"), ("uuid", "b"))}
        assert stage.app.handler({"Records": [record, record]}, Context()) == {"batchItemFailures": []}
        merges = {row["event_id"] for row in stage.rows() if row["kind"] == "merge"}
        assert merges == {"event-0003", "event-0009"}

    @pytest.mark.parametrize(("remaining_ms", "failed"), [(30_000, []), (29_999, ["m-0"])])
    def test_a_message_is_not_begun_without_the_time_to_finish_it(
        self, stage: Stage, remaining_ms: int, failed: list[str]
    ) -> None:
        assert stage.run(CAPTURED[0], remaining_ms=remaining_ms) == failed
        assert bool(stage.items()) is not bool(failed)


class TestTelling:
    """Message m-<n> tells two rows, of its node and its session, and one notice."""

    BODIES = tuple(
        make_body(number, ("user_id", f"u{number}"), session_id=f"s{number}") for number in range(3)
    )

    @pytest.fixture(autouse=True)
    def pauses(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        taken: list[float] = []
        for target in (stage.app.build_batch()._links, stage.app.build_batch()._bus):
            monkeypatch.setattr(target, "_sleep", taken.append)
        return taken

    @pytest.mark.parametrize("is_stream", [True, False])
    def test_what_was_refused_is_tried_again_alone(
        self, stage: Stage, is_stream: bool, pauses: list[float]
    ) -> None:
        self.refuse(stage, {1: 1, 2: 2}, is_stream=is_stream)
        assert stage.run(*self.BODIES) == []
        assert pauses == [0.2, 0.4]
        assert stage.calls["PutRecordBatch" if is_stream else "PutEvents"] == ATTEMPTS

    @pytest.mark.parametrize("is_stream", [True, False])
    def test_what_is_refused_in_every_attempt_fails_its_message(self, stage: Stage, is_stream: bool) -> None:
        self.refuse(stage, {1: ATTEMPTS}, is_stream=is_stream)
        assert stage.run(*self.BODIES) == ["m-1"]
        assert stage.run(self.BODIES[1], receives=2) == []
        assert {row["event_id"] for row in stage.rows()} == {"event-0000", "event-0001", "event-0002"}
        assert (
            Counter(json.loads(notice["Detail"])["event_id"] for notice in stage.notices)["event-0001"] >= 1
        )

    @pytest.mark.parametrize("is_stream", [True, False])
    @pytest.mark.parametrize("after", [True, False])
    def test_a_call_that_fails_fails_the_messages_that_told_something(
        self, stage: Stage, is_stream: bool, after: bool
    ) -> None:
        stage.run(make_body(9, ("user_id", "u0"), session_id="s0", occurred_at=1_782_907_200_000))
        client, operation = self.target(stage, is_stream=is_stream)
        break_calls(client, operation, lambda _: True, after=after)
        # The first one is a repeat by now: it tells nothing, and nothing of it failed.
        assert stage.run(*self.BODIES) == ["m-1", "m-2"]
        assert "call failed" in stage.logged.getvalue()

    def target(self, stage: Stage, *, is_stream: bool) -> tuple[Any, str]:
        return (stage.firehose, "PutRecordBatch") if is_stream else (stage.events, "PutEvents")

    def refuse(self, stage: Stage, times: dict[int, int], *, is_stream: bool) -> None:
        client, operation = self.target(stage, is_stream=is_stream)
        fields = ("RequestResponses", "FailedPutCount") if is_stream else ("Entries", "FailedEntryCount")
        places = {2 * number if is_stream else number: count for number, count in times.items()}
        refuse_entries(client, operation, *fields, places)
