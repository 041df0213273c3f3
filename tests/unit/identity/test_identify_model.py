"""The model of identify messages says what the published schema says."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from pixelweave.identify_model import MalformedMessageError, read_message

ROOT = Path(__file__).parents[3]
VALIDATOR = Draft202012Validator(json.loads((ROOT / "docs" / "identify-message.schema.json").read_text()))
EVENT = json.loads((ROOT / "events" / "sqs_identify.json").read_text())
CAPTURED = [record["body"] for record in EVENT["Records"]]


def change_hit(**changes: Any) -> dict[str, Any]:
    """The first captured message with some keys of its hit changed, or taken away where None."""
    body: dict[str, Any] = json.loads(CAPTURED[0])
    hit = body["hits"][0] | changes
    body["hits"][0] = {key: value for key, value in hit.items() if value is not None}
    return body


def identifier(**changes: Any) -> dict[str, Any]:
    return change_hit(identifiers=[{"type": "email", "value": "a@b.de"} | changes])


GOOD = {
    "as captured": json.loads(CAPTURED[0]),
    "twenty identifiers": change_hit(identifiers=[{"type": "uuid", "value": "u"}] * 20),
    "a value of 1,024": identifier(value="x" * 1024),
    "a hundred traits": change_hit(traits={f"t{number}": "x" for number in range(100)}),
    "a trait of 1,024": change_hit(traits={"n" * 128: "x" * 1024}),
    "traits alone": change_hit(identifiers=[], traits={"plan": "pro"}),
    "a hashed phone's scheme": identifier(type="phone_sha256", scheme="rokt"),
    "consent": change_hit(consent="granted"),
    "the last millisecond": change_hit(occurred_at=253_402_300_799_999),
    "a long id": change_hit(event_id="e" * 64),
}
BAD = {
    "no schema": {"hits": json.loads(CAPTURED[0])["hits"]},
    "another schema": json.loads(CAPTURED[0]) | {"schema": "pixelweave.identify/2"},
    "no hits": json.loads(CAPTURED[0]) | {"hits": []},
    "an unknown key": json.loads(CAPTURED[0]) | {"ip": "203.0.113.9"},
    "an unknown key of a hit": change_hit(ip="203.0.113.9"),
    "an unknown key of an identifier": identifier(hash="md5"),
    "neither identifiers nor traits": change_hit(identifiers=[], traits=None),
    "twenty-one identifiers": change_hit(identifiers=[{"type": "uuid", "value": "u"}] * 21),
    "an empty value": identifier(value=""),
    "a value of 1,025": identifier(value="x" * 1025),
    "a number for a value": identifier(value=5),
    "an unknown type": identifier(type="nickname"),
    "an unknown scheme": identifier(scheme="altcraft"),
    "a hundred and one traits": change_hit(traits={f"t{number}": "x" for number in range(101)}),
    "a trait of 1,025": change_hit(traits={"n": "x" * 1025}),
    "a name of 129": change_hit(traits={"n" * 129: "x"}),
    "a number for a trait": change_hit(traits={"n": 1}),
    "an unknown dialect": change_hit(dialect="segment"),
    "an unknown event type": change_hit(type="scroll"),
    "no consent": change_hit(consent="denied"),
    "text for a time": change_hit(received_at="1"),
    "a fraction for a time": change_hit(received_at=1.5),
    "a time after all times": change_hit(received_at=253_402_300_800_000),
    "a time before all times": change_hit(occurred_at=-1),
    "no event id": change_hit(event_id=None),
    "an empty event id": change_hit(event_id=""),
    "an event id without end": change_hit(event_id="e" * 65),
    "a session of 129": change_hit(session_id="s" * 129),
    "a list": [],
    "text": "x",
}


@pytest.mark.parametrize("name", GOOD)
def test_what_the_schema_takes_is_read(name: str) -> None:
    VALIDATOR.validate(GOOD[name])
    assert len(read_message(json.dumps(GOOD[name])).hits) == 1


@pytest.mark.parametrize("name", BAD)
def test_what_the_schema_refuses_is_malformed(name: str) -> None:
    with pytest.raises(ValidationError):
        VALIDATOR.validate(BAD[name])
    with pytest.raises(MalformedMessageError):
        read_message(json.dumps(BAD[name]))


@pytest.mark.parametrize("body", CAPTURED)
def test_captured_messages_are_read_with_everything_they_say(body: str) -> None:
    VALIDATOR.validate(json.loads(body))
    told = read_message(body).model_dump(by_alias=True, exclude_none=True)
    assert told == json.loads(body)


@pytest.mark.parametrize("body", ["", "{", "null", "\x00", '{"schema":"\\ud800"}', "[" * 5000])
def test_what_is_no_json_is_malformed(body: str) -> None:
    with pytest.raises(MalformedMessageError):
        read_message(body)


def test_the_reason_names_places_and_never_what_was_sent() -> None:
    body = copy.deepcopy(GOOD["as captured"])
    body["hits"][0]["identifiers"][0] = {"type": "canary@mail.example", "value": "canary"}
    body["hits"][0]["canary"] = "canary"
    body["hits"][0]["traits"]["canary"] = 5
    with pytest.raises(MalformedMessageError) as caught:
        read_message(json.dumps(body))
    assert str(caught.value) == (
        "hits.0.identifiers.0.type: literal_error; hits.0.traits.?: string_type; hits.0.?: extra_forbidden"
    )
    assert caught.value.__cause__ is None
