"""What `collect` costs beside other ways to write it, all measured in one run."""

from __future__ import annotations

import sysconfig
from pathlib import Path

from bench.artefact import ROOT
from bench.hit import IDENTIFIED, make_event
from bench.measurement import open_bench

# Imported from where they are installed: boto3's data files are too many to copy.
INSTALLED = Path(sysconfig.get_path("purelib"))
VARIANTS: tuple[tuple[str, str, list[Path]], ...] = (
    ("trivial", "a handler that does nothing", []),
    ("adapters", "collect's adapters, a constant row", []),
    ("boto3", "stock boto3 clients, a constant row", [INSTALLED]),
    ("powertools", "boto3, pydantic, Logger, Metrics", [INSTALLED]),
)


def main() -> None:
    """Measure every variant and `collect` itself, and print one table."""
    print("collect: instructions under awslambdaric, TLS endpoints on loopback")
    print(f"  {'':36} {'init':>14} {'×':>6} {'first call':>14} {'warm call':>12}")
    with open_bench() as bench:
        baseline = 0
        for name, title, packages in VARIANTS:
            app = ROOT / "bench" / "variant" / name / "app.py"
            cost = bench.measure(bench.build(name, app, packages), make_event())
            baseline = baseline or cost.init
            _print_row(title, cost.init, baseline, cost.first, cost.warm)
        collect = bench.build("collect", ROOT / "functions" / "collect" / "app.py")
        for title, event in (
            ("collect, an image hit", make_event()),
            ("collect, with an e-mail address", make_event(IDENTIFIED)),
        ):
            cost = bench.measure(collect, event)
            _print_row(title, cost.init, baseline, cost.first, cost.warm)


def _print_row(title: str, init: int, baseline: int, first: int, warm: int) -> None:
    print(f"  {title:36} {init:>14,} {init / baseline:>6.2f} {first:>14,} {warm:>12,}", flush=True)


if __name__ == "__main__":
    main()
