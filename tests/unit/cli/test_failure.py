"""From errors to sentences and exit codes."""

from __future__ import annotations

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)
from pixelweave.goal_store import CountConflictError
from pixelweave.snippet import SnippetError
from pixelweave_aws.lake import QueryFailedError, QueryTimeoutError
from pixelweave_aws.pixel_table import GraceError, PixelConflictError, PixelNotFoundError
from pixelweave_aws.sql import BindingError
from pixelweave_aws.stack import StackNotFoundError
from pixelweave_cli.failure import IncompleteError, InputError, judge


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (InputError("wrong"), 2, "wrong"),
        (BindingError("a text"), 2, "a value cannot be searched for: a text"),
        (NoRegionError(), 2, "no AWS region; set AWS_REGION or pass --region"),
        (ProfileNotFound(profile="p"), 2, "The config profile (p) could not be found"),
        (PixelNotFoundError("none"), 3, "none"),
        (IncompleteError("half"), 4, "half"),
        (PixelConflictError("taken"), 1, "taken"),
        (GraceError("many"), 1, "many"),
        (StackNotFoundError("gone"), 1, "gone"),
        (SnippetError("odd"), 1, "odd"),
        (QueryFailedError("bad"), 1, "bad"),
        (QueryTimeoutError("long"), 1, "long"),
        (CountConflictError("3 of 100 keys unread"), 1, "DynamoDB is too busy, try again later"),
        (OSError(28, "No space left on device"), 1, "[Errno 28] No space left on device"),
        (NoCredentialsError(), 1, "no AWS credentials; set AWS_PROFILE or pass --profile"),
        (
            ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "Scan"),
            1,
            "AWS refused Scan: AccessDenied: no",
        ),
        (
            EndpointConnectionError(endpoint_url="http://127.0.0.1:1"),
            1,
            (
                'Could not connect to the endpoint URL: "http://127.0.0.1:1"; '
                "if this is the local stack, is it running? Start it with `make up`"
            ),
        ),
    ],
)
def test_an_expected_error_has_its_code_and_sentence(error: Exception, code: int, sentence: str) -> None:
    assert judge(error) == (code, sentence)


def test_a_bug_is_not_dressed_up() -> None:
    assert judge(KeyError("x")) is None


def test_a_reader_that_left_is_no_failure() -> None:
    assert judge(BrokenPipeError()) is None
