"""Time as the adapters see it: one object to pass in, one to fake."""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A throttled stream is asked again soon and seldom: the spill queue is the patient one.
PAUSES = (0.05, 0.15)


class Clock:
    """`monotonic` for deadlines, `now` (Unix seconds) for signatures, `sleep` for back-off; all in
    seconds."""

    __slots__ = ("monotonic", "now", "sleep")

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.monotonic = monotonic
        self.now = now
        self.sleep = sleep

    def attempts(self, deadline: float) -> Iterator[int]:
        """Count tries from 0, pausing a little before each but the first, as long as `deadline` lets the
        pause end."""
        yield 0
        for attempt, pause in enumerate(PAUSES, start=1):
            if self.monotonic() + pause >= deadline:
                return
            self.sleep(pause)
            yield attempt
