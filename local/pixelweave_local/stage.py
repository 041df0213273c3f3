"""`make test`: every check and test, one stage after the other, with a line at its start and end.

python -m pixelweave_local.stage            all stages
python -m pixelweave_local.stage lint unit  these, in the order of the list
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import NamedTuple

from pixelweave_local.place import LOCAL, ROOT

_PYTEST = (sys.executable, "-m", "pytest", "-q")
# Processes, each with its own share of the tests: moto bears no threads. Not for what shares one embedded AWS, nor for Chromium, which
# keeps two cores busy by itself.
_SHARED_OUT = (*_PYTEST, "--numprocesses", "auto", "--dist", "worksteal")
# Types, template and the fast tests are what a change breaks first; the slow stages come last.
STAGES: dict[str, tuple[tuple[str, ...], ...]] = {
    "lint": (("ruff", "check", "."), ("ruff", "format", "--check", ".")),
    "types": (("mypy",),),
    "contracts": (("lint-imports",),),
    "template": (
        ("sam", "validate", "--lint", "--region", "us-east-1"),
        ("cfn-lint", "template.yaml"),
        (*_PYTEST, "tests/template"),
    ),
    "unit": ((*_SHARED_OUT, "tests/unit"),),
    "functional": ((*_SHARED_OUT, "tests/functional"),),
    "speed": ((sys.executable, "-m", "bench.gate"),),
    "e2e": ((*_PYTEST, "tests/e2e"),),
    "browser": ((*_PYTEST, "tests/browser"),),
}


class Result(NamedTuple):
    """How a stage ended, and after how many seconds."""

    name: str
    passed: bool
    seconds: float


def environment() -> dict[str, str]:
    """The caller's environment with this project's tools first, and nothing that leads to an AWS account."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    # The SAM CLI's folder first: `sam build` calls python3.13 from PATH, and that one has pip.
    folders = (LOCAL / "sam" / "bin", ROOT / ".venv" / "bin", LOCAL / "uv" / "bin")
    return kept | {
        "PATH": os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath)]),
        "SAM_CLI_TELEMETRY": "0",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def run(name: str) -> Result:
    """Run a stage's commands until one fails."""
    print(f"==> {name}", flush=True)
    started = time.monotonic()
    environ = environment()
    passed = all(
        subprocess.run(command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, check=False).returncode == 0
        for command in STAGES[name]
    )
    result = Result(name, passed, time.monotonic() - started)
    print(f"<== {name}: {'passed' if passed else 'FAILED'} in {result.seconds:.1f} s\n", flush=True)
    return result


def summary(results: list[Result], planned: int) -> str:
    """The closing lines: each stage, what was not run, and the counts."""
    lines = [f"  {'ok  ' if r.passed else 'FAIL'} {r.name:<10} {r.seconds:6.1f} s" for r in results]
    left = planned - len(results)
    if left:
        lines.append(f"  {left} stages were not run")
    passed = sum(result.passed for result in results)
    lines += [f"  {sum(r.seconds for r in results):.1f} s in all", ""]
    lines.append(f"{passed} passed, {len(results) - passed} failed")
    return "\n".join(lines)


def main(names: list[str]) -> int:
    """Run the named stages (all without names) until one fails; the exit status."""
    unknown = [name for name in names if name not in STAGES]
    if unknown:
        print(f"error: no such stage: {', '.join(unknown)} ({', '.join(STAGES)})", file=sys.stderr)
        return 2
    chosen = [name for name in STAGES if not names or name in names]
    results: list[Result] = []
    for name in chosen:
        results.append(run(name))
        if not results[-1].passed:
            break
    print(summary(results, len(chosen)), flush=True)
    return 0 if all(result.passed for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
