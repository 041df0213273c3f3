"""What an error answer stands for."""

from __future__ import annotations

import pytest
from pixelweave_aws.call_error import (
    CallError,
    RefusedError,
    SignatureError,
    ThrottledError,
    TransientError,
    judge,
)


@pytest.mark.parametrize(
    ("status", "error_type", "text", "kind", "code"),
    [
        (400, None, '{"__type": "ThrottlingException"}', ThrottledError, "ThrottlingException"),
        (400, None, '{"__type": "com.x.v1#ThrottlingException"}', ThrottledError, "ThrottlingException"),
        (400, "SlowDown:http://x/", "", ThrottledError, "SlowDown"),
        (503, "ServiceUnavailableException", "", ThrottledError, "ServiceUnavailableException"),
        (429, None, "", ThrottledError, "Unknown"),
        (500, None, "<html>", TransientError, "Unknown"),
        (499, None, "<html>", RefusedError, "Unknown"),
        (400, None, '{"__type": "a#InternalServerError"}', TransientError, "InternalServerError"),
        (400, None, '{"__type": "a#ResourceNotFoundException"}', RefusedError, "ResourceNotFoundException"),
        (403, None, '{"__type": "InvalidSignatureException"}', SignatureError, "InvalidSignatureException"),
        (403, "ExpiredTokenException", "", SignatureError, "ExpiredTokenException"),
        (403, "AccessDeniedException", "", RefusedError, "AccessDeniedException"),
        (301, None, "", RefusedError, "Unknown"),
    ],
)
def test_an_answer_has_one_kind_and_a_bare_code(
    status: int, error_type: str | None, text: str, kind: type[CallError], code: str
) -> None:
    error = judge(status, error_type, text)
    assert type(error) is kind
    assert error.code == code


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{}", '{"__type": null}', '{"__type": "an e-mail j@x.example"}', '{"__type": 4}'],
)
def test_nothing_of_an_answer_but_a_code_gets_into_the_error(text: str) -> None:
    assert str(judge(400, None, text)) == "Unknown"


@pytest.mark.parametrize(("length", "code"), [(80, "E" * 80), (81, "Unknown")])
def test_a_code_has_at_most_80_characters(length: int, code: str) -> None:
    assert judge(400, "E" * length, "").code == code
