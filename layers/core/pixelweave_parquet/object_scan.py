"""One Parquet object of the event log, scanned for what it says about hits and goals."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from pixelweave.conversion import BUILT_IN, HIT, Conversion, GoalRef
from pixelweave.goal_match import OWN_VALUE, settle_value
from pixelweave.goal_rule import Scope, list_rules, split_rules
from pixelweave.goal_sql import COLUMNS, compile_conversions
from pixelweave.goal_store import HitTally
from pixelweave.outcome import OUTCOMES

from pixelweave_parquet.object_connection import ObjectConnection

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from pixelweave.goal import GoalRecord
    from pixelweave.goal_rule import Rule, Stretch

_TALLY = """
SELECT pixel_id, strftime(started_at, '%Y-%m-%d') AS day, strftime(started_at, '%H') AS hour, outcome, number
FROM (
    SELECT pixel_id, date_trunc('hour', received_at) AS started_at, outcome, count(*) AS number
    FROM event
    WHERE pixel_id IS NOT NULL AND received_at IS NOT NULL
    GROUP BY ALL
)
WHERE list_contains($outcomes, outcome)
ORDER BY ALL
"""
_SPANS = """
SELECT pixel_id, epoch_ms(min(received_at)), epoch_ms(max(received_at))
FROM event
WHERE pixel_id IS NOT NULL AND received_at IS NOT NULL
GROUP BY pixel_id
"""


class ObjectScan:
    """An object of the log at `path`, open in a DuckDB that can read nothing else.

    DuckDB itself keeps within `memory_mb` and puts what is more into `spill`, a folder of its own whose parent exists. Not for several
    threads.

    Raises (on entering, and by every method):
        FileNotFoundError: nothing is at `path`.
        MalformedObjectError: it is not Parquet, is cut off, or has columns of other types than the log.
        duckdb.OutOfMemoryException, duckdb.IOException: memory is not enough, and `spill` is not either or cannot be written.
    """

    def __init__(self, path: Path, *, memory_mb: int = 256, spill: Path, threads: int = 1) -> None:
        self._path = path
        self._memory_mb = memory_mb
        self._spill = spill
        self._threads = threads
        self._connection: ObjectConnection | None = None

    def __enter__(self) -> Self:
        self._connection = ObjectConnection(
            self._path, COLUMNS, memory_mb=self._memory_mb, spill=self._spill, threads=self._threads
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()

    def pixel_ids(self) -> frozenset[str]:
        """The pixels that have rows in the object, whatever their outcome."""
        return frozenset(self._read_spans())

    def tally(self) -> list[HitTally]:
        """The object's rows by outcome, hour and UTC day of each pixel."""
        rows: dict[tuple[str, str], dict[tuple[str, str], int]] = {}
        for pixel_id, day, hour, outcome, number in self._fetch(_TALLY, {"outcomes": list(OUTCOMES)}):
            rows.setdefault((pixel_id, day), {})[hour, outcome] = number
        return [HitTally(pixel_id, day, numbers) for (pixel_id, day), numbers in rows.items()]

    def find_conversions(
        self,
        records: Mapping[str, Sequence[GoalRecord]],
        *,
        implied: bool = True,
        pixels: Collection[str] | None = None,
        between: tuple[int, int | None] | None = None,
    ) -> Iterator[Conversion]:
        """The conversions of these goals, by pixel_id, in accepted rows; of one once key only the one of least rank.

        Args:
            implied: goals that hits name and built-in ones too.
            pixels: only of these pixels.
            between: only received at these epoch milliseconds, from inclusive to exclusive.
        """
        spans = self._read_spans()
        wanted = spans.keys() if pixels is None else spans.keys() & set(pixels)
        stretch = _join([spans[pixel_id] for pixel_id in wanted], between)
        if stretch is None:
            return
        known = (record for pixel_id in sorted(wanted) for record in records.get(pixel_id, ()))
        parts = list(split_rules(list_rules(known, stretch)))
        # The first statement finds what is implied; an object without rules needs it for nothing else.
        for place, part in enumerate(parts or [[]] * implied):
            is_implied = implied and place == 0
            meant = wanted if is_implied else {rule.goal.pixel_id for rule in part}
            query = compile_conversions(part, Scope(stretch, meant, is_implied))
            for row in self._fetch(query.text, query.parameters):
                yield _read_conversion(row, part)

    def _read_spans(self) -> dict[str, Stretch]:
        """For each pixel when its first row was received, and the millisecond after its last one."""
        return {pixel_id: (first, last + 1) for pixel_id, first, last in self._fetch(_SPANS, {})}

    def _fetch(self, query: str, parameters: Mapping[str, object]) -> Iterator[tuple[Any, ...]]:
        if self._connection is None:
            raise RuntimeError("the object is not open; use the scan in a with statement")
        return self._connection.fetch(query, parameters)


# Of an object's conversions many are of one goal.
_make_implied = lru_cache(maxsize=1_000)(GoalRef.make)


def _read_conversion(row: tuple[Any, ...], rules: Sequence[Rule]) -> Conversion:
    number, pixel_id, label, once, moment, event_id, session, value, unit, workspace_id = row
    if number > 0:
        goal, worth = rules[number - 1].goal, rules[number - 1].spec.value
    else:
        goal, worth = _make_implied(pixel_id, HIT if number < 0 else BUILT_IN, label), OWN_VALUE
    settled, settled_unit = settle_value(worth, value, unit)
    return Conversion(goal, once, moment, event_id, session, settled, settled_unit, workspace_id or "")


def _join(spans: Sequence[Stretch], between: tuple[int, int | None] | None) -> Stretch | None:
    """The stretch from the first to the last of the spans as far as it lies `between`, if anything does."""
    if not spans:
        return None
    starts_at, ends_at = min(first for first, _ in spans), max(last for _, last in spans)
    if between is not None:
        starts_at = max(starts_at, between[0])
        ends_at = ends_at if between[1] is None else min(ends_at, between[1])
    return (starts_at, ends_at) if starts_at < ends_at else None
