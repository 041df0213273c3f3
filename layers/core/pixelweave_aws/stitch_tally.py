"""Metrics of stitching, added up over one batch and written once (CloudWatch Embedded Metric Format).

One line a batch with dimension `service`: MessagesStitched, MessagesMalformed, HitsStitched, PersonsCreated, PersonsMerged, Conflicts,
GraphFailures. One line for each reason in the batch with dimensions `service, reason` (the closed list of `pixelweave.refusal`):
EdgesRefused.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixelweave.stitching import Stitched
    from pixelweave.unusable import Unusable

COUNTS = (
    "MessagesStitched",
    "MessagesMalformed",
    "HitsStitched",
    "PersonsCreated",
    "PersonsMerged",
    "Conflicts",
    "GraphFailures",
)


class StitchTally:
    """Counts one batch after the other."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()

    def count(self, name: str) -> None:
        """Count one of `COUNTS`."""
        self._counts[name] += 1

    def count_hit(self, event_id: str, stitched: Stitched, unusable: Iterable[Unusable]) -> None:
        """Count what a hit brought; of the merges it tells only its own."""
        self._counts["HitsStitched"] += 1
        self._counts["PersonsCreated"] += stitched.is_new
        self._counts["PersonsMerged"] += sum(person.by == event_id for person in stitched.merges)
        self._reasons.update(refusal.reason for refusal in stitched.refusals)
        self._reasons.update(each.reason for each in unusable)

    def publish(self, *, namespace: str, service: str) -> None:
        """Write the lines to standard output, where Lambda's log group takes metrics from, and begin again."""
        metrics = EphemeralMetrics(namespace=namespace, service=service)
        for name in COUNTS:
            metrics.add_metric(name=name, unit=MetricUnit.Count, value=self._counts[name])
        metrics.flush_metrics()
        for reason, count in self._reasons.items():
            metrics = EphemeralMetrics(namespace=namespace, service=service)
            metrics.add_dimension(name="reason", value=reason)
            metrics.add_metric(name="EdgesRefused", unit=MetricUnit.Count, value=count)
            metrics.flush_metrics()
        self._counts.clear()
        self._reasons.clear()
