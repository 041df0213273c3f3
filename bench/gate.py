"""The speed gate: `collect` as built, against its limits in instructions. `python -m bench.gate` is part of
`make test`.

Instructions under cachegrind repeat to about 0.1 %, where times on a shared machine do not; the init is a
ratio to a trivial handler under the same interpreter, so that it holds on another machine too.
"""

from __future__ import annotations

import sys
from shutil import which
from typing import TYPE_CHECKING

from bench.artefact import ROOT
from bench.hit import IDENTIFIED, make_event
from bench.measurement import open_bench

if TYPE_CHECKING:
    from bench.measurement import Cost

MAX_INIT_RATIO = 2.0
MAX_FIRST = 20_000_000
MAX_WARM = 1_300_000
COLLECT = ROOT / "functions" / "collect" / "app.py"
TRIVIAL = ROOT / "bench" / "variant" / "trivial" / "app.py"


def find_excesses(trivial_init: int, cost: Cost) -> list[str]:
    """What of `cost` is over its limit, in words; nothing when the gate is passed."""
    found = [
        ("init", cost.init / trivial_init, MAX_INIT_RATIO, "{:.2f} × a trivial handler's"),
        ("the first call", cost.first, MAX_FIRST, "{:,} instructions"),
        ("a warm call", cost.warm, MAX_WARM, "{:,} instructions"),
    ]
    return [
        f"{name} takes {form.format(value)}, the limit is {form.format(limit)}"
        for name, value, limit, form in found
        if value > limit
    ]


def main() -> int:
    """Measure, print, and return the exit status: 1 when a limit is exceeded or nothing could be measured."""
    if which("valgrind") is None:
        print("speed gate: valgrind is missing: apt-get install valgrind", file=sys.stderr)
        return 1
    with open_bench() as bench:
        trivial_init = bench.count_init(bench.build("trivial", TRIVIAL))
        collect = bench.build("collect", COLLECT)
        cost = bench.measure(collect, make_event())
        identified = bench.measure(collect, make_event(IDENTIFIED))
    print(f"init         {cost.init:>12,}  {cost.init / trivial_init:.2f} × a trivial handler's")
    print(f"first call   {cost.first:>12,}  with an e-mail address {identified.first:,}")
    print(f"warm call    {cost.warm:>12,}  with an e-mail address {identified.warm:,}")
    excesses = find_excesses(trivial_init, cost)
    for excess in excesses:
        print(f"speed gate: {excess}", file=sys.stderr)
    return 1 if excesses else 0


if __name__ == "__main__":
    sys.exit(main())
