"""What the counters of a ledger must be: recounting holds the table against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelweave.goal_plan import move_entries

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixelweave.goal_plan import Sums
    from pixelweave.goal_store import Entry, EntryKey


def sum_entries(entries: Iterable[tuple[EntryKey, Entry]]) -> Sums:
    """Counters over all shards for this ledger, of which no key comes twice; what is zero is left out."""
    _, sums = move_entries(((key.goal, entry, 1) for key, entry in entries), {})
    return sums
