"""A ledger held against the log: what counting history has to change (docs/goals.md, «History»).

The ledger is read first and the log after it, so that every entry has its object among those that are read. What is not in the ledger as it
was read may have come since, and is left to whoever counted it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pixelweave.goal_plan import make_entry
from pixelweave.goal_store import EntryKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pixelweave.conversion import Conversion
    from pixelweave.goal_store import Entry


@dataclass(frozen=True, slots=True)
class Verdict:
    """Entries that the log gives and the ledger lacks, those that must be other ones, and those that the log does not give."""

    missing: Mapping[EntryKey, Conversion]
    different: Mapping[EntryKey, Conversion]
    extra: Mapping[EntryKey, Entry]

    @property
    def is_clean(self) -> bool:
        """Whether the ledger is what the log gives."""
        return not (self.missing or self.different or self.extra)


class Audit:
    """Compares `standing`, a ledger as it was read, to conversions as they are found.

    Entries received from `starts_at` (Unix milliseconds, inclusive) to `ends_at` (exclusive; None: without end) are judged: of them the
    log has been read whole. Any other entry stands, unless an earlier event is found for its key.
    """

    def __init__(
        self, standing: Mapping[EntryKey, Entry], starts_at: int = 0, ends_at: int | None = None
    ) -> None:
        self._standing = standing
        self._starts_at = starts_at
        self._ends_at = ends_at
        self._confirmed: set[EntryKey] = set()
        self._found: dict[EntryKey, Conversion] = {}

    def see(self, conversions: Iterable[Conversion]) -> None:
        """Take note of what some of the log gives; the order does not matter."""
        for each in conversions:
            key = EntryKey(each.goal, each.once)
            if self._standing.get(key) == make_entry(each):
                self._confirmed.add(key)
            elif key not in self._found or each.rank < self._found[key].rank:
                self._found[key] = each

    def judge(self) -> Verdict:
        """What differs, once all of the log has been seen."""
        missing = {key: found for key, found in self._found.items() if key not in self._standing}
        return Verdict(
            missing=missing,
            different={
                key: found
                for key, found in self._found.items()
                if key not in missing and self._replaces(key, found)
            },
            extra={
                key: entry
                for key, entry in self._standing.items()
                if key not in self._confirmed and key not in self._found and self._is_judged(entry)
            },
        )

    def list_stale(self) -> dict[EntryKey, Entry]:
        """Entries that counting alone does not replace, because they are no later than what the log gives: they must be removed first."""
        verdict = self.judge()
        late = {
            key: self._standing[key]
            for key, found in verdict.different.items()
            if found.rank >= self._standing[key].rank
        }
        return {**late, **verdict.extra}

    def _replaces(self, key: EntryKey, found: Conversion) -> bool:
        """Whether `found` is to stand in the place of the entry."""
        entry = self._standing[key]
        return found.rank < entry.rank or (key not in self._confirmed and self._is_judged(entry))

    def _is_judged(self, entry: Entry) -> bool:
        return self._starts_at <= entry.received_at and (
            self._ends_at is None or entry.received_at < self._ends_at
        )
