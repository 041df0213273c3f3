"""Normal forms, on both sides of each rule."""

from __future__ import annotations

from hashlib import md5, sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelweave.canonical import (
    Surroundings,
    UnusableIdentifierError,
    canonical_email,
    canonical_phone,
    make_nodes,
)

AROUND = Surroundings("ws", "px_1", blocked=frozenset(("blocked@corp.example", "3125550199", "+3125550199")))


def nodes(kind: str, value: str, **extra: str) -> dict[str, str]:
    return {node.kind: node.digest for node in make_nodes({"type": kind, "value": value, **extra}, AROUND)}


def reason(kind: str, value: str) -> str:
    with pytest.raises(UnusableIdentifierError) as caught:
        make_nodes({"type": kind, "value": value}, AROUND)
    return caught.value.reason


def sha(text: str) -> str:
    return sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        (" John.Doe@Example.COM ", "john.doe@example.com"),
        ("j.smith+tag@example.com", "j.smith+tag@example.com"),
        ("john.doe@example.com.", "john.doe@example.com"),
        ("JÜRGEN@müller.example", "jürgen@xn--mller-kva.example"),
        ("ju\u0308rgen@example.com", "jürgen@example.com"),
        ("a" * 64 + "@example.com", "a" * 64 + "@example.com"),
    ],
)
def test_an_address_has_one_normal_form(text: str, normal: str) -> None:
    assert canonical_email(text) == normal


@pytest.mark.parametrize(
    "text",
    ["", "a", "@b.de", "a@", "a@b", "a b@c.de", "a@b@c.de", "a@b..de", "a" * 65 + "@b.de", "a@" + "b" * 64 + ".de",
     "a@-b.de", "<a@b.de>", "a@b.de\x00"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UnusableIdentifierError):
        canonical_email(text)


def test_a_plain_address_meets_its_hashes_of_every_dialect() -> None:
    plain = nodes("email", "J.Smith@example.com")
    assert plain == {
        "email_sha256": sha("j.smith@example.com"),
        "email_md5": md5(b"j.smith@example.com").hexdigest(),
    }
    assert nodes("email_sha256", plain["email_sha256"].upper()).items() <= plain.items()
    assert nodes("email_md5", plain["email_md5"]).items() <= plain.items()


@pytest.mark.parametrize(
    "text", ["+1 (312) 555-1515", "3125551515", "+13125551515", "1-312-555-1515", "(312) 555-1515"]
)
def test_a_phone_has_three_normal_forms(text: str) -> None:
    assert canonical_phone(text, "US") == {
        "e164": "+13125551515",
        "digits": "13125551515",
        "national": "3125551515",
    }


def test_a_plain_phone_meets_kSense_s_and_Rokt_s_hash() -> None:  # noqa: N802 - the vendors' spelling
    plain = nodes("phone", "+1 (222) 345-6789")
    ksense = nodes("phone_md5", md5(b"+12223456789").hexdigest(), scheme="ksense")
    rokt = nodes("phone_sha256", sha("2223456789"), scheme="rokt")
    assert ksense.items() <= plain.items()
    assert rokt.items() <= plain.items()


def test_hashes_of_different_schemes_never_meet() -> None:
    digest = "a" * 64
    kinds = {
        next(iter(nodes("phone_sha256", digest, **extra)))
        for extra in ({}, {"scheme": "ksense"}, {"scheme": "rokt"})
    }
    assert kinds == {"phone_digits_sha256", "phone_e164_sha256", "phone_national_sha256"}


def test_national_digits_of_another_country_make_no_node() -> None:
    assert "national" not in canonical_phone("+49 30 901820", "US")
    assert canonical_phone("+49 30 901820", "DE")["national"] == "30901820"


@pytest.mark.parametrize(
    "text",
    ["", "12", "phone", "+999123456789", "1" * 40, "555-1515", "+1 312 555 1515 ext. 5", "312 555 1515 x6"],
)
def test_what_is_no_phone_is_refused(text: str) -> None:
    with pytest.raises(UnusableIdentifierError):
        canonical_phone(text, "US")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("user_id", ""), ("user_id", "0"), ("user_id", "000-000"), ("user_id", "-1"), ("user_id", "null"), ("user_id", "NONE"),
        ("user_id", "nan"), ("user_id", "undefined"), ("user_id", "True"), ("user_id", "false"), ("user_id", "anonymous"),
        ("user_id", "guest"), ("user_id", "[object Object]"), ("email", "test@example.com"), ("email", "Blocked@Corp.example"),
        ("idfa", "00000000-0000-0000-0000-000000000000"), ("email_sha256", sha("")), ("email_md5", md5(b"").hexdigest()),
        ("email_sha256", "0" * 64), ("phone", "000000"), ("fbid", "0"), ("phone", "+1 000 000 0000"), ("phone", "999-999-9999"),
        ("phone", "1234567890"), ("phone", "(312) 555-0199"), ("email", "test@example.com."), ("user_id", "'null'"),
        ("user_id", '"undefined"'), ("user_id", "(NULL)"), ("user_id", "{{user_id}}"), ("user_id", "${userId}"),
        ("user_id", "{user.id}"), ("user_id", "%%SubscriberID%%"), ("user_id", "*|UNIQID|*"), ("user_id", "[uid1]"),
        ("user_id", "<%= uid %>"), ("uuid", "#{id}"),
    ],
)  # fmt: skip
def test_values_that_stand_for_nobody_are_blocked(kind: str, value: str) -> None:
    assert reason(kind, value) == "blocked_value"


