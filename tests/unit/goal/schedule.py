"""Workers on one store, one call at a time, in an order that a test chooses; with crashes, conflicts and lost answers at any call."""

from __future__ import annotations

from collections import deque
from threading import Semaphore, Thread
from typing import TYPE_CHECKING

from pixelweave.goal_counting import CountingError
from pixelweave.goal_store import CountConflictError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.unit.goal.memory_store import MemoryStore

GO = "go"
# Before the call; after it, with all it wrote.
CRASH, CRASH_AFTER = "crash", "crash after"
# A transaction that DynamoDB refuses because another one is at the same item.
CONFLICT = "conflict"
# Written, but the writer does not hear of it.
LOSE = "lose"
FAULTS = (CRASH, CRASH_AFTER, CONFLICT, LOSE)

# What a worker does: it gets the number of the delivery, the first being 0.
type Job = Callable[[int], None]


class CrashError(BaseException):
    """The worker is gone; its message comes again."""


class Schedule:
    """Delivers jobs to workers until all are done.

    `choose(n)` picks one of n workers to go on, `fate()` what happens at its next call of the store.
    """

    def __init__(self, store: MemoryStore, choose: Callable[[int], int], fate: Callable[[], str]) -> None:
        self._store = store
        self._choose = choose
        self._fate = fate
        self._queue: deque[tuple[Job, int]] = deque()
        self._turns: dict[int, Semaphore] = {}
        self._returned = Semaphore(0)
        self._current = 0
        self._fates: dict[int, str] = {}
        self._failure: BaseException | None = None

    def run(self, jobs: Iterable[Job], workers: int) -> None:
        """Do all jobs, each until it came to its end."""
        self._queue.extend((job, 0) for job in jobs)
        self._store.before, self._store.after = self._begin, self._end
        self._turns = {number: Semaphore(0) for number in range(workers)}
        threads = [Thread(target=self._work, args=(number,), daemon=True) for number in self._turns]
        for thread in threads:
            thread.start()
        while alive := list(self._turns):
            self._current = alive[self._choose(len(alive)) % len(alive)]
            self._turns[self._current].release()
            self._returned.acquire()
        for thread in threads:
            thread.join()
        self._store.before = self._store.after = lambda _: None
        if self._failure is not None:
            raise self._failure

    def _begin(self, call: str) -> None:
        """Hand the turn back, wait for the next one, and meet one's fate."""
        number = self._current
        self._returned.release()
        self._turns[number].acquire()
        fate = self._fates[number] = self._fate()
        if fate == CRASH:
            raise CrashError
        if fate == CONFLICT and call == "commit":
            raise CountConflictError("another transaction is at it")

    def _end(self, call: str) -> None:
        fate = self._fates[self._current]
        if fate == CRASH_AFTER:
            raise CrashError
        if fate == LOSE and call == "commit":
            raise CountConflictError("the answer was lost")

    def _work(self, number: int) -> None:
        self._turns[number].acquire()
        try:
            while self._queue and self._failure is None:
                job, delivery = self._queue.popleft()
                try:
                    job(delivery)
                except (CrashError, CountingError):
                    self._queue.append((job, delivery + 1))
        except BaseException as exc:  # handed to the test's own thread
            self._failure = exc
        del self._turns[number]
        self._returned.release()
