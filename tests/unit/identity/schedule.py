"""Workers on one store, one call at a time, in an order that a test chooses; with crashes and lost answers at any call."""

from __future__ import annotations

from collections import deque
from threading import Semaphore, Thread
from typing import TYPE_CHECKING

from pixelweave.identity_store import ConflictError
from pixelweave.stitching import StitchConflictError, Stitcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelweave.stitching import IdentifiedHit, Stitched

    from tests.unit.identity.memory_store import MemoryStore

CRASH = "crash"
LOSE = "lose"
GO = "go"
# The calls of which a lost answer shows as a failed condition, when the SDK sends them again.
_CONDITIONAL = ("commit", "write_leaf", "write_traits")


class CrashError(BaseException):
    """The worker is gone; its message comes again."""


class Schedule:
    """Delivers hits to workers until the queue is empty.

    `choose(n)` picks one of n workers to go on, `fate()` what happens at its next call: go on, crash before or after it, or perform it and
    lose the answer (seen as a failed condition, as an SDK's own retry would).
    """

    def __init__(self, store: MemoryStore, choose: Callable[[int], int], fate: Callable[[], str]) -> None:
        self._store = store
        self._choose = choose
        self._fate = fate
        self._queue: deque[tuple[IdentifiedHit, bool]] = deque()
        self._turns: dict[int, Semaphore] = {}
        self._returned = Semaphore(0)
        self._current = 0
        self._failure: BaseException | None = None
        self.emitted: list[tuple[IdentifiedHit, Stitched]] = []

    def run(self, hits: list[IdentifiedHit], workers: int) -> None:
        """Stitch all hits, each at least once."""
        self._queue.extend((hit, False) for hit in hits)
        self._store.before = lambda _: self._step(CRASH)
        self._store.after = self._end_of_write
        self._turns = {number: Semaphore(0) for number in range(workers)}
        threads = {number: Thread(target=self._work, args=(number,), daemon=True) for number in self._turns}
        for thread in threads.values():
            thread.start()
        alive = list(threads)
        while alive:
            self._current = alive[self._choose(len(alive)) % len(alive)]
            self._turns[self._current].release()
            self._returned.acquire()
            alive = [number for number in alive if number in self._turns]
        for thread in threads.values():
            thread.join()
        self._store.before = self._store.after = lambda _: None
        if self._failure is not None:
            raise self._failure

    def _step(self, danger: str) -> None:
        """Hand the turn back, wait for the next one, and meet one's fate."""
        number = self._current
        self._returned.release()
        self._turns[number].acquire()
        if self._fate() == danger:
            raise CrashError

    def _end_of_write(self, call: str) -> None:
        fate = self._fate()
        if fate == CRASH:
            raise CrashError
        if fate == LOSE and call in _CONDITIONAL:
            raise ConflictError("the answer was lost")

    def _work(self, number: int) -> None:
        self._turns[number].acquire()
        try:
            self._drain()
        except BaseException as exc:  # handed to the test's own thread
            self._failure = exc
        del self._turns[number]
        self._returned.release()

    def _drain(self) -> None:
        while self._queue and self._failure is None:
            hit, again = self._queue.popleft()
            try:
                stitched = Stitcher(self._store).stitch(hit, is_redelivery=again)
                self._step(CRASH)
                self.emitted.append((hit, stitched))
            except (CrashError, StitchConflictError):
                self._queue.append((hit, True))
