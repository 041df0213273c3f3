"""kSense: labels in every form, hash prefixes, ids, names of conversions."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.unit.collecting import KEY, Bench, identifiers, make_pixel

PATH = f"/ksense/{KEY}"


def post(call: dict[str, Any]) -> tuple[Bench, dict[str, Any]]:
    bench = Bench(make_pixel("ksense"))
    return bench, bench.row(PATH, method="POST", body=json.dumps(call))


@pytest.mark.parametrize(
    "labels",
    [
        pytest.param(["a=1", "b=x=y"], id="list of name=value, split at the first sign"),
        pytest.param({"a": 1, "b": "x=y"}, id="object"),
        pytest.param('["a=1", "b=x=y"]', id="a string JSON array, as the seed's table says"),
    ],
)
def test_labels_are_strings_or_an_object(labels: object) -> None:
    _, row = post({"track": "pv", "labels": labels})
    assert row["labels"] == {"a": "1", "b": "x=y"}


@pytest.mark.parametrize(
    "query",
    [
        urlencode({"labels": '["a=1","b=x=y"]'}),
        urlencode({"labels": '{"a":"1","b":"x=y"}'}),
        urlencode([("labels", "a=1"), ("labels", "b=x=y")]),
    ],
)
def test_labels_of_an_image_are_json_or_repeated(query: str) -> None:
    row = Bench(make_pixel("ksense")).row(PATH, f"track=pv&{query}")
    assert row["labels"] == {"a": "1", "b": "x=y"}


@pytest.mark.parametrize("label", ["plain", "=value", " =value", ""])
def test_a_label_that_is_no_pair_is_left_out_and_flagged(label: str) -> None:
    _, row = post({"track": "pv", "labels": [label, "a=1"]})
    assert (row["outcome"], row["reason"], row["labels"]) == ("accepted", "invalid_label", {"a": "1"})


@pytest.mark.parametrize(("call", "reason"), [("", "missing_event_type"), ("click", "unknown_event_type")])
def test_a_call_is_pv_conversion_or_user_info(call: str, reason: str) -> None:
    row = Bench(make_pixel("ksense")).row(PATH, f"track={call}")
    assert (row["outcome"], row["reason"]) == ("rejected", reason)


def test_a_conversion_may_carry_a_name() -> None:
    _, row = post({"track": "conversion", "conversion_name": "Trial, 30 days"})
    assert row["name"] == "Trial, 30 days"


def test_a_page_view_has_no_conversion_name() -> None:
    _, row = post({"track": "pv", "conversion_name": "Trial"})
    assert "name" not in row


@pytest.mark.parametrize(
    ("user_info", "expected"),
    [
        ({"email": "MD5:" + "A" * 32}, ("email_md5", "a" * 32)),
        ({"email": "hash1:" + "b" * 64}, ("email_sha256", "b" * 64)),
        ({"phone": "hash1:" + "c" * 64}, ("phone_sha256", "c" * 64)),
        ({"email": "Ann@Example.com"}, ("email", "Ann@Example.com")),
        ({"phone": "+13125551515"}, ("phone", "+13125551515")),
        ({"internal_id": 77}, ("user_id", "77")),
        ({"user_id": "77"}, ("user_id", "77")),
    ],
)
def test_user_info_is_plain_or_prefixed(user_info: dict[str, object], expected: tuple[str, str]) -> None:
    bench, _ = post({"track": "user_info", "user_info": user_info})
    assert identifiers(bench.messages[0]) == {expected}


def test_a_phone_hash_is_of_kSense_normal_form() -> None:  # noqa: N802 - the vendor's spelling
    bench, _ = post({"track": "user_info", "user_info": {"phone": "md5:" + "d" * 32}})
    assert bench.messages[0]["identifiers"] == [{"type": "phone_md5", "value": "d" * 32, "scheme": "ksense"}]


@pytest.mark.parametrize("value", ["md5:" + "a" * 31, "md5:" + "z" * 32, "hash1:" + "a" * 32, "md5:"])
def test_a_prefix_needs_its_digest(value: str) -> None:
    bench, row = post({"track": "user_info", "user_info": {"email": value}})
    assert (row["outcome"], row["reason"]) == ("accepted", "invalid_identifier")
    assert bench.messages == []


def test_user_id_beside_user_info_and_other_fields_become_traits() -> None:
    bench, _ = post({"track": "pv", "user_id": "u1", "user_info": {"segment": "gold"}})
    assert identifiers(bench.messages[0]) == {("user_id", "u1")}
    assert bench.messages[0]["traits"] == {"segment": "gold"}


@pytest.mark.parametrize("name", ["labels", "user_info"])
def test_broken_json_rejects(name: str) -> None:
    row = Bench(make_pixel("ksense")).row(PATH, urlencode({"track": "pv", name: "[{"}))
    assert (row["outcome"], row["reason"]) == ("rejected", "invalid_json")


def test_an_empty_label_hides_no_other() -> None:
    row = Bench(make_pixel("ksense")).row(f"/ksense/{KEY}", "track=pv&labels=&labels=a%3Db")
    assert row["labels"] == {"a": "b"}
