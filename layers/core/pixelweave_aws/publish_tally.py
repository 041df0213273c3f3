"""Metrics of one run of publishing (CloudWatch Embedded Metric Format): one line with dimension `service`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelweave_aws.part_report import PartReport


def measure_publishing(reports: Sequence[PartReport], *, namespace: str, service: str) -> None:
    """Write PartsPublished, PartsFailed and BytesScanned to standard output, where Lambda's log group takes metrics from."""
    failed = sum(report.error is not None for report in reports)
    metrics = EphemeralMetrics(namespace=namespace, service=service)
    metrics.add_metric(name="PartsPublished", unit=MetricUnit.Count, value=len(reports) - failed)
    metrics.add_metric(name="PartsFailed", unit=MetricUnit.Count, value=failed)
    scanned = sum(report.statistics.bytes_scanned for report in reports)
    metrics.add_metric(name="BytesScanned", unit=MetricUnit.Bytes, value=scanned)
    metrics.flush_metrics()
