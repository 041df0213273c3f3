"""A ledger brought to what the log gives (docs/goals.md, «History»): by `goals backfill` of one goal, by `goals recount` of all.

Counting is done as the objects are read, and is never wrong to have been done; what the log does not give is removed at the end, each
entry only if it is still as it was read before the first object was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pixelweave.goal_audit import Audit
from pixelweave.goal_counting import choose_shard, count_conversions, remove_entries
from pixelweave.goal_store import EntryKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pixelweave.conversion import Conversion
    from pixelweave.goal import GoalRecord
    from pixelweave.goal_audit import Verdict
    from pixelweave.goal_store import Entry
    from pixelweave_aws.goal_table import GoalTable
    from pixelweave_parquet.object_scan import ObjectScan


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted: goals of one pixel, `is_implied` those of hits and built-in ones too, in events received from `starts_at` to
    `ends_at` (Unix milliseconds, exclusive; None: without end)."""

    pixel_id: str
    records: tuple[GoalRecord, ...]
    is_implied: bool
    starts_at: int
    ends_at: int | None

    def find(self, scan: ObjectScan) -> Iterator[Conversion]:
        """Yield what an object gives."""
        return scan.find_conversions(
            {self.pixel_id: self.records},
            implied=self.is_implied,
            pixels={self.pixel_id},
            between=(self.starts_at, self.ends_at),
        )


@dataclass(frozen=True, slots=True)
class Done:
    """What was done to the ledger: entries that are new, that are other ones now, that are gone."""

    added: int
    changed: int
    removed: int

    def to_record(self) -> dict[str, int]:
        """Return the numbers by name."""
        return {"added": self.added, "changed": self.changed, "removed": self.removed}


class LedgerWork:
    """Holds `standing`, the ledger as it was read before the log, against objects. `kept_since` (Unix milliseconds): since when the log is
    whole. `won` are the entries that were written."""

    def __init__(
        self,
        table: GoalTable,
        scope: Scope,
        standing: Mapping[EntryKey, Entry],
        kept_since: int,
        pause: Callable[[int], None],
    ) -> None:
        self._table = table
        self._scope = scope
        self._standing = standing
        self._pause = pause
        self._audit = Audit(standing, max(scope.starts_at, kept_since), scope.ends_at)
        self.won: set[EntryKey] = set()

    def compare(self, scan: ObjectScan) -> None:
        """Take note of what an object gives, and change nothing."""
        self._audit.see(self._scope.find(scan))

    def count(self, object_key: str, scan: ObjectScan) -> None:
        """Count what an object gives. Raises CountingError."""
        found = list(self._scope.find(scan))
        self._audit.see(found)
        counted = count_conversions(self._table, found, choose_shard(object_key), self._pause)
        self.won.update(EntryKey(each.goal, each.once) for each in counted.won)

    def judge(self) -> Verdict:
        """Return how the ledger differed from what was read so far."""
        return self._audit.judge()

    def list_orphaned(self) -> set[EntryKey]:
        """Return the keys of entries that nothing read so far gives: an event after the scope may have to take their places."""
        return set(self._audit.judge().extra)

    def finish(self, later: Iterable[Conversion] = ()) -> Done:
        """Remove what the log does not give, or let take its place: what the scope gives, or else `later`, the least of what comes
        after it. Raises CountingError."""
        verdict = self._audit.judge()
        stale = self._audit.list_stale()
        places = {EntryKey(each.goal, each.once): each for each in later} | dict(verdict.different)
        heirs = [places[key] for key in stale if key in places]
        # Any shard will do: only their sum is read.
        gone = remove_entries(self._table, stale, 0, self._pause, instead=heirs)
        self.won |= gone & places.keys()
        changed = self.won & self._standing.keys()
        return Done(len(self.won) - len(changed), len(changed), len(gone - places.keys()))
