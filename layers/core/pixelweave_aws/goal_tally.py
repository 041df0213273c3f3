"""Metrics of counting goals, added up over one batch and written once (CloudWatch Embedded Metric Format).

One line a batch with dimension `service`: `COUNTS`.
"""

from __future__ import annotations

from collections import Counter

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

COUNTS = (
    "ObjectsCounted",
    "ObjectsIgnored",
    "ObjectsMalformed",
    "MessagesMalformed",
    "EventsRead",
    "ConversionsCounted",
    "Conflicts",
    "NoticesFailed",
)


class GoalTally:
    """Counts one batch after the other."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def count(self, name: str, number: int = 1) -> None:
        """Add to one of `COUNTS`."""
        self._counts[name] += number

    def publish(self, *, namespace: str, service: str) -> None:
        """Write the line to standard output, where Lambda's log group takes metrics from, and begin again."""
        metrics = EphemeralMetrics(namespace=namespace, service=service)
        for name in COUNTS:
            metrics.add_metric(name=name, unit=MetricUnit.Count, value=self._counts[name])
        metrics.flush_metrics()
        self._counts.clear()