@pytest.mark.parametrize(
    "text",
    ["null", "NULL", "None", "NaN", "undefined", "anonymous", "[object Object]", "test@example.com", "blocked@corp.example", "0",
     "0000000000", "+3125550199"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["email", "phone"])
def test_values_that_stand_for_nobody_are_blocked_as_hashes_too(kind: str, text: str) -> None:
    assert reason(f"{kind}_sha256", sha(text)) == "blocked_value"
    assert reason(f"{kind}_md5", md5(text.encode()).hexdigest().upper()) == "blocked_value"


@pytest.mark.parametrize(
    "value",
    [
        "nullable",
        "7",
        "guest-7",
        "user@corp.example",
        "{550e8400-e29b-41d4-a716-446655440000}",
        "[12]",
        "100%",
        "<7>",
    ],
)
def test_values_that_look_like_nobodys_make_a_node(value: str) -> None:
    assert nodes("user_id", value) == {"user_id": sha(value)}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("email_sha256", "a" * 63), ("email_md5", "g" * 32), ("fbid", "mark"), ("fbid", "1" * 33), ("idfa", "abc"), ("gaid", "1-2"),
        ("user_id", "x" * 257), ("phone_md5", "a" * 31),
    ],
)  # fmt: skip
def test_values_of_the_wrong_form_are_invalid(kind: str, value: str) -> None:
    assert reason(kind, value) == "invalid_value"


@pytest.mark.parametrize(
    ("kind", "value", "scope"),
    [
        ("user_id", "7", "px_1"),
        ("uuid", "u", "px_1"),
        ("other2", "o", "px_1"),
        ("email", "a@b.de", ""),
        ("fbid", "4", ""),
    ],
)
def test_ids_of_a_site_mean_something_within_their_pixel_only(kind: str, value: str, scope: str) -> None:
    assert {node.scope for node in make_nodes({"type": kind, "value": value}, AROUND)} == {scope}


def test_device_ids_are_compared_without_case() -> None:
    device_id = "6D92078A-8246-4BA4-AE5B-76104861E7DC"
    assert nodes("idfa", device_id) == nodes("idfa", device_id.lower())
    assert nodes("idfa", device_id).keys() != nodes("gaid", device_id).keys()


@given(
    st.sampled_from(["email", "phone", "user_id", "fbid", "idfa", "email_sha256", "phone_md5", "other5"]),
    st.text(max_size=80),
)
def test_any_value_makes_nodes_or_has_a_reason(kind: str, value: str) -> None:
    reasons, made = set(), []
    try:
        made = make_nodes({"type": kind, "value": value}, AROUND)
    except UnusableIdentifierError as exc:
        reasons.add(exc.reason)
    assert reasons <= {"blocked_value", "invalid_value"}
    assert bool(made) != bool(reasons)
    assert all(len(node.digest) in (32, 64) for node in made)
