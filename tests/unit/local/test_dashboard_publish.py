"""A run of `publish` that `make up` waits for."""

from __future__ import annotations

import re

import pytest
from pixelweave_aws.publish_call import PublishedPart
from pixelweave_local.dashboard_publish import PartError, hold


def part(name: str, error: str | None = None) -> PublishedPart:
    return PublishedPart(part=name, days=1, rows=1, bytes_scanned=1, milliseconds=1, error=error)


def test_a_run_without_errors_is_passed_on() -> None:
    parts = [part("activity"), part("goals")]
    assert hold(parts) == parts


def test_each_part_that_failed_is_named_with_its_reason() -> None:
    told = "parts of the dashboard were not published: goals: no table; reach: too much"
    with pytest.raises(PartError, match=f"^{re.escape(told)}$"):
        hold([part("activity"), part("goals", "no table"), part("reach", "too much")])
