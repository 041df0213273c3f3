"""One worker: what it reads and writes, when it gives up, and what it says it did."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from pixelweave.goal_counting import (
    CHUNK,
    MAX_ATTEMPTS,
    Counted,
    CountingError,
    choose_shard,
    count_conversions,
    remove_entries,
)
from pixelweave.goal_store import MAX_PARTS, SHARDS, CountConflictError

from tests.unit.goal.memory_store import MemoryStore
from tests.unit.goal.sample import HOUR, T0, enter, make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pixelweave.conversion import Conversion


def count(store: MemoryStore, *conversions: Conversion) -> Counted:
    return count_conversions(store, conversions, 0, lambda _: None)


def remove(store: MemoryStore, *conversions: Conversion, instead: Iterable[Conversion] = ()) -> int:
    return len(remove_entries(store, enter(*conversions), 0, lambda _: None, instead=instead))


def fail_commits(store: MemoryStore, times: int, error: Exception) -> Callable[[], int]:
    """The first commits fail; the number of those tried is returned."""
    tried = 0

    def before(call: str) -> None:
        nonlocal tried
        if call == "commit":
            tried += 1
            if tried <= times:
                raise error

    store.before = before
    return lambda: tried


def make_moves() -> tuple[list[Conversion], list[Conversion]]:
    """A chunk of conversions, and earlier ones of other sessions the day before."""
    later = [
        make(number, f"order:{number}", session=f"s{number}", at=T0 + 2 * HOUR, value="1")
        for number in range(CHUNK)
    ]
    return later, [replace(each, received_at=T0, session=each.once) for each in later]


FIRST, LATER = make(1, value="1"), make(2, at=T0 + HOUR, value="5")


@pytest.mark.parametrize("order", [(FIRST, LATER), (LATER, FIRST)])
def test_of_one_key_the_first_event_stands_whatever_order_they_come_in(order: tuple[Conversion, ...]) -> None:
    together, apart = MemoryStore(), MemoryStore()
    count(together, *order)
    for each in order:
        count(apart, each)
    assert together.entries == apart.entries == enter(FIRST)
    assert together.sums() == apart.sums()
    assert len(together.plans) == 1


def test_of_one_moment_the_lesser_event_id_stands() -> None:
    store = MemoryStore()
    count(store, make(2))
    count(store, make(1))
    count(store, make(3))
    assert store.entries == enter(make(1))


def test_won_was_written_now_and_standing_before() -> None:
    store = MemoryStore()
    other = make(3, "order:2")
    assert set(count(store, LATER, other).won) == {LATER, other}
    assert count(store, FIRST) == Counted(won=(FIRST,), standing=())
    assert count(store, LATER, other) == Counted(won=(), standing=(other,))


def test_what_was_written_though_the_answer_was_lost_is_won() -> None:
    store = MemoryStore()

    def lose(call: str) -> None:
        if call == "commit":
            store.after = lambda _: None
            raise CountConflictError

    store.after = lose
    assert count(store, FIRST) == Counted(won=(FIRST,), standing=())
    store.after = lose
    assert remove(store, FIRST) == 1
    assert len(store.plans) == 2


def test_what_somebody_else_won_meanwhile_is_not_ours() -> None:
    store = MemoryStore()

    def overtake(call: str) -> None:
        if call == "commit":
            store.before = lambda _: None
            count(store, FIRST)

    store.before = overtake
    assert count(store, LATER) == Counted(won=(), standing=())
    assert store.entries == enter(FIRST)


def test_what_another_revision_counted_stands() -> None:
    store = MemoryStore()
    count(store, FIRST)
    assert count(store, replace(FIRST, value=Decimal(9))) == Counted(
        won=(), standing=(replace(FIRST, value=Decimal(9)),)
    )
    assert store.entries == enter(FIRST)


def test_entries_are_removed_as_they_were_read() -> None:
    store = MemoryStore()
    kept = make(3, "order:2", session="a")
    count(store, FIRST, kept)
    assert remove(store, replace(FIRST, value=Decimal(9)), make(9, "order:9")) == 0
    assert remove(store, FIRST) == 1
    assert remove(store, FIRST) == 0
    assert store.entries == enter(kept)


@pytest.mark.parametrize(
    ("read", "number", "stands"),
    [
        pytest.param(FIRST, 1, LATER, id="as it was read: what the log gives takes its place"),
        pytest.param(replace(FIRST, value=Decimal(9)), 0, FIRST, id="changed since: the first event stands"),
    ],
)
def test_what_the_log_gives_takes_the_place_of_what_it_does_not(
    read: Conversion, number: int, stands: Conversion
) -> None:
    store = MemoryStore()
    count(store, FIRST)
    assert remove(store, read, instead=[LATER, make(7, "order:7")]) == number
    assert store.entries == enter(stands)


def test_what_the_log_gives_is_counted_where_others_removed_the_entry() -> None:
    store = MemoryStore()
    assert remove(store, FIRST, instead=[LATER]) == 1
    assert store.entries == enter(LATER)
    earlier = replace(LATER, received_at=LATER.received_at - 1)
    assert remove(store, FIRST, instead=[earlier]) == 1
    assert store.entries == enter(earlier)


@pytest.mark.parametrize("failures", [MAX_ATTEMPTS - 1, MAX_ATTEMPTS])
def test_it_gives_up_after_so_many_attempts(failures: int) -> None:
    store, pauses = MemoryStore(), list[int]()
    tried = fail_commits(store, failures, CountConflictError())
    if failures < MAX_ATTEMPTS:
        assert count_conversions(store, [FIRST], 0, pauses.append).won == (FIRST,)
    else:
        with pytest.raises(CountingError) as caught:
            count_conversions(store, [FIRST], 0, pauses.append)
        assert isinstance(caught.value.__cause__, CountConflictError)
        assert not store.entries
    assert tried() == MAX_ATTEMPTS
    assert pauses == list(range(MAX_ATTEMPTS - 1))


def test_what_others_do_for_us_gives_new_attempts() -> None:
    store, tried = MemoryStore(), 0
    wanted = [make(number, f"order:{number}", value="1") for number in range(2)]

    def overtake(call: str) -> None:
        nonlocal tried
        tried += call == "commit"
        if call == "commit" and tried == MAX_ATTEMPTS - 1:
            store.before = lambda _: None
            count(store, wanted[0])
            store.before = overtake
        if call == "commit" and tried <= 2 * (MAX_ATTEMPTS - 1):
            raise CountConflictError

    store.before = overtake
    assert set(count(store, *wanted).won) == set(wanted)
    assert store.entries == enter(*wanted)
    assert [len(plan.entries) for plan in store.plans] == [1, 1]


def test_what_we_wrote_gives_new_attempts() -> None:
    store, tried = MemoryStore(), 0
    later, earlier = make_moves()
    count(store, *later)
    written = len(store.plans)

    def fail(call: str) -> None:
        nonlocal tried
        tried += call == "commit"
        if call == "commit" and tried % MAX_ATTEMPTS:
            raise CountConflictError

    store.before = fail
    assert len(count(store, *earlier).won) == CHUNK
    # One chunk that needs several transactions, of which only each last attempt succeeds.
    assert tried == MAX_ATTEMPTS * (len(store.plans) - written)
    assert tried > MAX_ATTEMPTS


@pytest.mark.parametrize("call", ["read_entries", "read_marks"])
def test_what_cannot_be_read_is_read_again(call: str) -> None:
    store, pauses = MemoryStore(), list[int]()
    failing = iter([call] * 3)

    def fail(name: str) -> None:
        if name == call and next(failing, None):
            raise CountConflictError

    store.before = fail
    wanted = [make(number, f"order:{number}", session="a") for number in range(3)]
    assert set(count_conversions(store, wanted, 0, pauses.append).won) == set(wanted)
    assert store.entries == enter(*wanted)
    assert pauses == [0, 1, 2]


def test_who_can_never_read_gives_up() -> None:
    store, pauses = MemoryStore(), list[int]()

    def fail(_: str) -> None:
        raise CountConflictError

    store.before = fail
    with pytest.raises(CountingError):
        count_conversions(store, [FIRST], 0, pauses.append)
    assert len(pauses) == MAX_ATTEMPTS - 1


def test_other_errors_of_the_store_pass_through() -> None:
    store = MemoryStore()
    fail_commits(store, 1, ConnectionError("no route"))
    with pytest.raises(ConnectionError):
        count(store, FIRST)
    assert not store.entries


def test_a_chunk_of_new_sessions_is_one_transaction() -> None:
    store = MemoryStore()
    count(
        store,
        *(
            make(number, f"order:{number}", session=f"s{number}", value="1", unit=unit, at=T0 + at)
            for number, (unit, at) in enumerate([("EUR", 0), ("EUR", 2 * HOUR)] * (CHUNK // 2))
        ),
    )
    assert (len(store.plans), store.reads) == (1, 1)
    assert store.plans[0].parts <= MAX_PARTS


def test_what_does_not_fit_comes_in_the_next_transaction() -> None:
    store = MemoryStore()
    later, earlier = make_moves()
    count(store, *later)
    counted = count(store, *earlier)
    assert sorted(counted.won, key=lambda each: each.event_id) == earlier
    assert store.entries == enter(*earlier)
    assert len(store.plans) > 2


def test_conversions_of_a_goal_and_session_come_together() -> None:
    store = MemoryStore()
    count(
        store,
        *(
            make(number, f"order:{number}", goal=number % 2, session=f"s{number % 7}")
            for number in range(CHUNK * 2)
        ),
    )
    assert [len({key.goal for key in plan.entries}) for plan in store.plans] == [1, 1]


def test_nothing_found_asks_for_nothing() -> None:
    store = MemoryStore()
    assert count(store) == Counted((), ())
    assert (store.reads, store.plans) == (0, [])


def test_an_object_has_its_shard_for_good() -> None:
    names = [f"events/dt=2026-07-01/{number}.parquet" for number in range(64)]
    assert {choose_shard(name) for name in names} == set(range(SHARDS))
    # CRC-32 of the key in UTF-8.
    assert [choose_shard(name) for name in (names[0], names[1], "events/ä")] == [2, 1, 2]
