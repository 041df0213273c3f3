"""What changes of the ledger do to marks and counters: the plan of one transaction (docs/goals.md, «One object»).

Entries are the cause, everything else follows: a plan's increments are the difference between the counters before and after its entries.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from pixelweave.column import format_instant
from pixelweave.conversion import NO_UNIT
from pixelweave.goal_store import (
    MAX_PARTS,
    CountConflictError,
    CounterKey,
    CountPlan,
    Entry,
    EntryKey,
    Mark,
    MarkKey,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pixelweave.conversion import Conversion, GoalRef

# An entry as it was read and as it shall be; None: there is none.
type Change = tuple[Entry | None, Entry | None]
# An entry of a goal that comes (1) or goes (-1).
type Move = tuple[GoalRef, Entry, int]
type MarkChanges = dict[MarkKey, tuple[Mark, Mark]]
# By counter and attribute, without zeros.
type Sums = dict[CounterKey, dict[str, Decimal]]
type _Amount = tuple[CounterKey, str, Decimal]

_NO_MARK = Mark({})
# The only slot of a session's own mark.
_DAYS = ""


def make_entry(conversion: Conversion) -> Entry:
    """The entry in which `conversion` stands."""
    return Entry(
        conversion.event_id, conversion.received_at, conversion.session, conversion.value, conversion.unit
    )


def split_moment(moment: int) -> tuple[str, str]:
    """The UTC day (`YYYY-MM-DD`) and hour (`00` … `23`) of a moment in Unix milliseconds."""
    text = format_instant(moment)
    return text[:10], text[11:13]


def list_marks(changes: Mapping[EntryKey, Change]) -> set[MarkKey]:
    """The marks that `plan_changes` needs to know: of the day and of all days, for the sessions of old and new entries."""
    return {key for goal, entry, _ in _list_moves(changes) for key in _touch_marks(goal, entry)}


def plan_changes(changes: Mapping[EntryKey, Change], marks: Mapping[MarkKey, Mark]) -> CountPlan:
    """The transaction for as many of `changes` as `MAX_PARTS` allows, from the first on; one always fits.

    A change touches 12 items at most: the entry; a day's mark and the session's own for the old and the new session; for the old and the
    new day the counter of the unit and, for sessions, that of NO_UNIT; of all time those of both units and of NO_UNIT.

    Raises:
        CountConflictError: `marks` know less than the entries say, so they were read after somebody's change.
    """
    taken = _take_fitting(changes)
    changed, increments = move_entries(_list_moves(taken), marks)
    return CountPlan(taken, changed, increments)


def move_entries(moves: Iterable[Move], marks: Mapping[MarkKey, Mark]) -> tuple[MarkChanges, Sums]:
    """What becomes of `marks` when entries come and go, and what that adds to counters.

    Raises:
        CountConflictError: more entries go than `marks` know.
    """
    sums: defaultdict[CounterKey, defaultdict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    hours: defaultdict[MarkKey, Counter[str]] = defaultdict(Counter)
    for goal, entry, sign in moves:
        day, hour = split_moment(entry.received_at)
        for counter, attribute, amount in _list_amounts(goal, entry, sign, (day, hour)):
            sums[counter][attribute] += amount
        if entry.session is not None:
            hours[MarkKey(goal, entry.session, day)][hour] += sign
    changed = _shift_marks(marks, hours)
    days: defaultdict[MarkKey, Counter[str]] = defaultdict(Counter)
    for key, (before, after) in changed.items():
        days[key._replace(day=None)][_DAYS] += bool(after.counts) - bool(before.counts)
    changed |= _shift_marks(marks, days)
    for counter, attribute, amount in _list_sessions(changed):
        sums[counter][attribute] += amount
    return changed, _drop_zeros(sums)


def _list_moves(changes: Mapping[EntryKey, Change]) -> Iterator[Move]:
    for key, (before, after) in changes.items():
        if before is not None:
            yield key.goal, before, -1
        if after is not None:
            yield key.goal, after, 1


def _take_fitting(changes: Mapping[EntryKey, Change]) -> dict[EntryKey, Change]:
    """The first of `changes` whose items, counted as if each were written, are no more than `MAX_PARTS`."""
    taken: dict[EntryKey, Change] = {}
    items: set[EntryKey | MarkKey | CounterKey] = set()
    for key, change in changes.items():
        items.add(key)
        for goal, entry, _ in _list_moves({key: change}):
            items |= _touch_marks(goal, entry)
            items |= _touch_counters(goal, entry)
        if len(items) > MAX_PARTS:
            break
        taken[key] = change
    return taken


def _touch_marks(goal: GoalRef, entry: Entry) -> set[MarkKey]:
    if entry.session is None:
        return set()
    days = (split_moment(entry.received_at)[0], None)
    return {MarkKey(goal, entry.session, day) for day in days}


def _touch_counters(goal: GoalRef, entry: Entry) -> set[CounterKey]:
    units = {entry.unit} if entry.session is None else {entry.unit, NO_UNIT}
    days = (split_moment(entry.received_at)[0], None)
    return {CounterKey(goal, day, unit) for day in days for unit in units}


def _list_amounts(goal: GoalRef, entry: Entry, sign: int, moment: tuple[str, str]) -> Iterator[_Amount]:
    """Conversions and value. Sums are exact: 18 digits a value leave ten of Decimal's 28 for how many there are."""
    day, hour = moment
    for counter_day, slots in ((day, ("", hour)), (None, ("",))):
        counter = CounterKey(goal, counter_day, entry.unit)
        for slot in slots:
            yield counter, f"n{slot}", Decimal(sign)
            if entry.value is not None:
                yield counter, f"v{slot}", entry.value * sign


def _shift_marks(marks: Mapping[MarkKey, Mark], moves: Mapping[MarkKey, Counter[str]]) -> MarkChanges:
    """The marks that `moves` change; a mark that ends as it was is left out, and so is its condition: nothing depends on it."""
    changed = {}
    for key, move in moves.items():
        before = marks.get(key, _NO_MARK)
        counts = Counter(before.counts)
        counts.update(move)
        if min(counts.values()) < 0:
            raise CountConflictError("a mark was read after an entry of its session had gone")
        after = {slot: number for slot, number in counts.items() if number}
        if after != before.counts:
            changed[key] = before, Mark(after, before.version + 1)
    return changed


def _list_sessions(changed: Mapping[MarkKey, tuple[Mark, Mark]]) -> Iterator[_Amount]:
    """Unique sessions: one more where a mark, or its number of an hour, becomes something, one less where it becomes nothing."""
    for key, (before, after) in changed.items():
        counter = CounterKey(key.goal, key.day, NO_UNIT)
        yield counter, "s", Decimal(bool(after.counts) - bool(before.counts))
        if key.day is not None:
            for hour in before.counts.keys() | after.counts.keys():
                yield counter, f"s{hour}", Decimal((hour in after.counts) - (hour in before.counts))


def _drop_zeros(sums: Mapping[CounterKey, Mapping[str, Decimal]]) -> Sums:
    kept = {
        key: {attribute: amount for attribute, amount in amounts.items() if amount}
        for key, amounts in sums.items()
    }
    return {key: amounts for key, amounts in kept.items() if amounts}
