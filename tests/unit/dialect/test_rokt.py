"""Rokt: both list encodings, AMP's parameters, and what rejects."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.unit.collecting import KEY, NOW_MS, Bench, identifiers, make_pixel

PATH = f"/v1/{KEY}/Pixel"
PAGE = f"dt=ScreenView&ct={NOW_MS}"
DIGEST = "a" * 64


def read(query: str, **headers: str) -> dict[str, Any]:
    return Bench(make_pixel("rokt")).row(PATH, query, **headers)


@pytest.mark.parametrize(
    ("keys", "values", "expected"),
    [
        pytest.param(
            "firstname%2Czip", "Jane%2C98103", {"firstname": "Jane", "zip": "98103"}, id="encoded separators"
        ),
        pytest.param(
            "firstname,zip", "Jane,98103", {"firstname": "Jane", "zip": "98103"}, id="literal separators"
        ),
        pytest.param(
            "name,zip",
            "Smith%2C%20Jane,98103",
            {"name": "Smith, Jane", "zip": "98103"},
            id="AMP's element with a comma",
        ),
        pytest.param(
            "name", "Smith%2C%20Jane", {"name": "Smith, Jane"}, id="one key never splits an encoded comma"
        ),
        pytest.param("name", "Smith,Jane", {"name": "Smith,Jane"}, id="one key never splits a literal comma"),
        pytest.param("firstname,zip", "Jane,", {"firstname": "Jane", "zip": ""}, id="an empty last value"),
        pytest.param("a%2Cb", "1,2", {"a": "1", "b": "2"}, id="keys and values encoded differently"),
        pytest.param("a", "x+y%2Bz", {"a": "x y+z"}, id="plus and encoded plus"),
    ],
)
def test_lists_are_split_by_the_encoding_they_came_in(
    keys: str, values: str, expected: dict[str, str]
) -> None:
    bench = Bench(make_pixel("rokt"))
    bench.row(PATH, f"{PAGE}&ua_k={keys}&ua_v={values}")
    assert bench.messages[0]["traits"] == expected


@pytest.mark.parametrize(
    "lists",
    [
        "ui_t=other3,email&ui_v=s1",
        "ui_t=other3&ui_v=",
        "ui_v=s1",
        "ua_k=a,b&ua_v=1,2,3",
        "ua_k=a%2Cb&ua_v=Smith%2C+Jane%2C98103",
        "attrs_k=a,b&attrs_v=1",
        "flags_k=a&flags_v=",
        "ui_t=other3,email,other&ui_v=a%2Cb,c",
    ],
)
def test_lists_of_unequal_length_reject_with_a_reason(lists: str) -> None:
    names = lists.split("&")
    if len(names) == 2 and names[1].endswith("="):
        # An empty value beside one key is that key's empty value; without the parameter there is none.
        lists = names[0]
    row = read(f"{PAGE}&{lists}")
    assert (row["outcome"], row["reason"]) == ("rejected", "unequal_lists")


@pytest.mark.parametrize("lists", ["ua_k=&ua_v=", "attrs_k=&attrs_v=", "ui_t=&ui_v=", ""])
def test_empty_lists_as_amp_sends_them_are_no_problem(lists: str) -> None:
    assert read(f"{PAGE}&{lists}")["outcome"] == "accepted"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (f"ct={NOW_MS}", "missing_dt"),
        (f"dt=Screen&ct={NOW_MS}", "invalid_dt"),
        ("dt=ScreenView", "invalid_timestamp"),
        ("dt=ScreenView&ct=", "invalid_timestamp"),
        ("dt=ScreenView&ct=yesterday", "invalid_timestamp"),
        (f"dt=ScreenView&ct={NOW_MS // 1000}", "invalid_timestamp"),
        ("dt=ScreenView&ct=946684799999", "invalid_timestamp"),
        (f"dt=ScreenView&ct={NOW_MS + 86_400_001}", "invalid_timestamp"),
        (f"dt=ScreenView&ct=-{NOW_MS}", "invalid_timestamp"),
        (f"dt=ScreenView&ct={NOW_MS}.5", "invalid_timestamp"),
        (f"{PAGE}&ua_k=zip,zip&ua_v=1,2", "duplicate_attribute"),
        (f"dt=AppEvent&ct={NOW_MS}", "missing_event_name"),
        (
            f"dt=AppEvent&et=Transaction&ct={NOW_MS}&attrs_k=confirmationref&attrs_v=1",
            "missing_conversiontype",
        ),
        (
            f"dt=AppEvent&et=Transaction&ct={NOW_MS}&attrs_k=conversiontype&attrs_v=signup",
            "missing_confirmationref",
        ),
        (
            f"dt=AppEvent&n=conversion&ct={NOW_MS}&attrs_k=conversiontype&attrs_v=signup",
            "missing_confirmationref",
        ),
        (
            f"dt=AppEvent&ct={NOW_MS}&attrs_k=conversiontype,confirmationref&attrs_v=signup,",
            "missing_confirmationref",
        ),
        (f"dt=AppEvent&n=x&ct={NOW_MS}&attrs_k=amount&attrs_v=twelve", "invalid_amount"),
        (f"dt=AppEvent&n=x&ct={NOW_MS}&attrs_k=currency&attrs_v=US", "invalid_currency"),
    ],
)
def test_what_is_required_or_not_understood_rejects(query: str, reason: str) -> None:
    row = read(query)
    assert (row["outcome"], row["reason"]) == ("rejected", reason)


@pytest.mark.parametrize("moment", [946_684_800_000, NOW_MS, NOW_MS + 86_400_000])
def test_ct_is_taken_from_2000_to_a_day_ahead(moment: int) -> None:
    row = read(f"dt=ScreenView&ct={moment}")
    assert (row["outcome"], row["occurred_at"]) == ("accepted", moment)


@pytest.mark.parametrize(
    ("name", "kind"), [("signup", "conversion"), ("purchase", "purchase"), ("Purchase", "purchase")]
)
def test_a_conversion_is_named_by_its_conversiontype(name: str, kind: str) -> None:
    row = read(
        f"dt=AppEvent&et=Transaction&n=conversion&ct={NOW_MS}&attrs_k=conversiontype,confirmationref&attrs_v={name},9"
    )
    assert (row["type"], row["name"], row["order_id"]) == (kind, name, "9")
    assert row["props"] == {"event_type": "Transaction", "event_name": "conversion"}


def test_an_app_event_that_is_no_conversion_is_custom() -> None:
    row = read(f"dt=AppEvent&et=Navigation&n=opened+menu&ct={NOW_MS}&attrs_k=depth,amount&attrs_v=2,1.5")
    assert (row["type"], row["name"], row["value"]) == ("custom", "opened menu", "1.50")
    assert row["props"] == {"depth": "2", "event_type": "Navigation"}


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("email", "J.Smith%40Example.com", ("email", "J.Smith@Example.com")),
        ("other", DIGEST.upper(), ("email_sha256", DIGEST)),
        ("email_sha256", DIGEST, ("email_sha256", DIGEST)),
        ("mobile_sha256", DIGEST, ("phone_sha256", DIGEST)),
        ("customerid", "77", ("user_id", "77")),
        ("facebook", "4", ("fbid", "4")),
        ("other2", "x", ("other2", "x")),
        ("other10", "x", ("other10", "x")),
    ],
)
def test_each_identity_type_has_its_identifier(kind: str, value: str, expected: tuple[str, str]) -> None:
    bench = Bench(make_pixel("rokt"))
    bench.row(PATH, f"{PAGE}&ui_t={kind}&ui_v={value}")
    assert identifiers(bench.messages[0]) == {expected}


def test_a_phone_hash_says_whose_normal_form_it_hashes() -> None:
    bench = Bench(make_pixel("rokt"))
    bench.row(PATH, f"{PAGE}&ui_t=mobile_sha256&ui_v={DIGEST}")
    assert bench.messages[0]["identifiers"] == [{"type": "phone_sha256", "value": DIGEST, "scheme": "rokt"}]


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("other", "a" * 63, "invalid_identifier"),
        ("email_sha256", "g" * 64, "invalid_identifier"),
        ("mobile_sha256", "3125551515", "invalid_identifier"),
        ("other11", "x", "unknown_identity_type"),
        ("myspace", "x", "unknown_identity_type"),
    ],
)
def test_an_unusable_identity_is_left_out_and_flagged(kind: str, value: str, reason: str) -> None:
    bench = Bench(make_pixel("rokt"))
    row = bench.row(PATH, f"{PAGE}&ui_t={kind}&ui_v={value}")
    assert (row["outcome"], row["reason"]) == ("accepted", reason)
    assert bench.messages == []


def test_an_empty_identity_is_absent() -> None:
    row = read(f"{PAGE}&ui_t=other3,email&ui_v=,")
    assert (row["outcome"], row.get("session_id")) == ("accepted", None)


def test_dbg_is_test_data_and_identifies_nobody() -> None:
    bench = Bench(make_pixel("rokt"))
    row = bench.row(PATH, f"{PAGE}&dbg=true&ui_t=email&ui_v=a%40b.de")
    assert row["outcome"] == "test"
    assert bench.messages == []


@pytest.mark.parametrize(
    ("page", "referer", "url"),
    [
        ("hn=shop.example", "https://shop.example/a?b=1", "https://shop.example/a?b=1"),
        ("hn=shop.example", "https://Shop.Example/a", "https://Shop.Example/a"),
        ("hn=shop.example", "https://shop.example:8443/a", "https://shop.example:8443/a"),
        ("hn=shop.example", "https://shop.example.evil.example/a", "https://shop.example/"),
        ("hn=shop.example", "https://other.example/a", "https://shop.example/"),
        ("hn=shop.example&path=%2Fb", "https://shop.example/a", "https://shop.example/b"),
        ("hn=shop.example&path=b", "", "https://shop.example/b"),
        ("hn=https%3A%2F%2Fshop.example%2Famp%3Fx%3D1&path=%2Fb", "", "https://shop.example/amp?x=1"),
        ("", "https://shop.example/a", "https://shop.example/a"),
    ],
)
def test_the_page_is_what_the_hit_names_made_precise_by_the_referer(
    page: str, referer: str, url: str
) -> None:
    assert read(f"{PAGE}&{page}", referer=referer)["url"] == url


def test_amp_sends_its_own_client_id_flags_version_and_consent() -> None:
    query = urlencode(
        {"amp_id": "amp-abc", "flags_k": "exp", "flags_v": "b", "av": "1.2", "n": "Home", "lc": "48.1,11.5"}
    )
    row = read(f"{PAGE}&{query}&consent_state=sufficient")
    assert (row["visitor_id"], row["name"], row["consent"]) == ("amp-abc", "Home", "granted")
    assert row["props"] == {"flag.exp": "b", "app_version": "1.2"}
    assert "48.1" not in str(row)


def test_amp_consent_state_insufficient_strips_ids() -> None:
    bench = Bench(make_pixel("rokt"))
    row = bench.row(PATH, f"{PAGE}&amp_id=x&ui_t=other3,email&ui_v=s,a%40b.de&consent_state=insufficient")
    assert row["consent"] == "denied"
    assert not row.keys() & {"visitor_id", "session_id"}
    assert bench.messages == []


def test_a_post_of_the_same_names_as_json_reads_alike() -> None:
    bench = Bench(make_pixel("rokt"))
    row = bench.row(
        PATH,
        method="POST",
        body=f'{{"dt":"ScreenView","ct":{NOW_MS},"ui_t":"other3,email","ui_v":"s1,a@b.de"}}',
    )
    assert row["session_id"] == "s1"
    assert identifiers(bench.messages[0]) == {("email", "a@b.de")}


@pytest.mark.parametrize(
    ("said", "state", "consent"),
    [
        ("granted", "insufficient", "denied"),
        ("denied", "sufficient", "denied"),
        ("granted", "sufficient", "granted"),
        ("", "sufficient", "granted"),
        ("granted", "unknown", "granted"),
    ],
)
def test_the_more_private_of_two_consents_holds(said: str, state: str, consent: str) -> None:
    query = f"dt=ScreenView&ct={NOW_MS}&consent={said}&consent_state={state}"
    assert Bench(make_pixel("rokt")).row(f"/v1/{KEY}/Pixel", query)["consent"] == consent


def test_an_empty_value_is_absent_in_json_too() -> None:
    body = json.dumps({"dt": "ScreenView", "ct": NOW_MS, "ui_t": "other3", "ui_v": ""})
    row = Bench(make_pixel("rokt")).row(f"/v1/{KEY}/Pixel", method="POST", body=body)
    assert (row["outcome"], row.get("session_id")) == ("accepted", None)
