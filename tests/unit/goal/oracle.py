"""What ledger, marks and counters must be, worked out from conversions or entries alone, with none of the code under test."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from pixelweave.goal_store import CounterKey, Entry, EntryKey, MarkKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pixelweave.conversion import Conversion

type Ledger = dict[EntryKey, Entry]
type Sums = dict[CounterKey, dict[str, Decimal]]


def choose_entries(conversions: Iterable[Conversion]) -> Ledger:
    """Of each goal and once key the first event."""
    groups = defaultdict(list)
    for each in conversions:
        groups[EntryKey(each.goal, each.once)].append(each)
    first = {
        key: sorted(group, key=lambda each: (each.received_at, each.event_id))[0]
        for key, group in groups.items()
    }
    return {
        key: Entry(each.event_id, each.received_at, each.session, each.value, each.unit)
        for key, each in first.items()
    }


def count_entries(entries: Mapping[EntryKey, Entry]) -> Sums:
    """Conversions and values by unit, unique sessions beside them, by hour, day and in all; without zeros."""
    sums: Sums = defaultdict(lambda: defaultdict(Decimal))
    sessions = set()
    for key, entry in entries.items():
        day, hour = _tell_time(entry)
        for counter, slot in ((day, ""), (day, hour), (None, "")):
            sums[CounterKey(key.goal, counter, entry.unit)][f"n{slot}"] += 1
            sums[CounterKey(key.goal, counter, entry.unit)][f"v{slot}"] += entry.value or 0
            if entry.session is not None:
                sessions.add((key.goal, entry.session, counter, slot))
    for goal, _, counter, slot in sessions:
        sums[CounterKey(goal, counter, "")][f"s{slot}"] += 1
    return drop_zeros(sums)


def count_marks(entries: Mapping[EntryKey, Entry]) -> dict[MarkKey, dict[str, int]]:
    """Of each session how many entries by hour, and on how many days; without those that are empty."""
    marks: defaultdict[MarkKey, Counter[str]] = defaultdict(Counter)
    for key, entry in entries.items():
        if entry.session is not None:
            day, hour = _tell_time(entry)
            marks[MarkKey(key.goal, entry.session, day)][hour] += 1
    for mark in list(marks):
        marks[mark._replace(day=None)][""] += 1
    return {mark: dict(counts) for mark, counts in marks.items()}


def drop_zeros(sums: Mapping[CounterKey, Mapping[str, Decimal]]) -> Sums:
    """The same without attributes that are zero and counters that have no other."""
    kept = {key: {name: amount for name, amount in each.items() if amount} for key, each in sums.items()}
    return {key: each for key, each in kept.items() if each}


def _tell_time(entry: Entry) -> tuple[str, str]:
    moment = datetime.fromtimestamp(entry.received_at // 1000, UTC)
    return moment.strftime("%Y-%m-%d"), moment.strftime("%H")
