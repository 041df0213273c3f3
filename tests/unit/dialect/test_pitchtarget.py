"""PitchTarget: encodings of params, ignored names, amounts in cents, special properties."""

from __future__ import annotations

import json
from base64 import b64encode, encodebytes, urlsafe_b64encode
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.unit.collecting import KEY, Bench, identifiers, make_pixel

EVENT = f"/{KEY}/event.gif"
REVENUE = f"/{KEY}/revenue.gif"
# Its standard Base64 has «+», «/» and padding.
CUSTOM = {"method": "ÿþ>>>???", "page": "ü~~"}
PACKED = json.dumps(CUSTOM, ensure_ascii=False).encode()


def read(path: str, query: str) -> dict[str, Any]:
    return Bench(make_pixel("pitchtarget")).row(path, query)


def test_the_sample_needs_both_special_signs_and_padding() -> None:
    standard = b64encode(PACKED).decode()
    assert "+" in standard
    assert "/" in standard
    assert standard.endswith("=")


@pytest.mark.parametrize(
    "params",
    [
        pytest.param(quote(b64encode(PACKED).decode(), safe=""), id="standard, escaped"),
        pytest.param(b64encode(PACKED).decode(), id="standard, nothing escaped: + became a space"),
        pytest.param(b64encode(PACKED).decode().rstrip("="), id="padding missing"),
        pytest.param(urlsafe_b64encode(PACKED).decode(), id="URL-safe alphabet"),
        pytest.param(urlsafe_b64encode(PACKED).decode().rstrip("="), id="URL-safe without padding"),
        pytest.param(quote(PACKED.decode()), id="URL-encoded JSON"),
    ],
)
def test_params_are_read_in_every_encoding(params: str) -> None:
    assert read(EVENT, f"event_token=signup&params={params}")["props"] == CUSTOM


@pytest.mark.parametrize(
    "params", ["not base64!", "e", "[1]", "WzFd", "bnVsbA", "{broken", "eyJh", "%FF%FE", "//79"]
)
def test_params_that_are_no_json_object_reject(params: str) -> None:
    row = read(EVENT, f"event_token=signup&params={params}")
    assert (row["outcome"], row["reason"]) == ("rejected", "invalid_params")


def test_names_with_dollar_underscore_or_dot_are_ignored_not_rejected() -> None:
    custom = {"$set": "1", "_id": "2", "a.b": "3", "plan": "pro", "nested": {"$x": 1, "ok": "4"}}
    row = read(EVENT, urlencode({"event_token": "t", "params": json.dumps(custom)}))
    assert row["outcome"] == "accepted"
    assert row["props"] == {"plan": "pro", "nested.ok": "4"}


@pytest.mark.parametrize(("path", "query"), [(EVENT, ""), (EVENT, "event_token="), (REVENUE, "amount=2500")])
def test_a_hit_without_event_token_is_rejected_and_still_a_row(path: str, query: str) -> None:
    row = read(path, query)
    assert (row["outcome"], row["reason"]) == ("rejected", "missing_event_token")


@pytest.mark.parametrize(
    ("amount", "value"),
    [
        ("2500", "25.00"),
        ("0", "0.00"),
        ("1", "0.01"),
        ("-2500", "-25.00"),
        ("9999999999999999", "99999999999999.99"),
    ],
)
def test_amount_is_an_integer_number_of_cents(amount: str, value: str) -> None:
    assert read(REVENUE, f"event_token=t&amount={amount}")["value"] == value


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        ("", "missing_amount"),
        ("25.00", "invalid_amount"),
        ("25,00", "invalid_amount"),
        ("$25", "invalid_amount"),
        ("1e3", "invalid_amount"),
        ("--1", "invalid_amount"),
        ("NaN", "invalid_amount"),
        ("1_000", "invalid_amount"),
        ("%D9%A1%D9%A2", "invalid_amount"),
        ("10000000000000000", "invalid_amount"),
    ],
)
def test_an_amount_that_is_none_rejects(amount: str, reason: str) -> None:
    row = read(REVENUE, f"event_token=t&amount={amount}")
    assert (row["outcome"], row["reason"]) == ("rejected", reason)


def test_an_event_needs_no_amount_and_has_no_currency() -> None:
    row = read(EVENT, "event_token=t")
    assert not row.keys() & {"value", "currency"}


def test_currency_may_be_named() -> None:
    assert read(REVENUE, "event_token=t&amount=100&currency=eur")["currency"] == "EUR"


def test_special_properties_identify_and_stay_out_of_the_row() -> None:
    bench = Bench(make_pixel("pitchtarget"))
    custom = {
        "email": "Ann@Example.com",
        "uuid": "u-1",
        "fbid": 42,
        "access_token": "EAAB-secret",
        "plan": "pro",
    }
    row = bench.row(EVENT, urlencode({"event_token": "t", "params": json.dumps(custom)}))
    assert identifiers(bench.messages[0]) == {
        ("email", "Ann@Example.com"),
        ("uuid", "u-1"),
        ("fbid", "42"),
        ("access_token", "EAAB-secret"),
    }
    assert row["props"] == {"plan": "pro"}
    assert bench.messages[0]["traits"] == {"plan": "pro"}


@pytest.mark.parametrize("fbid", ["mark.z", "4 2", "4.2", "-4"])
def test_fbid_must_be_numeric(fbid: str) -> None:
    bench = Bench(make_pixel("pitchtarget"))
    row = bench.row(EVENT, urlencode({"event_token": "t", "params": json.dumps({"fbid": fbid})}))
    assert (row["outcome"], row["reason"]) == ("accepted", "invalid_identifier")
    assert bench.messages == []


def test_personal_fields_accumulate_on_the_person_only() -> None:
    bench = Bench(make_pixel("pitchtarget"))
    custom = {"first_name": "John", "Phone": "+1 312 555 1515", "plan": "pro"}
    row = bench.row(EVENT, urlencode({"event_token": "t", "params": json.dumps(custom)}))
    assert row["props"] == {"plan": "pro"}
    assert bench.messages[0]["traits"] == custom


@pytest.mark.parametrize(
    "path", [f"/{KEY}/purchase.gif", f"/{KEY}/.gif", f"/{KEY}", "/event.gif", f"/{KEY}/event"]
)
def test_without_a_token_or_a_category_the_gif_does_not_load(path: str) -> None:
    bench = Bench(make_pixel("pitchtarget"))
    answer = bench.send(path, "event_token=t")
    assert answer.status == 404
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert bench.rows == []


@pytest.mark.parametrize(("path", "kind"), [("event", "custom"), ("revenue", "purchase")])
def test_the_neutral_alias_has_both_categories(path: str, kind: str) -> None:
    assert read(f"/i/{KEY}/{path}", "event_token=t&amount=1")["type"] == kind


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_base64_may_be_wrapped_as_mail_wraps_it(line_end: str) -> None:
    text = json.dumps({"page": "signup.html", "note": "é" * 100})
    packed = encodebytes(text.encode()).decode().replace("\n", line_end)
    for escaped in (quote(packed), quote(packed).replace("%0A", "%0a").replace("%0D", "%0d")):
        row = Bench(make_pixel("pitchtarget")).row(f"/{KEY}/event.gif", f"event_token=t&params={escaped}")
        assert row["props"] == {"page": "signup.html", "note": "é" * 100}
