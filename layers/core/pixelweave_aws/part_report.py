"""What became of one part in one run of publishing, and why a part failed in words for the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from pixelweave_aws.lake import LakeError, QueryStatistics

if TYPE_CHECKING:
    from datetime import date


@dataclass(slots=True)
class PartReport:
    """A part, its first and last day, its rows in them, what its query took, and why it failed if it did."""

    part: str
    first: date
    last: date
    rows: int = 0
    statistics: QueryStatistics = field(default_factory=QueryStatistics)
    error: str | None = None

    @property
    def days(self) -> int:
        """How many days were computed."""
        return (self.last - self.first).days + 1

    def to_record(self) -> dict[str, object]:
        """The report as it goes into an answer."""
        return {
            "part": self.part,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "days": self.days,
            "rows": self.rows,
            "bytes_scanned": self.statistics.bytes_scanned,
            "milliseconds": self.statistics.milliseconds,
            "error": self.error,
        }


def tell_reason(error: Exception) -> str:
    """Why a part failed: Athena's own words; of other errors only what they are, lest the page quote what is nobody's business."""
    if isinstance(error, LakeError):
        return str(error)
    if isinstance(error, ClientError):
        return f"{error.operation_name}: {error.response['Error']['Code']}"
    return type(error).__name__
