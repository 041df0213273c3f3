"""Counting under every order, duplication, crash and lost answer: ledger, marks and counters are those of the events alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pixelweave.goal_counting import choose_shard, count_conversions, remove_entries
from pixelweave.goal_store import EntryKey, HitTally

from tests.unit.goal.memory_store import MemoryStore
from tests.unit.goal.oracle import choose_entries, count_entries
from tests.unit.goal.sample import DAY, draw_conversions
from tests.unit.goal.schedule import FAULTS, GO, Job, Schedule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelweave.conversion import Conversion

type Told = set[tuple[EntryKey, str]]

slow = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def never(attempt: int) -> None:
    """No pause: the schedule decides who goes on."""


def count_object(store: MemoryStore, name: str, conversions: Sequence[Conversion], told: Told) -> Job:
    """What a worker does with an object: its hits, its conversions, and what is to be told (docs/goals.md, «One object»)."""

    def work(delivery: int) -> None:
        tally = HitTally("px", DAY, {("22", "accepted"): len(conversions), ("22", "bot"): 1})
        store.count_hits(name, tally, choose_shard(name))
        counted = count_conversions(store, conversions, choose_shard(name), never)
        news = counted.won if delivery == 0 else (*counted.won, *counted.standing)
        told.update((EntryKey(each.goal, each.once), each.event_id) for each in news)

    return work


def draw_schedule(data: st.DataObject, store: MemoryStore) -> tuple[Schedule, int]:
    """A schedule with drawn turns and faults, and a number of workers."""
    faults = data.draw(st.dictionaries(st.integers(0, 60), st.sampled_from(FAULTS), max_size=8))
    calls = iter(range(1_000_000))
    turns = iter(data.draw(st.lists(st.integers(0, 5), max_size=80)))
    schedule = Schedule(store, lambda n: next(turns, 0) % n, lambda: faults.get(next(calls), GO))
    return schedule, data.draw(st.integers(1, 3))


def draw_objects(data: st.DataObject, conversions: list[Conversion]) -> list[tuple[str, list[Conversion]]]:
    """Each conversion in an object or two, in any order; then any objects once more."""
    homes = [data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=2, unique=True)) for _ in conversions]
    mixed = data.draw(st.permutations(list(zip(conversions, homes, strict=True))))
    objects = [(f"events/{number}", [each for each, home in mixed if number in home]) for number in range(4)]
    again = data.draw(st.lists(st.sampled_from(objects), max_size=3))
    return list(data.draw(st.permutations([*objects, *again])))


@slow
@given(data=st.data(), conversions=draw_conversions())
def test_counts_are_those_of_the_events_whatever_happens(
    data: st.DataObject, conversions: list[Conversion]
) -> None:
    store, told = MemoryStore(), set[tuple[EntryKey, str]]()
    objects = draw_objects(data, conversions)
    schedule, workers = draw_schedule(data, store)
    schedule.run([count_object(store, name, found, told) for name, found in objects], workers)
    ledger = choose_entries(conversions)
    assert store.entries == ledger
    assert store.sums() == count_entries(ledger)
    # Every entry has been told of: after a crash by the redelivery.
    assert told >= {(key, entry.event_id) for key, entry in ledger.items()}
    rows = sum(len(found) for found in dict(objects).values())
    assert store.hits == {("px", DAY): {"accepted22": rows, "bot22": len(dict(objects))}}


@slow
@given(data=st.data(), conversions=draw_conversions())
def test_a_replay_writes_nothing(data: st.DataObject, conversions: list[Conversion]) -> None:
    store, told = MemoryStore(), set[tuple[EntryKey, str]]()
    objects = draw_objects(data, conversions)
    jobs = [count_object(store, name, found, told) for name, found in objects]
    schedule, workers = draw_schedule(data, store)
    schedule.run(jobs, workers)
    plans, hits = len(store.plans), {key: dict(rows) for key, rows in store.hits.items()}
    Schedule(store, lambda _: 0, lambda: GO).run(jobs, 1)
    assert len(store.plans) == plans
    assert store.hits == hits


@slow
@given(data=st.data(), conversions=draw_conversions(8), gone=draw_conversions(4))
def test_history_is_corrected_while_hits_arrive(
    data: st.DataObject, conversions: list[Conversion], gone: list[Conversion]
) -> None:
    """The ledger has entries that the log does not give, and others' values; some objects come while history is counted."""
    store = MemoryStore()
    revised = [
        replace(each, value=Decimal(7), unit="JPY") for each in conversions if data.draw(st.booleans())
    ]
    count_conversions(
        store, [*revised, *(replace(each, event_id=f"gone-{each.event_id}") for each in gone)], 0, never
    )
    objects = draw_objects(data, conversions)
    log = dict(objects[data.draw(st.integers(0, len(objects))) :])

    def arrive(name: str, found: list[Conversion]) -> Job:
        count = count_object(store, name, found, set())

        def work(delivery: int) -> None:
            log[name] = found
            count(delivery)

        return work

    def recount(_: int) -> None:
        read = dict(store.entries)
        # Others may be at work between any two steps.
        store.read_marks(())
        listed = dict(log)
        logged = [each for found in listed.values() for each in found]
        truth = choose_entries(logged)
        wrong = {key: entry for key, entry in read.items() if truth.get(key) != entry}
        remove_entries(store, wrong, 1, never, instead=logged)
        count_conversions(store, logged, 2, never)
        # What came since may have been counted against an entry that had still to go.
        late = [each for name, found in log.items() if name not in listed for each in found]
        count_conversions(store, late, 2, never)

    schedule, workers = draw_schedule(data, store)
    jobs: list[Job] = [recount, *(arrive(name, found) for name, found in objects)]
    schedule.run(data.draw(st.permutations(jobs)), workers)
    assert store.entries == choose_entries(conversions)
    assert store.sums() == count_entries(store.entries)
