"""The objects of the event log, one after the other, for what they say about goals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pixelweave.partition import EARLY_DAYS, LATE_DAYS
from pixelweave_aws.lake_object import ObjectGoneError
from pixelweave_parquet.event_column import MalformedObjectError
from pixelweave_parquet.object_scan import ObjectScan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pixelweave_aws.lake_object import LakeObject, LakeObjects

DAY_MS = 86_400_000


class LogScan:
    """Reads objects by way of the disk, one at a time. What cannot be read is in `unreadable`, by its key."""

    def __init__(self, objects: LakeObjects) -> None:
        self._objects = objects
        self.unreadable: list[str] = []

    def list_received(self, starts_at: int, ends_at: int, now: int) -> list[LakeObject]:
        """Return the objects that may have events received from `starts_at` to `ends_at` (exclusive; all three in Unix milliseconds)."""
        first, last, today = (
            datetime.fromtimestamp(each / 1000, UTC).date() for each in (starts_at, ends_at, now)
        )
        return self._objects.list_events(
            first - timedelta(days=EARLY_DAYS), min(last + timedelta(days=LATE_DAYS), today)
        )

    def work_through(
        self,
        found: Iterable[LakeObject],
        work: Callable[[LakeObject, ObjectScan], None],
        advance: Callable[[int], None],
    ) -> None:
        """Give each object with its scan to `work`; `advance` hears of its bytes after it. An object that has expired meanwhile is none."""
        for each in found:
            with TemporaryDirectory() as folder:
                path = Path(folder) / "object.parquet"
                try:
                    self._objects.download(each.key, path)
                    with ObjectScan(path, spill=Path(folder)) as scan:
                        work(each, scan)
                except ObjectGoneError:
                    pass
                except MalformedObjectError:
                    self.unreadable.append(each.key)
            advance(each.size)


def find_kept_start(found: Iterable[LakeObject], retention_days: int | None, now: int) -> int:
    """Return the moment (Unix milliseconds) since which the log is known to be whole; `now` where there is no log.

    What was counted before it cannot be held against the log any more: its objects have expired. Where objects expire at all, those of the
    first day and the next are perhaps not all there: an object goes a number of whole days after it was written (S3 user guide,
    «Expiring objects»), and lies in the partition of its oldest record.
    """
    first = min((each.day for each in found), default=None)
    if first is None:
        return now
    start = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp()) * 1000
    if retention_days is None:
        return start
    return max(start + 2 * DAY_MS, now - retention_days * DAY_MS)
