"""Buffers of delivery streams: records wait until there are many, or until the first has waited long enough.

Pure: the clock is an argument. Firehose's own hints (64 MiB, 60 s and up) would make a demo wait, so
the launcher has limits of its own; what is the same as on AWS is that many records become one object.
"""

from collections.abc import Callable, Hashable
from typing import NamedTuple


class Record(NamedTuple):
    """One record as it was put: Firehose's id for it, its bytes, and its arrival (epoch milliseconds)."""

    record_id: str
    data: bytes
    arrived_ms: int


class Limit(NamedTuple):
    """When a buffer is full: so many records, so many bytes, or so many seconds since the first."""

    records: int
    size: int
    seconds: float


class Buffers[Key: Hashable]:
    """Records waiting, by the stream they were put to. Not thread-safe: the owner holds a lock."""

    def __init__(self, limit: Limit, clock: Callable[[], float]) -> None:
        self._limit = limit
        self._clock = clock
        self._waiting: dict[Key, list[Record]] = {}
        self._since: dict[Key, float] = {}

    def add(self, key: Key, records: list[Record]) -> bool:
        """Append `records` to the buffer of `key`; whether it is full now."""
        waiting = self._waiting.setdefault(key, [])
        self._since.setdefault(key, self._clock())
        waiting.extend(records)
        return len(waiting) >= self._limit.records or sum(len(r.data) for r in waiting) >= self._limit.size

    def take(self, *, everything: bool = False) -> list[tuple[Key, list[Record]]]:
        """Remove and return the buffers that are due (or all), cut to the limit of records and bytes."""
        now = self._clock()
        batches = []
        for key in list(self._waiting):
            due = everything or now - self._since[key] >= self._limit.seconds
            if due or self.add(key, []):
                batches += [(key, batch) for batch in self._cut(self._waiting.pop(key))]
                del self._since[key]
        return batches

    def wait_seconds(self) -> float | None:
        """Seconds until the next buffer is due; None when nothing waits."""
        if not self._since:
            return None
        return max(0.0, min(self._since.values()) + self._limit.seconds - self._clock())

    def _cut(self, records: list[Record]) -> list[list[Record]]:
        batches: list[list[Record]] = []
        size = 0
        for record in records:
            full = batches and (
                len(batches[-1]) >= self._limit.records or size + len(record.data) > self._limit.size
            )
            if not batches or full:
                batches.append([])
                size = 0
            batches[-1].append(record)
            size += len(record.data)
        return batches
