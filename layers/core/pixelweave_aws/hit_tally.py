"""Metrics of hits, added up over one batch and written once (CloudWatch Embedded Metric Format).

One line a batch with dimension `service`: RecordsReceived, RecordsFailed. One line for each dialect in the batch with
dimensions `service, dialect`, and `service` alone for the sum over dialects: HitsAccepted, HitsRejected, HitsBot,
HitsTest, HitsProxy, HitsLate. Reasons and pixels have too many values for dimensions (CloudWatch bills each
combination): they are properties of the line, for Logs Insights.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit
from pixelweave.client import PROXY
from pixelweave.outcome import OUTCOMES
from pixelweave.pixel import DIALECTS

LATE = "late"
# Records stay below a second on the direct way; later ones waited in the spill queue.
LATE_AFTER_MS = 300_000


class HitTally:
    """Counts one batch."""

    def __init__(self) -> None:
        self._hits: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._reasons: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._pixels: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._received = 0
        self._failed = 0

    def count_row(self, row: dict[str, object], delay_ms: int) -> None:
        """Count a row of the log that Firehose got `delay_ms` after the collector got the hit."""
        self._received += 1
        # What is not ours to name must not become a dimension.
        dialect = str(row["dialect"]) if row["dialect"] in DIALECTS else "other"
        hits = self._hits[dialect]
        hits[str(row["outcome"])] += 1
        self._pixels[dialect][str(row["pixel_id"])] += 1
        if row["client_class"] == PROXY:
            hits[PROXY] += 1
        if delay_ms > LATE_AFTER_MS:
            hits[LATE] += 1
        reason = row.get("reason")
        if reason is not None:
            self._reasons[dialect][str(reason)] += 1

    def count_failure(self) -> None:
        """Count a record that goes to the error prefix."""
        self._received += 1
        self._failed += 1

    def publish(self, *, namespace: str, service: str) -> None:
        """Write the lines to standard output, where Lambda's log group takes metrics from."""
        metrics = EphemeralMetrics(namespace=namespace, service=service)
        metrics.add_metric(name="RecordsReceived", unit=MetricUnit.Count, value=self._received)
        metrics.add_metric(name="RecordsFailed", unit=MetricUnit.Count, value=self._failed)
        metrics.flush_metrics()
        for dialect, hits in self._hits.items():
            metrics = EphemeralMetrics(namespace=namespace, service=service)
            metrics.add_dimension(name="dialect", value=dialect)
            metrics.add_dimensions(service=service)
            for kind in (*OUTCOMES, PROXY, LATE):
                metrics.add_metric(name=f"Hits{kind.capitalize()}", unit=MetricUnit.Count, value=hits[kind])
            metrics.add_metadata(key="reasons", value=dict(self._reasons[dialect]))
            metrics.add_metadata(key="pixels", value=dict(self._pixels[dialect]))
            metrics.flush_metrics()
