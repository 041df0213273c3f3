"""Publishing: the queries of the dashboard's parts through Athena, and their rows into the dashboard bucket.

All queries are started before the first is waited for: Athena runs them at the same time. A part's documents are written before the
index says so; a run that dies between is repeated by the next one, which writes the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pixelweave.dashboard_day import find_first_open, list_months
from pixelweave.dashboard_document import merge_month, read_rows
from pixelweave.dashboard_index import KEY, Index, PartState
from pixelweave.dashboard_query import compose_query

from pixelweave_aws.dashboard_bucket import DocumentConflictError
from pixelweave_aws.lake import QueryFailedError
from pixelweave_aws.part_report import PartReport, tell_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from pixelweave.dashboard_document import DayRows
    from pixelweave.dashboard_index import PublishedPixel
    from pixelweave.dashboard_part import Part
    from pixelweave.dashboard_query import QueryTexts

    from pixelweave_aws.dashboard_bucket import DashboardBucket
    from pixelweave_aws.lake import Lake


class PublishLog(Protocol):
    """Where a run tells what failed."""

    def error(self, msg: str, *, extra: Mapping[str, object], exc_info: Exception) -> None:
        """A part failed."""


@dataclass(frozen=True, slots=True)
class PublishPlan:
    """What a run is to do: these parts, from `wanted` on if that is earlier than what is due, looking `days_back` back; `log` is the
    qualified name of the table of events."""

    parts: Sequence[Part]
    log: str
    days_back: int
    wanted: date | None = None


@dataclass(slots=True)
class _Run:
    """A part on its way; `failure` is why it has no query."""

    part: Part
    report: PartReport
    query_id: str = ""
    failure: Exception | None = None


class Publishing:
    """One run: `now` is when it began (UTC), `read_remaining_seconds` tells how long queries may still be waited for."""

    def __init__(
        self,
        lake: Lake,
        bucket: DashboardBucket,
        texts: QueryTexts,
        log: PublishLog,
        now: datetime,
        read_remaining_seconds: Callable[[], float],
    ) -> None:
        self._lake = lake
        self._bucket = bucket
        self._texts = texts
        self._log = log
        self._now = now
        self._read_remaining_seconds = read_remaining_seconds

    def run(self, plan: PublishPlan, pixels: Sequence[PublishedPixel]) -> list[PartReport]:
        """Publish the parts of the plan for these pixels; that a part failed is told in its report.

        Raises DocumentConflictError where another run writes at the same time; others are botocore's, of the index.
        """
        stored = self._bucket.read(KEY)
        index = Index.unpack(stored.body if stored else None).describe(pixels)
        runs = [self._start(part, plan, index) for part in plan.parts]
        for run in runs:
            state = index.parts.get(run.part.name, PartState())
            first_days: dict[str, date] = {}
            try:
                first_days = self._collect(run, pixels)
                state = PartState(
                    computed_at=self._now,
                    through=run.report.last,
                    bytes_scanned=run.report.statistics.bytes_scanned,
                )
            except DocumentConflictError:
                raise
            except Exception as exc:  # one part must not blank the others
                state = self._fail(run.report, exc, state)
            index = index.put(run.part.name, state, self._now, first_days)
            stored = self._bucket.replace(KEY, index.pack(), stored)
        return [run.report for run in runs]

    def _start(self, part: Part, plan: PublishPlan, index: Index) -> _Run:
        funnels = [funnel for pixel in index.pixels for funnel in pixel.funnels]
        computed_at = index.parts.get(part.name, PartState()).computed_at
        first = find_first_open(part, computed_at, self._now, funnels, plan.wanted)
        run = _Run(part, PartReport(part.name, first, self._now.date()))
        try:
            sql = compose_query(
                part, self._texts, log=plan.log, first=first, last=run.report.last, days_back=plan.days_back
            )
            run.query_id = self._lake.start(sql)
        except Exception as exc:  # told when it is its turn
            run.failure = exc
        return run

    def _collect(self, run: _Run, pixels: Sequence[PublishedPixel]) -> dict[str, date]:
        """Write a part's documents; the first day with rows of each pixel that has any."""
        if run.failure is not None:
            raise run.failure
        report = run.report
        report.statistics = self._lake.finish(run.query_id, self._read_remaining_seconds())
        owners = read_rows(run.part, self._lake.read(run.query_id))
        first_days = {}
        for pixel in pixels:
            rows = owners.get(pixel.workspace_id if run.part.is_by_workspace else pixel.pixel_id, {})
            self._write(run.part, pixel.pixel_id, (report.first, report.last), rows)
            report.rows += sum(map(len, rows.values()))
            if rows and not run.part.is_by_workspace:
                first_days[pixel.pixel_id] = report.first.fromisoformat(min(rows))
        return first_days

    def _write(self, part: Part, pixel_id: str, due: tuple[date, date], rows: DayRows) -> None:
        for month in list_months(*due):
            key = f"data/{pixel_id}/{part.name}/{month}.json"
            old = self._bucket.read(key)
            # Without rows too: what a browser asks for and does not find, it reports as an error.
            body = merge_month(part, old.body if old else None, month, due, rows)
            self._bucket.replace(key, body, old)

    def _fail(self, report: PartReport, error: Exception, state: PartState) -> PartState:
        if isinstance(error, QueryFailedError):
            report.statistics = error.statistics
        report.error = tell_reason(error)
        self._log.error("part failed", extra={"part": report.part}, exc_info=error)
        return state.fail(report.error, self._now)
