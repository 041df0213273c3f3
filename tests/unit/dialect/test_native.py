"""The native dialect: plain names, types, maps; and the alias that speaks every pixel's dialect."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.unit.collecting import KEY, NOW_MS, Bench, identifiers, make_pixel

PATH = f"/e/{KEY}"


def read(query: str = "", **request: Any) -> dict[str, Any]:
    return Bench().row(PATH, query, **request)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("", "page_view"),
        ("name=clicked", "custom"),
        ("goal=Trial", "goal"),
        ("goal=Trial&name=clicked", "goal"),
        ("type=lead", "lead"),
        ("type=purchase&name=x", "purchase"),
    ],
)
def test_the_type_is_named_or_follows_from_the_rest(query: str, kind: str) -> None:
    assert read(query)["type"] == kind


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("type=click", "unknown_event_type"),
        ("type=custom", "missing_event_name"),
        ("type=goal", "missing_goal"),
        ("value=ten", "invalid_value"),
        ("currency=E1", "invalid_currency"),
        ("props=[1]", "invalid_json"),
        ("traits=x", "invalid_json"),
        ("products={}", "invalid_products"),
        ("occurred_at=soon", "invalid_timestamp"),
        (f"occurred_at={NOW_MS // 1000}", "invalid_timestamp"),
    ],
)
def test_what_is_not_understood_rejects(query: str, reason: str) -> None:
    row = read(query)
    assert (row["outcome"], row["reason"]) == ("rejected", reason)


def test_every_plain_name_fills_its_column() -> None:
    sent = {
        "type": "purchase",
        "name": "checkout",
        "url": "https://shop.example/thanks",
        "title": "Thanks",
        "referrer": "https://shop.example/cart",
        "session_id": "s1",
        "visitor_id": "v1",
        "message_id": "m1",
        "order_id": "o1",
        "language": "de-DE",
        "time_zone": "Europe/Berlin",
        "utm_source": "a",
        "utm_medium": "b",
        "utm_campaign": "c",
        "utm_term": "d",
        "utm_content": "e",
        "currency": "EUR",
    }
    row = read(urlencode(sent | {"value": "9.9", "occurred_at": NOW_MS - 1}))
    assert {name: row[name] for name in sent} == sent
    assert (row["value"], row["occurred_at"]) == ("9.90", NOW_MS - 1)


def test_maps_and_products_as_json() -> None:
    body = {
        "name": "x",
        "labels": {"section": "news"},
        "props": {"depth": 3, "deep": {"er": [1, "a"]}, "none": None, "yes": True},
        "products": [{"product_id": 1, "price": 2}],
    }
    row = read(method="POST", body=json.dumps(body))
    assert row["labels"] == {"section": "news"}
    assert row["props"] == {"depth": "3", "deep.er": '["1","a"]', "yes": "true"}
    assert row["products"] == [{"product_id": "1", "price": "2.00"}]


def test_identifiers_under_their_plain_names() -> None:
    bench = Bench()
    query = {
        "user_id": "u",
        "uuid": "w",
        "fbid": "4",
        "idfa": "i",
        "gaid": "g",
        "email": "a@b.de",
        "phone": "+1",
    }
    bench.row(PATH, urlencode(query | {"phone_md5": "A" * 32, "phone_sha256": "b" * 64}))
    assert identifiers(bench.messages[0]) == set(query.items()) | {
        ("phone_md5", "a" * 32),
        ("phone_sha256", "b" * 64),
    }


@pytest.mark.parametrize(
    ("email", "kind"), [("a" * 64, "email_sha256"), ("B" * 32, "email_md5"), ("x@y.z", "email")]
)
def test_an_email_that_is_a_digest_is_taken_as_a_hash(email: str, kind: str) -> None:
    bench = Bench()
    bench.row(PATH, f"email={email}")
    assert identifiers(bench.messages[0]) == {(kind, email.lower())}


@pytest.mark.parametrize("name", ["email_sha256", "email_md5", "phone_sha256", "phone_md5"])
def test_a_hash_of_the_wrong_length_is_left_out_and_flagged(name: str) -> None:
    assert read(f"{name}=abc")["reason"] == "invalid_identifier"


@pytest.mark.parametrize(
    ("dialect", "query", "kind"),
    [
        ("ksense", "track=pv", "page_view"),
        ("pitchtarget", "event_token=t", "custom"),
        ("pitchtarget", "event_token=t&amount=1&category=revenue", "purchase"),
        ("altcraft", "goal=A", "goal"),
        ("rokt", f"dt=ScreenView&ct={NOW_MS}", "page_view"),
        ("sendgrid", "type=track&event=Purchase", "purchase"),
        ("native", "type=lead", "lead"),
    ],
)
def test_the_neutral_alias_speaks_the_dialect_of_its_pixel(dialect: str, query: str, kind: str) -> None:
    row = Bench(make_pixel(dialect)).row(f"/i/{KEY}", query)
    assert (row["dialect"], row["type"], row["outcome"]) == (dialect, kind, "accepted")


def test_identifiers_among_the_traits_identify_and_the_rest_are_traits() -> None:
    traits = {"email": "ann@example.com", "phone": "+4930123456", "uuid": "u1", "plan": "pro"}
    bench = Bench()
    row = bench.row(
        PATH, method="POST", body=json.dumps({"type": "identify", "user_id": "77", "traits": traits})
    )
    assert row["outcome"] == "accepted"
    assert identifiers(bench.messages[0]) == {
        ("user_id", "77"),
        ("email", "ann@example.com"),
        ("phone", "+4930123456"),
        ("uuid", "u1"),
    }
    assert bench.messages[0]["traits"] == {"plan": "pro"}


def test_a_digest_among_the_traits_must_have_its_length() -> None:
    row = read(urlencode({"type": "identify", "user_id": "77", "traits": '{"email_sha256":"abc"}'}))
    assert (row["outcome"], row["reason"]) == ("accepted", "invalid_identifier")
