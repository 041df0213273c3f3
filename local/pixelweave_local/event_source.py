"""Event source mappings whose numbers are parameters of the template.

CloudFormation hands every parameter on as text and AWS reads numbers from it; ministack compares them as they are.
"""

from collections.abc import Callable
from typing import Any

type Concurrency = Callable[[dict[str, Any], Any, Any, Any], int]


def reading_numbers(concurrency: Concurrency) -> Concurrency:
    """ministack's `_sqs_esm_concurrency`, the first to look at a mapping in each round, with the mapping's numbers read."""

    def sqs_esm_concurrency(esm: dict[str, Any], func_rec: Any, config: Any, queue: Any) -> int:
        read_numbers(esm)
        return concurrency(esm, func_rec, config, queue)

    return sqs_esm_concurrency


def read_numbers(mapping: dict[str, Any]) -> None:
    """Turn the numbers of an SQS mapping that came as text into numbers, in place."""
    for group, name in (
        (mapping, "BatchSize"),
        (mapping, "MaximumBatchingWindowInSeconds"),
        (mapping.get("ScalingConfig") or {}, "MaximumConcurrency"),
    ):
        if isinstance(group.get(name), str):
            group[name] = int(group[name])
