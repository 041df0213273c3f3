"""Numbers of event source mappings that came as text."""

from typing import Any

import pytest
from pixelweave_local.event_source import read_numbers, reading_numbers


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        (
            {
                "BatchSize": "50",
                "MaximumBatchingWindowInSeconds": "5",
                "ScalingConfig": {"MaximumConcurrency": "10"},
            },
            {
                "BatchSize": 50,
                "MaximumBatchingWindowInSeconds": 5,
                "ScalingConfig": {"MaximumConcurrency": 10},
            },
        ),
        ({"BatchSize": 10, "ScalingConfig": {}}, {"BatchSize": 10, "ScalingConfig": {}}),
        ({"ScalingConfig": None}, {"ScalingConfig": None}),
        ({}, {}),
    ],
)
def test_texts_become_numbers_and_the_rest_stays(mapping: dict[str, Any], expected: dict[str, Any]) -> None:
    read_numbers(mapping)
    assert mapping == expected


def test_the_numbers_are_read_before_they_are_compared() -> None:
    concurrency = reading_numbers(lambda esm, *_: min(esm["ScalingConfig"]["MaximumConcurrency"], 5))
    assert concurrency({"ScalingConfig": {"MaximumConcurrency": "10"}}, None, None, None) == 5
