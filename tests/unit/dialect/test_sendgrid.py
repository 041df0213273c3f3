"""SendGrid: its calls in Segment's words."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.unit.collecting import KEY, NOW_MS, Bench, identifiers, make_pixel

PATH = f"/sendgrid/{KEY}"


def post(**call: Any) -> tuple[Bench, dict[str, Any]]:
    bench = Bench(make_pixel("sendgrid"))
    return bench, bench.row(PATH, method="POST", body=json.dumps(call))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Purchase", "purchase"),
        ("Purchase Completed", "purchase"),
        ("purchase completed", "purchase"),
        ("Lead Captured", "lead"),
        ("Lead Generated", "lead"),
        ("Purchase Cancelled", "custom"),
    ],
)
def test_tracked_names_that_mean_the_same_have_one_type(name: str, kind: str) -> None:
    _, row = post(type="track", event=name, properties={"email": "a@b.de"})
    assert (row["type"], row["name"]) == (kind, name)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ({}, "missing_event_type"),
        ({"type": "group"}, "unknown_event_type"),
        ({"type": "track"}, "missing_event_name"),
        ({"type": "track", "event": "Lead Captured"}, "missing_email"),
        ({"type": "track", "event": "Lead Captured", "properties": {"email": ""}}, "missing_email"),
        ({"type": "identify"}, "missing_identifier"),
        ({"type": "identify", "traits": []}, "invalid_json"),
        ({"type": "track", "event": "Purchase", "properties": {"total": "12 EUR"}}, "invalid_amount"),
        ({"type": "track", "event": "Purchase", "properties": {"currency": "EURO"}}, "invalid_currency"),
        ({"type": "track", "event": "Purchase", "properties": {"products": {}}}, "invalid_products"),
        ({"type": "track", "event": "Purchase", "properties": {"products": ["x"]}}, "invalid_products"),
        (
            {"type": "track", "event": "Purchase", "properties": {"products": [{"price": "x"}]}},
            "invalid_products",
        ),
        ({"type": "track", "event": "Purchase", "properties": {"products": [{}] * 101}}, "too_many_products"),
        (
            {"type": "track", "event": "Purchase", "properties": {"products": [{"name": "n" * 1025}]}},
            "field_too_long",
        ),
        ({"type": "page", "timestamp": "2026-07-01 12:00"}, "invalid_timestamp"),
        ({"type": "page", "properties": {"a": "b" * 1025}}, "field_too_long"),
    ],
)
def test_what_is_required_or_not_understood_rejects(call: dict[str, Any], reason: str) -> None:
    _, row = post(**call)
    assert (row["outcome"], row["reason"]) == ("rejected", reason)


def test_identify_by_traits_alone() -> None:
    bench, _ = post(type="identify", traits={"email": "a@b.de", "phone": "+1312", "plan": "pro"})
    assert identifiers(bench.messages[0]) == {("email", "a@b.de"), ("phone", "+1312")}
    assert bench.messages[0]["traits"] == {"plan": "pro"}


def test_segment_ids_and_time_are_taken() -> None:
    _, row = post(type="page", messageId="m-1", anonymousId="anon-1", timestamp="2026-07-01T13:59:00.5+02:00")
    assert (row["message_id"], row["visitor_id"]) == ("m-1", "anon-1")
    assert row["occurred_at"] == NOW_MS - 59_623


def test_a_purchase_may_carry_its_order_id_and_more() -> None:
    _, row = post(
        type="track", event="Purchase", properties={"order_id": "o-1", "coupon": "MAY", "first_name": "Ann"}
    )
    assert (row["order_id"], row["props"]) == ("o-1", {"coupon": "MAY"})


def test_an_image_carries_json_in_its_parameters() -> None:
    bench = Bench(make_pixel("sendgrid"))
    query = urlencode({"type": "identify", "userId": "1", "traits": '{"email":"a@b.de"}'})
    bench.row(PATH, query)
    assert identifiers(bench.messages[0]) == {("user_id", "1"), ("email", "a@b.de")}


def test_money_of_javascript_floats_is_rounded_in_decimal() -> None:
    _, row = post(type="track", event="Purchase", properties={"total": 0.1 + 0.2})
    assert row["value"] == "0.30"
