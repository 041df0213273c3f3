"""The seeds' story told to a stack in moto, and how it is asked for."""

from __future__ import annotations

from hashlib import md5, sha256
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws

from tests.functional.people_stack import PeopleStack

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY = "canary@example.com"
SHA256 = sha256(CANARY.encode()).hexdigest()
MD5 = md5(CANARY.encode(), usedforsecurity=False).hexdigest()


def tell(stack: PeopleStack) -> PeopleStack:
    """The seeds' story: an anonymous session, its e-mail; the MD5 elsewhere with a phone; who logs in as somebody else."""
    stack.say(0, "s1")
    stack.say(1, "s1", email=CANARY, traits={"city": "Berlin"})
    stack.say(2, "s2", phone="+15551234567", user_id="u1", traits={"city": "Paris"})
    stack.say(3, "s3", email_md5=MD5, user_id="u1")
    stack.say(4, "s4", user_id="u2")
    stack.say(5, "s4", user_id="u2", email=CANARY)
    return stack


def open_stack() -> Iterator[PeopleStack]:
    """A stack that nobody has said anything to."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        stack = PeopleStack()
        yield stack
        stack.lake.close()


def show(stack: PeopleStack, who: str, *words: str) -> dict[str, Any]:
    """What `people show` prints of somebody."""
    (record,) = stack.run_json("people", "show", who, *words)
    return record
