"""A stack of one pixel, for what is typed about its goals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from tests.functional.goal_stack import GoalStack

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[GoalStack]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        stack = GoalStack()
        yield stack
        stack.close()
