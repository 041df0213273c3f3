"""Counting: conversions into the ledger and its counters, under any number of workers (docs/goals.md, «One object»).

Exception
└── CountingError   others were faster at each attempt; what is done is done, counting again does the rest
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING
from zlib import crc32

from pixelweave.goal_plan import list_marks, make_entry, plan_changes
from pixelweave.goal_store import SHARDS, CountConflictError, EntryKey

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from pixelweave.conversion import Conversion
    from pixelweave.goal_plan import Change
    from pixelweave.goal_store import Entry, GoalStore

# DynamoDB lets no transaction wait for another one: of ten workers on the counters of one shard the slowest is refused up to 50 times
# in a row (tests/unit/goal/test_storm.py).
MAX_ATTEMPTS = 80
# New conversions of as many sessions are three parts each: with the counters of two days and two units they fit into one transaction.
CHUNK = 30


class CountingError(Exception):
    """`MAX_ATTEMPTS` times in a row others were faster; the object comes again by itself."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What the ledger says of conversions: `won` were written now, also where only reading again told so, the answer being lost; `standing`
    were found already to be of the same event, because of an earlier delivery. Of those in neither, an earlier event stands."""

    won: tuple[Conversion, ...]
    standing: tuple[Conversion, ...]


def choose_shard(object_key: str) -> int:
    """The shard of the counters that an object's conversions go to."""
    return crc32(object_key.encode()) % SHARDS


def count_conversions(
    store: GoalStore,
    conversions: Iterable[Conversion],
    shard: int,
    pause: Callable[[int], None],
) -> Counted:
    """Bring the ledger to where it knows `conversions`, whoever else is at it, and the counters of `shard` with it.

    `pause(attempt)` waits a little after a failed attempt, the first being 0. An entry of an earlier event
    stands, and one of the same event with other content: whether the log still gives it, no single object can tell (see `remove_entries`).

    Raises:
        CountingError: given up; and whatever else the store raises.
    """
    found = _find_least(conversions)

    def choose(key: EntryKey, entry: Entry | None) -> Entry:
        wanted = make_entry(found[key])
        if entry is None or wanted.rank < entry.rank:
            return wanted
        return entry

    ledger = _Ledger(store, choose, shard, pause)
    ledger.settle(_sort(found))
    return Counted(
        won=tuple(found[key] for key in ledger.changed),
        standing=tuple(
            found[key]
            for key, entry in ledger.kept.items()
            if entry is not None and entry.event_id == found[key].event_id
        ),
    )


def remove_entries(
    store: GoalStore,
    entries: Mapping[EntryKey, Entry],
    shard: int,
    pause: Callable[[int], None],
    *,
    instead: Iterable[Conversion] = (),
) -> frozenset[EntryKey]:
    """Take entries out of the ledger, and of the counters of `shard`; which ones were. One that changed since it was read is left alone.

    `instead`: what the log gives for their keys, if it gives anything; it takes their place in the same transaction. This is exact while
    others count, provided that `entries` were read before the objects of the log were listed: what is counted since is no more as it was
    read, and of it the least rank stands as always.

    Raises:
        CountingError: given up; and whatever else the store raises.
    """
    heirs = {key: each for key, each in _find_least(instead).items() if key in entries}

    def choose(key: EntryKey, entry: Entry | None) -> Entry | None:
        wanted = make_entry(heirs[key]) if key in heirs else None
        if entry == entries[key]:
            return wanted
        if wanted is not None and (entry is None or wanted.rank < entry.rank):
            return wanted
        return entry

    ledger = _Ledger(store, choose, shard, pause)
    ledger.settle(_sort(entries))
    return frozenset(ledger.changed)


def _find_least(conversions: Iterable[Conversion]) -> dict[EntryKey, Conversion]:
    """Of each conversion the event that counts."""
    found: dict[EntryKey, Conversion] = {}
    for each in conversions:
        key = EntryKey(each.goal, each.once)
        if key not in found or each.rank < found[key].rank:
            found[key] = each
    return found


def _sort(found: Mapping[EntryKey, Conversion] | Mapping[EntryKey, Entry]) -> list[EntryKey]:
    """By goal and session: what shares marks and counters comes into one transaction."""
    return sorted(found, key=lambda key: (key.goal, found[key].session or "", key.once))


class _Ledger:
    """Entries on their way to what `choose(key, entry as it is)` says they shall be: `changed` by us, or `kept` as they were."""

    def __init__(
        self,
        store: GoalStore,
        choose: Callable[[EntryKey, Entry | None], Entry | None],
        shard: int,
        pause: Callable[[int], None],
    ) -> None:
        self._store = store
        self._choose = choose
        self._shard = shard
        self._pause = pause
        self.changed: list[EntryKey] = []
        self.kept: dict[EntryKey, Entry | None] = {}
        # What we tried to write and heard of no success.
        self._tried: dict[EntryKey, Entry | None] = {}

    def settle(self, keys: Sequence[EntryKey]) -> None:
        for chunk in batched(keys, CHUNK, strict=False):
            self._settle_chunk(chunk)

    def _settle_chunk(self, pending: Sequence[EntryKey]) -> None:
        failures = 0
        while pending:
            changes: dict[EntryKey, Change] = {}
            try:
                changes = self._read_changes(pending)
                if len(changes) < len(pending):
                    failures = 0
                written = self._commit(changes) if changes else ()
            except CountConflictError as exc:
                failures += 1
                if failures == MAX_ATTEMPTS:
                    raise CountingError(f"{len(pending)} entries: {exc}") from exc
                self._pause(failures - 1)
                self._tried |= {key: after for key, (_, after) in changes.items()}
                # Without changes it was reading that failed.
                pending = list(changes) or pending
            else:
                failures = 0
                self.changed += written
                pending = [key for key in changes if key not in written]

    def _read_changes(self, pending: Sequence[EntryKey]) -> dict[EntryKey, Change]:
        """What is left to do; entries that are right go to `kept`, unless it was ourselves who made them so."""
        entries = self._store.read_entries(pending)
        changes: dict[EntryKey, Change] = {}
        for key in pending:
            entry = entries.get(key)
            wanted = self._choose(key, entry)
            if wanted != entry:
                changes[key] = entry, wanted
            elif key in self._tried and self._tried[key] == entry:
                self.changed.append(key)
            else:
                self.kept[key] = entry
        return changes

    def _commit(self, changes: Mapping[EntryKey, Change]) -> Collection[EntryKey]:
        """Those of `changes` that one transaction takes, in the ledger."""
        plan = plan_changes(changes, self._store.read_marks(list_marks(changes)))
        self._store.commit(plan, self._shard)
        return plan.entries.keys()
