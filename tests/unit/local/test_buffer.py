"""Delivery buffers: full by count, by size, by age."""

from pixelweave_local.buffer import Buffers, Limit, Record


class Clock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def records(count: int, size: int = 1) -> list[Record]:
    return [Record(f"id-{number}", b"x" * size, 1000 + number) for number in range(count)]


def buffers(clock: Clock, *, count: int = 3, size: int = 100, seconds: float = 5.0) -> Buffers[str]:
    return Buffers(Limit(count, size, seconds), clock)


def test_a_buffer_below_every_limit_is_not_due() -> None:
    clock = Clock()
    made = buffers(clock)
    assert not made.add("s", records(2))
    clock.seconds += 4.9
    assert made.take() == []


def test_a_buffer_is_due_at_its_count_of_records() -> None:
    made = buffers(Clock())
    assert made.add("s", records(3))
    assert made.take() == [("s", records(3))]


def test_a_buffer_is_due_at_its_size() -> None:
    made = buffers(Clock(), size=10)
    assert not made.add("s", records(1, size=9))
    assert made.add("s", records(1, size=1))


def test_a_buffer_is_due_when_its_first_record_has_waited_long_enough() -> None:
    clock = Clock()
    made = buffers(clock)
    made.add("s", records(1))
    clock.seconds += 3
    made.add("s", records(1))
    clock.seconds += 2
    assert made.take() == [("s", records(1) * 2)]


def test_taking_everything_empties_what_is_not_due() -> None:
    made = buffers(Clock())
    made.add("one", records(1))
    made.add("two", records(2))
    assert made.take(everything=True) == [("one", records(1)), ("two", records(2))]
    assert made.take(everything=True) == []


def test_a_batch_is_cut_at_the_limit_of_records() -> None:
    made = buffers(Clock())
    made.add("s", records(7))
    assert [len(batch) for _, batch in made.take()] == [3, 3, 1]


def test_a_batch_is_cut_at_the_limit_of_bytes_and_keeps_the_order() -> None:
    made = buffers(Clock(), count=100, size=10)
    made.add("s", records(5, size=4))
    batches = [batch for _, batch in made.take()]
    assert [len(batch) for batch in batches] == [2, 2, 1]
    assert [record for batch in batches for record in batch] == records(5, size=4)


def test_a_record_larger_than_the_limit_goes_alone() -> None:
    made = buffers(Clock(), size=10)
    made.add("s", [*records(1, size=50), *records(1)])
    assert [len(batch) for _, batch in made.take()] == [1, 1]


def test_the_wait_is_until_the_oldest_buffer_is_due_and_never_negative() -> None:
    clock = Clock()
    made = buffers(clock)
    assert made.wait_seconds() is None
    made.add("one", records(1))
    clock.seconds += 2
    made.add("two", records(1))
    assert made.wait_seconds() == 3
    clock.seconds += 10
    assert made.wait_seconds() == 0
