"""Counting one object of the log: fetched, scanned, its hits and its conversions into the goals table (docs/goals.md, «One object»)."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

from pixelweave.conversion import DEFINED
from pixelweave.goal_counting import MAX_ATTEMPTS, CountingError, choose_shard, count_conversions
from pixelweave.goal_store import CountConflictError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from pixelweave.conversion import Conversion
    from pixelweave.goal import GoalRecord
    from pixelweave.goal_store import GoalStore, HitTally

    from pixelweave_aws.lake_object import LakeObjects

# Conversions that are in memory at a time: some seconds of counting.
PART = 5_000


class Scan(Protocol):
    """An object that lies in a file: `pixelweave_parquet.object_scan.ObjectScan`."""

    def pixel_ids(self) -> Collection[str]:
        """The pixels that occur in it."""

    def tally(self) -> Sequence[HitTally]:
        """Its rows by pixel, UTC day, hour and outcome."""

    def find_conversions(self, records: Mapping[str, Sequence[GoalRecord]]) -> Iterator[Conversion]:
        """What its events say about these goals (by pixel), those of hits and the built-in ones; of one once key only the least."""


class Definitions(Protocol):
    """Where the goals of pixels are: `pixelweave_aws.goal_definition.GoalDefinitions`."""

    def list(self, pixel_id: str) -> list[GoalRecord]:
        """All goals of a pixel, removed ones among them."""


@dataclass(frozen=True, slots=True)
class PartCount:
    """What counting a part of an object's conversions did: `won` and `standing` as in `goal_counting.Counted`.

    `names` has the names of the defined goals, by their ids.
    """

    won: tuple[Conversion, ...]
    standing: tuple[Conversion, ...]
    names: Mapping[str, str]

    def find_name(self, conversion: Conversion) -> str:
        """The name of a conversion's goal."""
        goal = conversion.goal
        return self.names[goal.label] if goal.source == DEFINED else goal.label


class ObjectCounting:
    """Counts objects. `open_scan(path)` scans a file; `pause(attempt)` waits a little after a failed attempt, the first being 0."""

    def __init__(
        self,
        *,
        lake: LakeObjects,
        store: GoalStore,
        definitions: Definitions,
        open_scan: Callable[[Path], AbstractContextManager[Scan]],
        pause: Callable[[int], None],
    ) -> None:
        self._lake = lake
        self._store = store
        self._definitions = definitions
        self._open_scan = open_scan
        self._pause = pause

    def count(
        self,
        key: str,
        *,
        before_part: Callable[[], None] = lambda: None,
        after_part: Callable[[PartCount], None] = lambda _: None,
    ) -> int:
        """Count the hits and conversions of an object, whose rows, whatever their outcome, are returned; what was counted before changes
        nothing.

        Conversions are counted in parts of `PART`. What `before_part` and `after_part` raise ends counting: what is done is done, and
        counting the object again does the rest.

        Raises:
            ObjectGoneError: there is no such object.
            CountingError: others were faster each time.
        And what scanning raises, and errors of AWS, botocore's.
        """
        shard = choose_shard(key)
        with self.open(key) as scan:
            # Read after the object was written: a goal that was in force for its events is among them.
            records = {pixel_id: self._list_goals(pixel_id) for pixel_id in sorted(scan.pixel_ids())}
            tallies = scan.tally()
            for tally in tallies:
                self.count_hits(key, tally)
            names = {record.goal_id: record.name for listed in records.values() for record in listed}
            for part in batched(scan.find_conversions(records), PART, strict=False):
                before_part()
                counted = count_conversions(self._store, part, shard, self._pause)
                after_part(PartCount(counted.won, counted.standing, names))
        return sum(sum(tally.rows.values()) for tally in tallies)

    def count_hits(self, key: str, tally: HitTally) -> bool:
        """Add an object's rows to the hits of a pixel and day, once; whether it was done now. Raises CountingError."""
        for attempt in range(MAX_ATTEMPTS):
            try:
                return self._store.count_hits(key, tally, choose_shard(key))
            except CountConflictError:
                self._pause(attempt)
        raise CountingError(f"hits of {tally.pixel_id} on {tally.day}")

    @contextmanager
    def open(self, key: str) -> Iterator[Scan]:
        """The scan of an object, which lies on the disk as long. Raises ObjectGoneError, and what scanning raises."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "object.parquet"
            self._lake.download(key, path)
            with self._open_scan(path) as scan:
                yield scan

    def _list_goals(self, pixel_id: str) -> list[GoalRecord]:
        return [record for record in self._definitions.list(pixel_id) if not record.is_removed]
