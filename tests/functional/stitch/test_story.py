"""The stitch function as SQS calls it: what becomes of captured messages, repeats and redeliveries."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from tests.functional.stitch.stage import (
    CAPTURED,
    PERSON,
    Stage,
    make_body,
    read_metrics,
)

if TYPE_CHECKING:
    import pytest


def test_the_captured_messages_of_four_dialects_are_one_person(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stage.run(*CAPTURED) == []
    persons = {row["person_id"] for row in stage.rows()}
    assert persons == {PERSON}
    kinds = Counter((row["kind"], row.get("node_type") or row.get("leaf_type")) for row in stage.rows())
    assert kinds == {
        ("node", "email_sha256"): 1,
        ("node", "email_md5"): 1,
        ("node", "user_id"): 2,
        ("node", "phone_e164_md5"): 1,
        ("link", "session"): 2,
        ("link", "visitor"): 2,
        # The lead of a server's own, with neither session nor visitor.
        ("link", "event"): 1,
    }
    traits = stage.items()[f"PERSON#{PERSON}", "TRAITS"]["traits"]["M"]
    assert set(traits) == {"firstname", "lastname", "zip", "mobile", "plan"}
    assert Counter(stage.names()) == {"PersonIdentified": 4, "LeadCaptured": 1}
    assert {notice["Source"] for notice in stage.notices} == {"pixelweave"}
    assert read_metrics(capsys.readouterr().out) == {
        "MessagesStitched": 4,
        "HitsStitched": 5,
        "PersonsCreated": 1,
    }


def test_a_batch_tells_everything_in_few_calls(stage: Stage) -> None:
    assert stage.run(*(make_body(number, ("user_id", f"u{number}")) for number in range(12))) == []
    assert stage.calls["PutRecordBatch"] == 1
    assert stage.calls["PutEvents"] == 2
    assert Counter(row["kind"] for row in stage.rows()) == {"node": 12, "link": 12}


def test_a_batch_of_repeats_writes_and_tells_nothing(stage: Stage) -> None:
    stage.run(*CAPTURED[:3])
    stage.calls.clear()
    assert stage.run(*(body.replace("-8000-", "-9000-") for body in CAPTURED[:3])) == []
    assert set(stage.calls) == {"BatchGetItem", "GetItem"}


def test_a_redelivery_tells_again_what_the_first_delivery_wrote(stage: Stage) -> None:
    stage.run(*CAPTURED)
    first, notices = stage.rows(), stage.names()
    assert stage.run(*CAPTURED, receives=2) == []
    assert {row["link_id"] for row in stage.rows()} == {row["link_id"] for row in first}
    assert len(stage.rows()) == 2 * len(first)
    assert stage.names() == notices * 2


def test_an_event_of_a_session_that_is_everybodys_is_a_leaf_of_its_own(stage: Stage) -> None:
    body = make_body(1, ("user_id", "u1"), session_id="undefined")
    assert stage.run(body) == []
    assert [row["leaf"] for row in stage.rows() if row["kind"] == "link"] == ["event-0001"]
    assert [pk for pk, _ in stage.items() if pk.startswith("LEAF#")] == []


def test_no_plain_value_leaves_the_table(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    canaries = ("canary@mail.example", "canary-user", "+13125550199", "canary-trait", "canary-token")
    body = make_body(
        1,
        *zip(("email", "user_id", "phone", "access_token"), (*canaries[:3], canaries[4]), strict=True),
        ("email", "not an address: canary"),
        traits={"name": canaries[3]},
        type="lead",
    )
    assert stage.run(body, make_body(2, ("user_id", "other"), ("email", canaries[0]))) == []
    told = (
        json.dumps(stage.rows())
        + json.dumps(stage.notices)
        + stage.logged.getvalue()
        + capsys.readouterr().out
    )
    assert not [canary for canary in ("canary", canaries[2]) if canary in told]
    held = json.dumps(list(stage.items().values()))
    assert [canary for canary in canaries if canary not in held] == ["canary-token"]
