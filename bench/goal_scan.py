"""`python -m bench.goal_scan OBJECT SPILL PIXELS`: one scan by itself, with what a function of goals has loaded; prints figures as JSON.

Seconds are the process's CPU time, one thread; the peak is the most resident memory ever (VmHWM), interpreter and libraries included.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import process_time

# What the function imports besides: its memory counts.
import aws_lambda_powertools  # noqa: F401
import boto3  # noqa: F401
from pixelweave_parquet.object_scan import ObjectScan

from bench.goal_set import make_records


def main() -> None:
    """Scan, and print seconds, conversions and peak."""
    path, spill, pixels = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    records = {f"px_{number}": make_records(f"px_{number}") for number in range(pixels)}
    started = process_time()
    with ObjectScan(path, spill=spill) as scan:
        tallied = process_time()
        scan.tally()
        conversions = sum(1 for _ in scan.find_conversions(records))
        found = process_time()
    print(
        json.dumps(
            {
                "opening": tallied - started,
                "seconds": found - started,
                "conversions": conversions,
                "peak_mb": _read_peak_mb(),
            }
        )
    )


def _read_peak_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
