"""`pixelweave canonical`: from a value to its nodes, without a stack."""

from __future__ import annotations

import json
from hashlib import md5, sha256
from pathlib import Path
from typing import Any

import pytest
from pixelweave_cli.main import app
from pixelweave_cli.people_name import KINDS
from typer.testing import CliRunner

from tests.unit.naughty import TEXTS

SCHEMA = Path(__file__).parents[3] / "docs" / "identify-message.schema.json"


def run(*words: str) -> tuple[int, list[dict[str, Any]], str]:
    result = CliRunner().invoke(app, ["canonical", "--json", *words])
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()], result.stderr


def digests(*words: str) -> dict[str, str]:
    code, rows, _ = run(*words)
    assert code == 0
    return {row["node_type"]: row["digest"] for row in rows}


def test_an_address_is_printed_in_its_normal_form_with_both_nodes() -> None:
    code, rows, _ = run(" J.Smith@Example.com ", "--type", "email")
    assert code == 0
    assert rows == [
        {"node_type": kind, "scope": "", "digest": digest, "normal_form": "j.smith@example.com"}
        for kind, digest in (
            ("email_sha256", sha256(b"j.smith@example.com").hexdigest()),
            ("email_md5", md5(b"j.smith@example.com", usedforsecurity=False).hexdigest()),
        )
    ]


def test_a_hash_meets_the_plain_address_in_every_form_that_a_dialect_sends() -> None:
    plain = digests("j.smith@example.com", "--type", "email")
    md5_digest, sha256_digest = plain["email_md5"], plain["email_sha256"]
    assert digests(f"md5:{md5_digest}", "--type", "email") == {"email_md5": md5_digest}
    assert digests(f"hash1:{sha256_digest}", "--type", "email") == {"email_sha256": sha256_digest}
    assert digests(sha256_digest.upper(), "--type", "email") == {"email_sha256": sha256_digest}
    assert digests(md5_digest, "--type", "email_md5") == {"email_md5": md5_digest}


def test_a_phone_is_printed_in_the_three_forms_of_the_seeds() -> None:
    _, rows, _ = run("(555) 123-4567", "--type", "phone", "--region", "US")
    assert {row["node_type"]: row["normal_form"] for row in rows if row["node_type"].endswith("md5")} == {
        "phone_e164_md5": "+15551234567",
        "phone_digits_md5": "15551234567",
        "phone_national_md5": "5551234567",
    }


def test_a_phones_hash_stays_in_the_scheme_that_is_named() -> None:
    digest = "a" * 64
    assert list(digests(digest, "--type", "phone_sha256")) == ["phone_digits_sha256"]
    assert list(digests(digest, "--type", "phone_sha256", "--scheme", "ksense")) == ["phone_e164_sha256"]
    assert list(digests(digest, "--type", "phone_sha256", "--scheme", "rokt")) == ["phone_national_sha256"]


def test_the_pixel_is_the_scope_of_a_user_id_and_of_no_address() -> None:
    assert run("42", "--type", "user_id", "--pixel", "px_1")[1][0]["scope"] == "px_1"
    assert run("42", "--type", "user_id")[1][0]["scope"] is None
    assert run("a@b.example", "--type", "email", "--pixel", "px_1")[1][0]["scope"] == ""


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("email", "canary@", "invalid_value"),
        ("email", "md5:canary", "invalid_value"),
        ("phone", "hash1:canary", "invalid_value"),
        ("phone", "canary", "invalid_value"),
        ("idfa", "canary", "invalid_value"),
        ("user_id", "guest", "blocked_value"),
        ("email", "-1", "blocked_value"),
        ("email", "", "blocked_value"),
    ],
)
def test_a_refusal_is_exit_code_1_and_its_reason_without_the_value(
    kind: str, value: str, reason: str
) -> None:
    code, rows, stderr = run("--type", kind, "--", value)
    assert (code, rows) == (1, [])
    assert json.loads(stderr)["error"]["message"].startswith(f"refused, {reason}: ")
    assert "canary" not in stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("1", "--type", "password"), "--type: 'password' is not one of email, "),
        (("1", "--type", "access_token"), "--type: 'access_token' is not one of"),
        (("1", "--type", "phone", "--region", "XX"), "--phone-region: 'XX' is not a country"),
        (("1", "--type", "phone", "--phone-region", ""), "--phone-region: '' is not a country"),
        (("1", "--type", "phone_md5", "--scheme", "x"), "--scheme: 'x' is not one of ksense, rokt"),
    ],
)
def test_a_wrong_option_is_exit_code_2(words: tuple[str, ...], sentence: str) -> None:
    code, rows, stderr = run(*words)
    assert (code, rows) == (2, [])
    assert json.loads(stderr)["error"]["message"].startswith(sentence)


def test_the_types_are_those_of_the_identify_message() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert {*KINDS, "access_token"} == set(schema["$defs"]["identifier"]["properties"]["type"]["enum"])


@pytest.mark.parametrize("kind", ["email", "phone", "user_id", "fbid"])
@pytest.mark.parametrize("value", TEXTS, ids=lambda value: ascii(value)[:40])
def test_hostile_values_end_in_nodes_or_a_reason(kind: str, value: str) -> None:
    code, rows, stderr = run("--type", kind, "--", value)
    assert (code, bool(rows), bool(stderr)) in ((0, True, False), (1, False, True))
