"""Identify messages follow their published schema, whatever the dialect."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from pixelweave.dialect import READERS
from pixelweave.identify import MAX_BODY, pack
from pixelweave.pixel import DIALECTS
from pixelweave_aws.sink import MAX_SPILL_BYTES, make_spill_messages

from tests.unit.collecting import KEY, NOW_MS, Bench, make_pixel

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "identify-message.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
HITS = {
    "ksense": (
        f"/ksense/{KEY}",
        'track=pv&user_id=7&user_info={"email":"a@b.de","phone":"md5:' + "a" * 32 + '","plan":"x"}',
    ),
    "pitchtarget": (
        f"/{KEY}/event.gif",
        'event_token=t&params={"email":"a@b.de","uuid":"u","fbid":"4","access_token":"x","plan":"pro"}',
    ),
    "altcraft": (f"/altcraft/{KEY}", "goal=x&email=a%40b.de&phone=1&idfa=i&gaid=g&message_id=m"),
    "rokt": (
        f"/v1/{KEY}/Pixel",
        f"dt=ScreenView&n=x&ct={NOW_MS}&ui_t=other3,email,other2,mobile_sha256&ui_v=s,a%40b.de,y,{'b' * 64}&ua_k=zip&ua_v=1",
    ),
    "sendgrid": (
        f"/sendgrid/{KEY}",
        'type=identify&userId=1&traits={"email":"a@b.de","plan":"pro"}&consent=granted',
    ),
    "native": (f"/e/{KEY}", f"email_sha256={'c' * 64}&email_md5={'d' * 32}&phone_md5={'e' * 32}&name=x"),
}


def test_every_dialect_is_checked() -> None:
    assert set(HITS) == set(DIALECTS) == set(READERS)
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_messages_of_every_dialect_follow_the_schema(dialect: str) -> None:
    bench = Bench(make_pixel(dialect))
    bench.row(*HITS[dialect])
    VALIDATOR.validate(json.loads(bench.identify_bodies[0]))


@pytest.mark.parametrize(
    "change",
    [
        {"identifiers": []},
        {"identifiers": [{"type": "email", "value": ""}]},
        {"identifiers": [{"type": "nickname", "value": "x"}]},
        {"consent": "denied"},
        {"received_at": "1"},
        {"ip": "203.0.113.1"},
    ],
)
def test_the_schema_refuses_what_readers_need_not_take(change: dict[str, Any]) -> None:
    bench = Bench()
    bench.row(*HITS["native"])
    body = json.loads(bench.identify_bodies[0])
    body["hits"][0] |= change
    with pytest.raises(ValidationError):
        VALIDATOR.validate(body)


def test_traits_alone_are_worth_a_message() -> None:
    bench = Bench(make_pixel("pitchtarget"))
    bench.row(f"/{KEY}/event.gif", 'event_token=t&params={"plan":"pro"}')
    VALIDATOR.validate(json.loads(bench.identify_bodies[0]))


def test_bodies_stay_below_what_sqs_takes() -> None:
    messages: list[dict[str, object]] = [{"n": "ü" * 7_500} for _ in range(5)]
    bodies = pack(messages)
    assert [len(json.loads(body)["hits"]) for body in bodies] == [2, 2, 1]
    assert all(len(json.dumps(body)) < 256 * 1024 for body in bodies)
    assert len(pack([{"n": "x" * (MAX_BODY + 1)}])) == 1
    assert pack([]) == []


@pytest.mark.parametrize(("length", "reason"), [(1024, None), (1025, "invalid_identifier")])
def test_an_identifier_past_its_length_is_left_out_and_flagged(length: int, reason: str | None) -> None:
    bench = Bench()
    row = bench.row(f"/e/{KEY}", method="POST", body=json.dumps({"name": "x", "user_id": "u" * length}))
    assert (row["outcome"], row.get("reason")) == ("accepted", reason)
    assert len(bench.messages) == (0 if reason else 1)


@pytest.mark.parametrize(
    ("count", "text", "outcome"),
    [
        (7, "\U0001f600" * 1024, "accepted"),
        (100, "x" * 950, "accepted"),
        (16, "\u4e2d" * 1024, "accepted"),
        (17, "\u4e2d" * 1024, "rejected"),
        (100, "x" * 1024, "rejected"),
    ],
)
def test_what_a_hit_says_of_its_person_fits_a_message_even_a_spilled_one(
    count: int, text: str, outcome: str
) -> None:
    bench = Bench()
    traits = {f"k{number}": text for number in range(count)}
    row = bench.row(f"/e/{KEY}", method="POST", body=json.dumps({"name": "x", "traits": traits}))
    assert row["outcome"] == outcome
    assert row.get("reason") == (None if outcome == "accepted" else "hit_too_large")
    for body in bench.identify_bodies:
        ((spilled, _),) = make_spill_messages("identify", [body])
        assert len(spilled.encode()) <= MAX_SPILL_BYTES
