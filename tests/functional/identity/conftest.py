"""An identity table for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from tests.functional.identity.person_room import Room
from tests.functional.identity_bench import IdentityBench

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """moto, and nothing that leads to a real account."""
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield


@pytest.fixture
def bench(embedded: None) -> IdentityBench:
    return IdentityBench()


@pytest.fixture
def room(embedded: None) -> Room:
    return Room()
