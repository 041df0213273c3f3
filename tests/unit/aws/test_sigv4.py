"""Our signatures against botocore's, which AWS's own SDK sends."""

from __future__ import annotations

import datetime as dt
from typing import Any
from unittest.mock import patch

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from hypothesis import given
from hypothesis import strategies as st
from pixelweave_aws.collect_settings import Credentials
from pixelweave_aws.sigv4 import Signer

NOW = 1_751_462_400.0
HOST = "firehose.eu-west-1.amazonaws.com"
CONTENT_TYPE = "application/x-amz-json-1.1"
TARGET = "Firehose_20150804.PutRecord"


def sign_with_botocore(
    credentials: Credentials, region: str, service: str, body: bytes, **request: Any
) -> str:
    """The Authorization header that botocore makes for the same request."""
    now = request.get("now", NOW)
    awsrequest = AWSRequest(
        method="POST",
        url=f"https://{request.get('host', HOST)}/",
        data=body,
        headers={"content-type": CONTENT_TYPE, "x-amz-target": request.get("target", TARGET)},
    )
    moment = dt.datetime.fromtimestamp(now, dt.UTC)
    keys = BotoCredentials(credentials.access_key, credentials.secret_key, credentials.token)
    with patch.object(botocore.auth, "get_current_datetime", return_value=moment):
        botocore.auth.SigV4Auth(keys, service, region).add_auth(awsrequest)
    authorization: str = awsrequest.headers["Authorization"]
    return authorization


def read_lines(head: str) -> dict[str, str]:
    """Header lines as a mapping."""
    assert head.endswith("\r\n")
    return dict(line.split(":", 1) for line in head.removesuffix("\r\n").split("\r\n"))


@pytest.mark.parametrize(
    ("service", "host", "target", "token", "body"),
    [
        ("firehose", HOST, TARGET, None, b"{}"),
        ("firehose", HOST, TARGET, "token/with+signs==", b"{}"),
        ("dynamodb", "dynamodb.us-east-1.amazonaws.com", "DynamoDB_20120810.GetItem", "t" * 900, b'{"a": 1}'),
        ("sqs", "localhost:4566", "AmazonSQS.SendMessage", None, b""),
        ("sqs", "sqs.eu-west-1.amazonaws.com", "AmazonSQS.SendMessage", "t", '{"body": "é\u2028"}'.encode()),
    ],
)
def test_a_signature_is_botocores(
    service: str, host: str, target: str, token: str | None, body: bytes
) -> None:
    credentials = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token)
    head = Signer(credentials, "eu-west-1", service).sign(
        host=host, content_type=CONTENT_TYPE, target=target, body=body, now=NOW
    )
    expected = sign_with_botocore(credentials, "eu-west-1", service, body, host=host, target=target)
    assert read_lines(head)["authorization"] == expected


@given(
    body=st.binary(max_size=300),
    token=st.none() | st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=80),
    secret_key=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=50),
    region=st.from_regex(r"[a-z]{2}-[a-z]{4,9}-[1-9]", fullmatch=True),
    now=st.integers(0, 4_102_444_800),
)
def test_any_signature_is_botocores(
    body: bytes, token: str | None, secret_key: str, region: str, now: int
) -> None:
    credentials = Credentials("ASIAEXAMPLE", secret_key, token)
    signer = Signer(credentials, region, "firehose")
    head = signer.sign(host=HOST, content_type=CONTENT_TYPE, target=TARGET, body=body, now=now)
    expected = sign_with_botocore(credentials, region, "firehose", body, now=now)
    assert read_lines(head)["authorization"] == expected


def test_the_signing_key_changes_at_midnight_utc() -> None:
    credentials = Credentials("AKIDEXAMPLE", "secret")
    signer = Signer(credentials, "eu-west-1", "firehose")
    midnight = 1_751_500_800.0
    for now in (midnight - 1, midnight, midnight - 1):
        head = signer.sign(host=HOST, content_type=CONTENT_TYPE, target=TARGET, body=b"{}", now=now)
        expected = sign_with_botocore(credentials, "eu-west-1", "firehose", b"{}", now=now)
        assert read_lines(head)["authorization"] == expected


def test_the_head_carries_what_was_signed() -> None:
    signer = Signer(Credentials("AKIDEXAMPLE", "secret", "token"), "eu-west-1", "firehose")
    lines = read_lines(signer.sign(host=HOST, content_type=CONTENT_TYPE, target=TARGET, body=b"{}", now=NOW))
    signed = lines.pop("authorization").split("SignedHeaders=")[1].split(",")[0].split(";")
    assert signed == list(lines)
    assert lines["x-amz-date"] == "20250702T132000Z"
