"""Everything that was counted for a pixel, held against the log and put right: hits, ledgers, counters (docs/goals.md, «History»)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pixelweave.conversion import DEFINED, GoalRef
from pixelweave.goal_counting import CountingError, choose_shard
from pixelweave.goal_store import CountConflictError, CounterKey

from pixelweave_cli.counter_check import ROUNDS, CounterCheck
from pixelweave_cli.ledger_work import LedgerWork, Scope
from pixelweave_cli.log_scan import DAY_MS, LogScan, find_kept_start

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pixelweave.goal import GoalRecord
    from pixelweave.goal_audit import Verdict
    from pixelweave.goal_store import Entry, EntryKey, HitTally
    from pixelweave_aws.lake_object import LakeObject
    from pixelweave_parquet.object_scan import ObjectScan

    from pixelweave_cli.counter_check import Deviation
    from pixelweave_cli.runtime import Runtime

MISSING, DIFFERENT, EXTRA, DEAD = "missing", "different", "extra", "dead"


@dataclass(slots=True)
class Finding:
    """What differed: entries of each goal by kind (DEAD: of definitions that are no more), and counters' numbers.

    `kept_since` is the moment (Unix milliseconds) since when the log is there to be held against.
    """

    kept_since: int
    entries: Counter[tuple[str, GoalRef]] = field(default_factory=Counter)
    counters: list[Deviation] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        """Whether nothing differed."""
        return not (self.entries or self.counters)


class Recount:
    """One pixel's recount. With `is_repairing` what differs is put right; without, nothing is changed."""

    def __init__(self, runtime: Runtime, pixel_id: str, created_at: int, *, is_repairing: bool) -> None:
        """`created_at` is when the pixel was made (Unix seconds): nothing was received before."""
        self._runtime = runtime
        self._pixel_id = pixel_id
        self._starts_at = created_at * 1000
        self._is_repairing = is_repairing
        self._scan = LogScan(runtime.log_objects)
        self._tallies: dict[str, list[HitTally]] = {}

    def list_objects(self) -> list[LakeObject]:
        """Return the objects that may have events of the pixel."""
        now = self._runtime.read_clock()
        return self._scan.list_received(self._starts_at, now, now)

    def run(self, advance: Callable[[int], None]) -> Finding:
        """Compare, and put right what is to be. Raises CountingError."""
        table = self._runtime.goals
        # Counters first, definitions after them: what is counted of a definition that is not there is of a removed one.
        counted = {
            key.goal for key in table.read_pixel_counters(self._pixel_id) if isinstance(key, CounterKey)
        }
        records = [
            each for each in self._runtime.goal_definitions.list(self._pixel_id) if not each.is_removed
        ]
        defined = {GoalRef.make(self._pixel_id, DEFINED, record.goal_id) for record in records}
        dead = {goal for goal in counted if goal.source == DEFINED} - defined
        goals = (counted | defined) - dead
        standing = {key: entry for goal in sorted(goals) for key, entry in table.list_entries(goal)}
        found = self.list_objects()
        now = self._runtime.read_clock()
        finding = Finding(find_kept_start(found, self._runtime.read_retention(), now))
        work = self._compare(records, standing, found, finding, advance)
        if finding.unreadable:
            return finding
        if self._is_repairing:
            work.finish()
        verdict = work.judge()
        self._judge(verdict, work, standing, finding)
        for goal in sorted(dead):
            finding.entries[DEAD, goal] = self._bury(goal)
        self._check_counters(goals | {key.goal for key in verdict.missing}, finding)
        return finding

    def _compare(
        self,
        records: list[GoalRecord],
        standing: dict[EntryKey, Entry],
        found: list[LakeObject],
        finding: Finding,
        advance: Callable[[int], None],
    ) -> LedgerWork:
        scope = Scope(self._pixel_id, tuple(records), True, 0, None)
        work = LedgerWork(self._runtime.goals, scope, standing, finding.kept_since, self._runtime.pause)

        def look(each: LakeObject, opened: ObjectScan) -> None:
            self._note_hits(each, opened)
            if self._is_repairing:
                work.count(each.key, opened)
            else:
                work.compare(opened)

        self._scan.work_through(found, look, advance)
        finding.unreadable = self._scan.unreadable
        return work

    def _note_hits(self, found: LakeObject, opened: ObjectScan) -> None:
        tallies = [tally for tally in opened.tally() if tally.pixel_id == self._pixel_id]
        self._tallies[found.key] = tallies
        # What is packed was counted object by object before; the check of the counters puts right what was not.
        if self._is_repairing and not found.is_packed:
            for tally in tallies:
                self._count_hits(found.key, tally)

    def _count_hits(self, object_key: str, tally: HitTally) -> None:
        for attempt in range(ROUNDS):
            try:
                self._runtime.goals.count_hits(object_key, tally, choose_shard(object_key))
            except CountConflictError:
                self._runtime.pause(attempt)
            else:
                return
        raise CountingError(f"hits of {tally.pixel_id} on {tally.day}")

    def _judge(
        self, verdict: Verdict, work: LedgerWork, standing: Mapping[EntryKey, Entry], finding: Finding
    ) -> None:
        """Note what we have put right; or, if nothing is to be repaired, what nobody has put right while the log was read."""
        kinds = {MISSING: verdict.missing, DIFFERENT: verdict.different, EXTRA: verdict.extra}
        if self._is_repairing:
            changed = work.won | verdict.extra.keys()
        else:
            keys = [key for keys in kinds.values() for key in keys]
            now = self._runtime.goals.read_entries(keys)
            changed = {key for key in keys if now.get(key) == standing.get(key)}
        for kind, of_kind in kinds.items():
            for key in changed & of_kind.keys():
                finding.entries[kind, key.goal] += 1

    def _bury(self, goal: GoalRef) -> int:
        """What is left of a removed definition; deleted, if anything is to be repaired."""
        if self._is_repairing:
            return self._runtime.goals.purge(goal, lambda _: None)
        return sum(1 for _ in self._runtime.goals.list_entries(goal)) or 1

    def _check_counters(self, goals: set[GoalRef], finding: Finding) -> None:
        check = CounterCheck(
            self._runtime.goals, self._pixel_id, self._runtime.pause, is_repairing=self._is_repairing
        )
        finding.counters += check.check_goals(goals)
        # The first whole day.
        first_day = datetime.fromtimestamp((finding.kept_since + DAY_MS - 1) / 1000, UTC).date().isoformat()
        finding.counters += check.check_hits(self._read_tallies, first_day)

    def _read_tallies(self) -> list[HitTally]:
        """The rows of all objects that there are by now."""
        found = self.list_objects()
        new = [each for each in found if each.key not in self._tallies]
        self._scan.work_through(new, self._note_hits, lambda _: None)
        # Of objects that were packed since the first look only the packed one counts.
        return [tally for each in found for tally in self._tallies.get(each.key, ())]
