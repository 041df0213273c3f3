"""Progress on a terminal or in a log: one line a step, with what it does, how it ended, and how long it took."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Step:
    """A step that runs; `note` is what the line says at its end."""

    def __init__(self) -> None:
        self.note = ""


@contextmanager
def step(
    name: str, purpose: str, *, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
) -> Iterator[Step]:
    """Print `name purpose …` now and the note and seconds when the block ends, or `failed`."""
    out = stream or sys.stdout
    running = Step()
    started = clock()
    out.write(f"  {name:<8} {purpose} … ")
    out.flush()
    try:
        yield running
    except BaseException:
        out.write("failed\n")
        raise
    finally:
        out.flush()
    note = f"{running.note}, " if running.note else ""
    out.write(f"{note}{clock() - started:.1f} s\n")
    out.flush()
