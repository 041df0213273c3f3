"""Install what this clone needs: uv, `.venv`, the SAM CLI and the embedded AWS, each by itself.

Runs on whatever `python3` the machine has (3.8 or later, standard library only): nothing else is there
yet. Every environment is pinned by hash in `requirements/*.txt` and stamped in `.local/stamp/` with a
digest of what it was made from, so a second run does nothing, a changed requirement re-installs one
environment, and a moved clone rebuilds them all (a virtual environment's scripts hold its path).
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
UV = LOCAL / "uv" / "bin" / "uv"
RECIPE = "1"  # raise it when the way of installing changes, so that old environments are rebuilt


class BootstrapError(Exception):
    """A step of the set-up failed; its text says what to do."""


class Environment(NamedTuple):
    """One virtual environment: its name, its folder, the locked file it is made of, and what it is for."""

    name: str
    folder: Path
    lock: str
    purpose: str
    editable: bool = False


ENVIRONMENTS = (
    Environment("venv", ROOT / ".venv", "requirements/dev.txt", "what runs, checks and tests", editable=True),
    Environment("sam", LOCAL / "sam", "requirements/sam.txt", "the SAM CLI and cfn-lint"),
    Environment("aws", LOCAL / "aws", "requirements/local.txt", "the embedded AWS"),
    Environment("lambda", LOCAL / "lambda", "requirements/runtime.txt", "what AWS's Lambda runtime has"),
)


def digest(*parts: str | bytes) -> str:
    """The SHA-256 (hex) of `parts`, each ended by a NUL so that moving a border changes it."""
    made = hashlib.sha256()
    for part in parts:
        made.update(part if isinstance(part, bytes) else part.encode())
        made.update(b"\0")
    return made.hexdigest()


def python_version(root: Path = ROOT) -> str:
    """The Python that the project is written for, from `.python-version` (such as `3.13`)."""
    return (root / ".python-version").read_text(encoding="utf-8").strip()


def inputs(environment: Environment, root: Path = ROOT) -> str:
    """The digest of what `environment` is made from: its lock file, Python version, place and recipe."""
    parts: list[str | bytes] = [RECIPE, str(root), python_version(root)]
    parts.append((root / environment.lock).read_bytes())
    if environment.editable:
        parts.append((root / "pyproject.toml").read_bytes())
    return digest(*parts)


def run(*command: str | Path, hint: str) -> None:
    """Run `command` quietly in the clone; BootstrapError with its output and `hint` where it fails."""
    # The caller's own environment must not lead uv or pip astray.
    foreign = {"VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"}
    environ = {key: value for key, value in os.environ.items() if key not in foreign}
    if ssl.create_default_context().get_ca_certs():
        # Believe whom the machine believes, as pip does: a company's proxy has a certificate of its own.
        environ.setdefault("UV_SYSTEM_CERTS", "1")
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=ROOT, env=environ, text=True, capture_output=True, check=False)
    if done.returncode:
        raise BootstrapError(f"{done.stdout}{done.stderr}".strip() + f"\n\n{hint}")


def install_uv() -> None:
    """Put the pinned uv into `.local/uv`, with the machine's own pip."""
    folder = LOCAL / "uv"
    shutil.rmtree(folder, ignore_errors=True)
    hint = "This python3 cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv"
    run(sys.executable, "-m", "venv", folder, hint=hint)
    pip = (folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    hint = "uv could not be installed from the Python package index: is the network there?"
    run(*pip, "--require-hashes", "-r", "requirements/uv.txt", hint=hint)


def install(environment: Environment) -> None:
    """Make `environment` hold exactly its lock file (and, for `.venv`, this project, editable)."""
    version = python_version()
    python = environment.folder / "bin" / "python"
    if not answers(python, version) or not lives_in(environment.folder):
        hint = (
            f"Python {version} was found neither here nor for download. Install it (pyenv install {version}, "
            f"or your system's package) so that python{version} is on PATH, and try again."
        )
        run(UV, "venv", "--quiet", "--clear", "--python", version, environment.folder, hint=hint)
    # Bytecode is written now: the SAM CLI starts far slower without, and a machine may forbid it later.
    sync = (UV, "pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes", "--python", python)
    run(*sync, environment.lock, hint=f"{environment.lock} could not be installed: is the network there?")
    if environment.editable:
        editable = (UV, "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--python", python)
        run(*editable, "--editable", ".", hint="The project itself could not be installed into .venv.")


def answers(python: Path, version: str) -> bool:
    """Whether `python` runs and is of `version`."""
    if not python.exists():
        return False
    probe = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([str(python), "-c", probe], text=True, capture_output=True, check=False)
    return done.returncode == 0 and done.stdout.strip() == version


def lives_in(folder: Path) -> bool:
    """Whether the environment was made in `folder`: the scripts of a copied one point elsewhere."""
    activate = folder / "bin" / "activate"
    return activate.exists() and f"'{folder}'" in activate.read_text(encoding="utf-8")


def ensure(name: str, wanted: str, purpose: str, make: Callable[[], None]) -> None:
    """Call `make` unless the stamp of `name` already says `wanted`; one line of progress if there is work."""
    stamp = LOCAL / "stamp" / name
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print(f"  {name:<6} installing {purpose} …", end="", flush=True)
    started = time.monotonic()
    make()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted, encoding="utf-8")
    print(f" {time.monotonic() - started:.1f} s", flush=True)


def lock() -> None:
    """Compile every `requirements/*.in` to its `.txt` anew, with hashes and without a registry's name.

    What ships has the versions that are tested: the shipped files are constrained by dev.txt.
    """
    compile_ = (UV, "pip", "compile", "--quiet", "--universal", "--python-version", python_version())
    options = ("--generate-hashes", "--no-header", "--no-annotate")
    shipped = ("libraries", "enrich", "stitch", "goals")
    for name in ("dev", *shipped, "uv", "sam", "local", "runtime"):
        constraint = ("--constraint", "requirements/dev.txt") if name in shipped else ()
        print(f"  {name:<6} compiling requirements/{name}.in", flush=True)
        output = ("--output-file", f"requirements/{name}.txt", f"requirements/{name}.in")
        run(*compile_, *options, *constraint, *output, hint=f"requirements/{name}.in could not be compiled.")


def main(arguments: list[str]) -> int:
    """Bring every environment up to date, or only `lock`; the exit status, with the reason on stderr."""
    try:
        locked = (ROOT / "requirements" / "uv.txt").read_bytes()
        ensure("uv", digest(RECIPE, str(ROOT), locked), "uv, the installer", install_uv)
        if "lock" in arguments:
            lock()
            return 0
        for environment in ENVIRONMENTS:
            make = functools.partial(install, environment)
            ensure(environment.name, inputs(environment), environment.purpose, make)
    except (BootstrapError, OSError) as exc:
        print(f"\nerror: {exc}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
