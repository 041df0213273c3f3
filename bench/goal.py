"""Goals on one core: events a second and peak memory of scanning an object, beside plain Python over JSON lines in the same run.

`python -m bench.goal` prints the tables. Rates depend on the machine; that the scan is faster by a factor does much less.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, NamedTuple

from pixelweave.goal_match import keep_least, list_conversions
from pixelweave_parquet.object_scan import ObjectScan

from bench.artefact import ROOT
from bench.goal_set import make_records, write_lines, write_object
from bench.plain_goal import find_conversions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pixelweave.conversion import Conversion
    from pixelweave.goal import GoalRecord

# Events and pixels of an object; each pixel has twenty goals.
OBJECTS = ((1_000, 1), (100_000, 1), (1_000_000, 1), (1_000, 1_000), (100_000, 1_000))
PLAIN_EVENTS = 100_000
# Of the function, everything included.
MEMORY_MB = 512
AIM = 10


class Scan(NamedTuple):
    """One object scanned in a process of its own: CPU seconds, conversions, and the most resident memory."""

    opening: float
    seconds: float
    conversions: int
    peak_mb: float


def measure_scan(folder: Path, events: int, pixels: int) -> Scan:
    """Scan an object of so many events of so many pixels."""
    path = folder / "object.parquet"
    write_object(path, events, pixels)
    command = [sys.executable, "-m", "bench.goal_scan", str(path), str(folder / "spill"), str(pixels)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return Scan(**json.loads(answer.stdout))


def measure_plain(
    lines: Path, count: Callable[[Iterable[str], list[GoalRecord]], list[Conversion]]
) -> tuple[float, set[Conversion]]:
    """CPU seconds that plain Python takes for a file of JSON lines, and what it found."""
    records = make_records("px_0")
    started = process_time()
    with lines.open(encoding="utf-8") as opened:
        found = count(opened, records)
    return process_time() - started, set(found)


def count_by_reference(lines: Iterable[str], records: list[GoalRecord]) -> list[Conversion]:
    """What `pixelweave.goal_match` makes of JSON lines."""
    found = (each for line in lines for each in list_conversions(json.loads(line), records))
    return list(keep_least(found).values())


def check_agreement(folder: Path, plain: set[Conversion], *, events: int) -> None:
    """Raise AssertionError where the scan of the same events finds anything else."""
    path = folder / "object.parquet"
    write_object(path, events)
    with ObjectScan(path, spill=folder / "spill") as scan:
        assert set(scan.find_conversions({"px_0": make_records("px_0")})) == plain


def main() -> None:
    """Print the tables."""
    print("goals: one core, 20 goals a pixel, and goals of hits and built-in ones")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = folder / "events.json"
        write_lines(lines, PLAIN_EVENTS)
        reference, expected = measure_plain(lines, count_by_reference)
        by_hand, found = measure_plain(lines, find_conversions)
        assert found == expected
        check_agreement(folder, expected, events=PLAIN_EVENTS)
        for title, seconds in (("goal_match, JSON lines", reference), ("by hand, JSON lines", by_hand)):
            _print_row(title, PLAIN_EVENTS, seconds, by_hand, len(found))
        for events, pixels in OBJECTS:
            scan = measure_scan(folder, events, pixels)
            title = f"scan, {pixels:,} pixel{'s' * (pixels > 1)}"
            _print_row(title, events, scan.seconds, by_hand, scan.conversions, scan.peak_mb)
            assert scan.peak_mb <= MEMORY_MB, f"{scan.peak_mb:.0f} MB"


def _print_row(
    title: str, events: int, seconds: float, by_hand: float, conversions: int, peak_mb: float | None = None
) -> None:
    rate = events / seconds
    factor = rate / (PLAIN_EVENTS / by_hand)
    peak = "" if peak_mb is None else f"{peak_mb:6.0f} MB"
    print(
        f"  {title:24} {events:>9,} events {conversions:>8,} conversions {seconds:7.3f} s "
        f"{rate:>9,.0f} events/s {factor:6.1f} × {peak}",
        flush=True,
    )


if __name__ == "__main__":
    main()
