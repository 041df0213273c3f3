"""One loader of service models for all boto3 sessions: moto begins a session with each test, and reading the models of DynamoDB,
SQS and Firehose anew takes longer than most tests."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import botocore.session
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session", autouse=True)
def models_are_read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", cache(botocore.session.create_loader))
        yield
