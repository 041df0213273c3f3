"""Exports: hashes only, sorted, each once; and the manifest beside them."""

from __future__ import annotations

import pytest
from pixelweave.audience_export import CSV, SHA256, describe_export, name_export, write_export

from tests.unit.audience.sample import DIGESTS, EVALUATED, make_evaluation, make_member, make_record

A, B, C, D = DIGESTS[:4]
HEADER = "email_sha256,phone_sha256,phone_e164_sha256,external_id_sha256,fbid_sha256,idfa_sha256,gaid_sha256,country\n"


def test_hashes_are_sorted_lines_each_once() -> None:
    members = [
        make_member("pn_1", email_sha256=B),
        make_member("pn_2", email_sha256=A),
        make_member("pn_3", email_sha256=B),
        make_member("pn_4", phone_sha256=C),
        make_member("visitor:acme:cookie"),
    ]
    exported = write_export(members, SHA256)
    assert (exported.text, exported.lines) == (f"{A}\n{B}\n", 2)


def test_a_table_has_a_line_a_person_who_can_be_matched() -> None:
    members = [
        make_member("pn_2", email_sha256=B, country="FR"),
        make_member("pn_1", phone_sha256=A, phone_e164_sha256=C, gaid_sha256=D),
        make_member("visitor:acme:cookie", country="DE"),
        make_member("pn_3", country="DE"),
    ]
    exported = write_export(members, CSV)
    assert (exported.text, exported.lines) == (f"{HEADER},{A},{C},,,,{D},\n{B},,,,,,,FR\n", 2)


@pytest.mark.parametrize(
    "digest",
    ["=cmd()", A[:-1], f"{A}1", A.upper().replace("1", "F"), f"{A[:-1]}\n", "", "j.smith@example.com"],
)
def test_what_is_no_digest_is_not_exported(digest: str) -> None:
    members = [make_member("pn_1", email_sha256=digest)]
    assert write_export(members, SHA256).text == ""
    assert write_export(members, CSV).text == HEADER


@pytest.mark.parametrize("country", ["=1+1", "fr", "FRA", "+F", "F", "F\n"])
def test_what_is_no_country_is_left_out(country: str) -> None:
    members = [make_member("pn_1", email_sha256=A, country=country)]
    assert write_export(members, CSV).text == f"{HEADER}{A},,,,,,,\n"


def test_a_manifest_tells_which_definition_when_and_how_many_were_left() -> None:
    record = make_record(revision=3)
    evaluation = make_evaluation(make_member("pn_1", email_sha256=A), make_member("pn_2"))
    exported = write_export(evaluation.members, SHA256)
    key = name_export(record, EVALUATED, SHA256)
    assert key == "audiences/acme/big-spenders/dt=2025-06-30/130000.txt"
    assert describe_export(record, evaluation, exported, key) == {
        "audience": "Big spenders",
        "workspace": "acme",
        "slug": "big-spenders",
        "revision": 3,
        "computed_at": "2025-06-30T13:00:00.123Z",
        "form": "sha256",
        "key": key,
        "lines": 1,
        "steps": [
            {"filter": "seen within 30d", "left": 10},
            {"filter": "who: anyone", "left": 10},
            {"filter": "consent: granted", "left": 2},
        ],
    }
