"""Metrics of one run of `compact`, written once (CloudWatch Embedded Metric Format): one line with dimension `service`, `COUNTS`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from pixelweave_aws.day_report import CLEANED, PACKED, REFUSED

if TYPE_CHECKING:
    from pixelweave_aws.day_report import DayReport

COUNTS = (
    "DaysPacked",
    "DaysCleaned",
    "DaysRefused",
    "DaysShort",
    "ObjectsIn",
    "ObjectsOut",
    "BytesIn",
    "BytesOut",
)
_STATES = {PACKED: "DaysPacked", CLEANED: "DaysCleaned", REFUSED: "DaysRefused"}


class CompactTally:
    """Counts one run."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def count_short(self, days: int) -> None:
        """Count days that should be registered by now and are not."""
        self._counts["DaysShort"] += days

    def count(self, report: DayReport) -> None:
        """Count what became of a day."""
        if report.state in _STATES:
            self._counts[_STATES[report.state]] += 1
        if report.state == PACKED:
            self._counts["ObjectsIn"] += report.objects_before
            self._counts["ObjectsOut"] += report.objects_after
            self._counts["BytesIn"] += report.bytes_before
            self._counts["BytesOut"] += report.bytes_after

    def publish(self, *, namespace: str, service: str) -> None:
        """Write the line to standard output, where Lambda's log group takes metrics from."""
        metrics = EphemeralMetrics(namespace=namespace, service=service)
        for name in COUNTS:
            unit = MetricUnit.Bytes if name.startswith("Bytes") else MetricUnit.Count
            metrics.add_metric(name=name, unit=unit, value=self._counts[name])
        metrics.flush_metrics()
