"""From errors to what a person at a shell sees: one clear line on stderr and an exit code, never a traceback.

Exit codes: 0 done · 1 it failed (AWS, the stack, a query, a conflict) · 2 the command line is wrong · 3 there
is no such pixel, person, goal, funnel or audience · 4 part of the work is left: of a replay what was not accepted or cannot be read, of a
person what the index did not show.

PixelweaveError
├── InputError        exit 2
├── RefusedError      exit 1
├── DifferenceError   exit 1
└── IncompleteError   exit 4
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import typer
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)
from pixelweave.goal_counting import CountingError
from pixelweave.goal_store import CountConflictError
from pixelweave.goal_window import WindowError
from pixelweave.packing import PackingError
from pixelweave.pixel_model import describe_errors
from pixelweave.refusal import REFUSALS
from pixelweave.snippet import SnippetError
from pixelweave_aws.audience_definition import AudienceDefinitionError, AudienceNotFoundError
from pixelweave_aws.audience_object import AudienceObjectError
from pixelweave_aws.function_call import FunctionCallError
from pixelweave_aws.funnel_definition import FunnelNotFoundError
from pixelweave_aws.goal_definition import GoalDefinitionError, GoalNotFoundError
from pixelweave_aws.item_batch import ReadThrottledError, WriteThrottledError
from pixelweave_aws.lake import LakeError
from pixelweave_aws.page_upload import PageError
from pixelweave_aws.partition import PartitionError
from pixelweave_aws.person_store import (
    AmbiguousPersonError,
    PersonForgottenError,
    PersonNotFoundError,
    PersonStoreError,
)
from pixelweave_aws.pixel_table import PixelNotFoundError, PixelStoreError
from pixelweave_aws.sql import BindingError
from pixelweave_aws.stack import StackError
from pydantic import ValidationError
from typer.core import TyperGroup

from pixelweave_cli.output import show_safely

if TYPE_CHECKING:
    from collections.abc import Callable

FAILED = 1
BAD_INPUT = 2
NOT_FOUND = 3
INCOMPLETE = 4

_OPTIONS = {"allowed_hosts": "allowed-host", "consent_policy": "consent-policy", "workspace_id": "workspace"}


class PixelweaveError(Exception):
    """A command cannot be carried out; the message is for the person who typed it."""


class InputError(PixelweaveError):
    """The command line asks for something that cannot be."""


class RefusedError(PixelweaveError):
    """An identifier makes no node, for a reason of `pixelweave.refusal`."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"refused, {reason}: {REFUSALS[reason]}")


class DifferenceError(PixelweaveError):
    """A check found differences."""


class IncompleteError(PixelweaveError):
    """Some of the work could not be done and waits to be done again."""


def _describe_input(error: ValidationError) -> str:
    problems = ((_OPTIONS.get(field, field), sentence) for field, sentence in describe_errors(error))
    return "; ".join(f"--{option}: {sentence}" for option, sentence in problems)


def _describe_refusal(error: ClientError) -> str:
    answer = error.response["Error"]
    return f"AWS refused {error.operation_name}: {answer.get('Code', '?')}: {answer.get('Message', '')}"


def _describe_connection(error: Exception) -> str:
    return f"{error}; if this is the local stack, is it running? Start it with `make up`"


# The first class that fits decides.
_JUDGEMENTS: tuple[tuple[type[Exception], int, Callable[[Any], str]], ...] = (
    (InputError, BAD_INPUT, str),
    (RefusedError, FAILED, str),
    (DifferenceError, FAILED, str),
    (IncompleteError, INCOMPLETE, str),
    (ValidationError, BAD_INPUT, _describe_input),
    (BindingError, BAD_INPUT, lambda error: f"a value cannot be searched for: {error}"),
    (PixelNotFoundError, NOT_FOUND, str),
    (PixelStoreError, FAILED, str),
    (GoalNotFoundError, NOT_FOUND, str),
    (GoalDefinitionError, FAILED, str),
    (FunnelNotFoundError, NOT_FOUND, str),
    (AudienceNotFoundError, NOT_FOUND, str),
    (AudienceDefinitionError, FAILED, str),
    (AudienceObjectError, FAILED, str),
    (WindowError, FAILED, str),
    (CountingError, INCOMPLETE, lambda error: f"others were faster each time, run it again: {error}"),
    (CountConflictError, FAILED, lambda _: "DynamoDB is too busy, try again later"),
    (ReadThrottledError, FAILED, lambda error: f"DynamoDB is too busy, try again later: {error} unread"),
    (WriteThrottledError, FAILED, lambda error: f"DynamoDB is too busy, try again later: {error} unwritten"),
    (PersonNotFoundError, NOT_FOUND, str),
    (PersonForgottenError, NOT_FOUND, str),
    (AmbiguousPersonError, BAD_INPUT, str),
    (PersonStoreError, FAILED, str),
    (StackError, FAILED, str),
    (SnippetError, FAILED, str),
    (LakeError, FAILED, str),
    (PageError, BAD_INPUT, str),
    (FunctionCallError, FAILED, str),
    (PackingError, FAILED, str),
    (PartitionError, FAILED, str),
    (ClientError, FAILED, _describe_refusal),
    (NoCredentialsError, FAILED, lambda _: "no AWS credentials; set AWS_PROFILE or pass --profile"),
    (NoRegionError, BAD_INPUT, lambda _: "no AWS region; set AWS_REGION or pass --region"),
    (ProfileNotFound, BAD_INPUT, str),
    (EndpointConnectionError, FAILED, _describe_connection),
    (ConnectTimeoutError, FAILED, _describe_connection),
    (BotoCoreError, FAILED, str),
    (OSError, FAILED, str),
)


def judge(error: Exception) -> tuple[int, str] | None:
    """Return the exit code and the sentence for an expected error, None for one that is a bug.

    Also None for a reader that left (`| head`): that is no failure, and click ends quietly on it.
    """
    if isinstance(error, BrokenPipeError):
        return None
    for kind, code, describe in _JUDGEMENTS:
        if isinstance(error, kind):
            return code, describe(error)
    return None


class SafeGroup(TyperGroup):
    """A group of commands that ends in an exit code and a sentence whatever expected error its commands raise."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; raises typer.Exit for expected errors, anything else as it is."""
        try:
            return super().invoke(ctx)
        except Exception as exc:
            judgement = judge(exc)
            if judgement is None:
                raise
            code, sentence = judgement
            # Names in it may be of a file; and what AWS says may have lines.
            sentence = show_safely(" ".join(map(str.strip, sentence.splitlines())))
            if ctx.meta.get(JSON_WANTED):
                sys.stderr.write(json.dumps({"error": {"code": code, "message": sentence}}) + "\n")
            else:
                sys.stderr.write(f"pixelweave: {sentence}\n")
            raise typer.Exit(code) from exc


JSON_WANTED = "pixelweave.json"
