"""Calls that take many entries and refuse some of them: the refused ones are tried again, a few times."""

from __future__ import annotations

from itertools import batched
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ATTEMPTS = 3
# Before the second attempt; twice as long before each further one.
FIRST_PAUSE_SECONDS = 0.2


def send_all[T](
    entries: Sequence[T],
    limit: int,
    send: Callable[[Sequence[T]], list[T]],
    sleep: Callable[[float], None],
) -> list[T]:
    """Send entries by calls of at most `limit`; those that were refused in every attempt.

    `send` returns the entries that a call refused. What it raises goes through: then nobody knows what was taken.
    """
    refused: list[T] = []
    for batch in batched(entries, limit, strict=False):
        pending = send(batch)
        for attempt in range(ATTEMPTS - 1):
            if not pending:
                break
            sleep(FIRST_PAUSE_SECONDS * 2**attempt)
            pending = send(pending)
        refused += pending
    return refused
