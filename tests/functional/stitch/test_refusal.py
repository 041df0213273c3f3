"""Refusals, and the settings of the stitch function."""

from __future__ import annotations

import json

import pytest
from pixelweave_aws.collect_settings import SettingsError
from pixelweave_aws.stitch_settings import REQUIRED, StitchSettings

from tests.functional.identity_bench import TABLE
from tests.functional.stitch.stage import (
    Stage,
    make_body,
    read_metrics,
)


class TestRefusal:
    def test_what_makes_no_node_is_written_down_once_and_counted_each_time(
        self, stage: Stage, capsys: pytest.CaptureFixture[str]
    ) -> None:
        sent = [
            ("user_id", "undefined"),
            ("email", "nobody@CORP.example"),
            ("email", "none of yours"),
            ("uuid", "u"),
        ]
        assert stage.run(*(make_body(number, *sent) for number in range(3))) == []
        written = [item for (pk, _), item in stage.items().items() if pk == "PIXEL#ws#px"]
        assert sorted((item["kind"]["S"], item["reason"]["S"], item["by"]["S"]) for item in written) == [
            ("email", "blocked_value", "event-0000"),
            ("email", "invalid_value", "event-0000"),
            ("user_id", "blocked_value", "event-0000"),
        ]
        assert stage.calls["PutItem"] == 3
        assert "corp" not in json.dumps(written).lower()
        metrics = read_metrics(capsys.readouterr().out)
        assert (metrics["EdgesRefused:blocked_value"], metrics["EdgesRefused:invalid_value"]) == (6, 3)
        assert "MergeRefused" not in stage.names()

    def test_two_user_ids_stay_two_persons_and_that_is_told(
        self, stage: Stage, capsys: pytest.CaptureFixture[str]
    ) -> None:
        mail = ("email", "ann@mail.example")
        assert stage.run(make_body(1, ("user_id", "a"), mail), make_body(2, ("user_id", "b"), mail)) == []
        refused = [
            json.loads(notice["Detail"]) for notice in stage.notices if notice["DetailType"] == "MergeRefused"
        ]
        assert {each["reason"] for each in refused} == {"unique_conflict"}
        # The address is two nodes, and each one of them leads to the person that has another user id.
        assert read_metrics(capsys.readouterr().out)["EdgesRefused:unique_conflict"] == len(refused)
        assert {each["identifier"]["type"] for each in refused} == {"email_sha256", "email_md5"}
        kept_apart = [row for row in stage.rows() if row["kind"] == "refusal"]
        assert {(row["node_type"], row["reason"]) for row in kept_apart} == {
            (kind, "unique_conflict") for kind in ("email_sha256", "email_md5")
        }
        assert len({row["link_id"] for row in kept_apart}) == len(kept_apart) == 2
        assert len({row["person_id"] for row in stage.rows() if row["kind"] != "refusal"}) == 2

    def test_a_poison_person_is_reported_and_slows_nobody(
        self, stage: Stage, capsys: pytest.CaptureFixture[str]
    ) -> None:
        shared = ("email", "kiosk@mail.example")
        stage.run(make_body(1, shared))
        stage.dynamodb.update_item(
            TableName=TABLE,
            Key={"pk": {"S": "PERSON#pn_event0001"}, "sk": {"S": "PERSON"}},
            UpdateExpression="SET nodes = :full",
            ExpressionAttributeValues={":full": {"N": "1000"}},
        )
        capsys.readouterr()
        stage.calls.clear()
        grown = [make_body(number, shared, ("uuid", f"u{number}")) for number in range(2, 12)]
        assert stage.run(*grown, make_body(50, ("email", "ann@mail.example"))) == []
        metrics = read_metrics(capsys.readouterr().out)
        assert (metrics["EdgesRefused:too_many_identifiers"], metrics["PersonsCreated"]) == (10, 1)
        assert stage.calls["TransactWriteItems"] == 1
        assert "Conflicts" not in metrics


ENV = {name: name.lower() for name in REQUIRED}


class TestSettings:
    @pytest.mark.parametrize("name", REQUIRED)
    def test_a_missing_one_is_named(self, name: str) -> None:
        with pytest.raises(SettingsError, match=name):
            StitchSettings.from_env(ENV | {name: ""})

    def test_the_others_have_defaults(self) -> None:
        assert StitchSettings.from_env(ENV) == StitchSettings(
            "identity_table", "links_stream", "event_bus", "identify_dead_letter_queue_url"
        )

    def test_blocked_values_are_a_list_without_case(self) -> None:
        settings = StitchSettings.from_env(ENV | {"BLOCKED_VALUES": " Info@shop.example ,,X"})
        assert settings.blocked == {"info@shop.example", "x"}


def test_a_token_is_asked_for_where_the_deployment_names_an_api(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRAPH_API_URL", "http://127.0.0.1:9/v23.0")
    stage.app.load_settings.cache_clear()
    stage.app.build_batch.cache_clear()
    assert stage.run(make_body(1, ("access_token", "secret"))) == []
    assert read_metrics(capsys.readouterr().out)["GraphFailures"] == 1
