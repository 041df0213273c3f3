"""One run of `compact`: every settled day of every log, one after the other, as long as there is time (docs/compaction.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelweave_aws.day_report import REFUSED, UNFINISHED, DayReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from pixelweave_aws.compaction import Compaction

UNSETTLED = "unsettled"


class CompactRun:
    """Works through `logs`. `has_time()` tells whether another day may be begun; `note(log, day, error)` hears of each that failed."""

    def __init__(
        self,
        logs: Sequence[Compaction],
        *,
        has_time: Callable[[], bool],
        note: Callable[[str, date, Exception], None],
    ) -> None:
        self._logs = logs
        self._has_time = has_time
        self._note = note

    def run(self, *, day: date | None = None, dry_run: bool = False) -> Iterator[DayReport]:
        """Settle `day`, or all days; one report each. A day that fails is refused, and the others go on."""
        for log in self._logs:
            for each in [day] if day else log.list_days():
                if not log.is_settled(each):
                    yield DayReport(log.name, each, UNSETTLED)
                elif not self._has_time():
                    yield DayReport(log.name, each, UNFINISHED)
                else:
                    yield self._settle(log, each, dry_run=dry_run)

    def _settle(self, log: Compaction, day: date, *, dry_run: bool) -> DayReport:
        try:
            return log.settle(day, dry_run=dry_run)
        except Exception as exc:  # whatever is wrong with one day, the others are none the worse for it
            self._note(log.name, day, exc)
            return DayReport(log.name, day, REFUSED, reason=str(exc) or type(exc).__name__)
