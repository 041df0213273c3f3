"""A function as Lambda would see it: its folder, its layer, the runtime's own packages, everything
byte-compiled.

Without .pyc files an init costs three times as much. They lie in one cache of ours, because an interpreter's
own may be incomplete: the project's are compiled with unchecked hashes, as the deployed ones are, the
standard library's by a first run that is not measured.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
LAYER_PACKAGES = ("pixelweave", "pixelweave_aws")
RUNTIME_PACKAGES = ("awslambdaric", "runtime_client", "snapshot_restore_py", "simplejson")
INTERPRETER = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"


class Artefact:
    """A built function: `command` runs it in `folder` with `env` under the real awslambdaric."""

    def __init__(self, python: Path, folder: Path, env: Mapping[str, str]) -> None:
        self.command = (str(python), "-m", "awslambdaric", "app.handler")
        self.folder = folder
        self.env = env


class Workshop:
    """Builds artefacts in `folder`; they share a runtime, a layer and a cache of byte-code."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cache = folder / "pyc"
        self._layer = folder / "opt" / "python"
        self._runtime = folder / "runtime"
        for name in LAYER_PACKAGES:
            _copy(ROOT / "layers" / "core" / name, self._layer)
        for name in RUNTIME_PACKAGES:
            _copy(_find_installed(name), self._runtime)
        self._python = _make_bare_python(folder / "python")
        self._compile(self._layer, self._runtime)

    def build(self, name: str, app: Path, env: Mapping[str, str], extra: Sequence[Path] = ()) -> Artefact:
        """Make a function called `name` of the file `app`; `extra` are folders of further packages."""
        folder = self._folder / "task" / name
        folder.mkdir(parents=True)
        shutil.copy(app, folder / "app.py")
        self._compile(folder)
        path = ":".join(str(entry) for entry in (self._layer, self._runtime, *extra))
        return Artefact(self._python, folder, {**self._python_env(), "PYTHONPATH": path, **env})

    def _python_env(self) -> dict[str, str]:
        # A fixed hash seed makes the order of sets, and with it the instruction count, the same in each run.
        return {"PYTHONPYCACHEPREFIX": str(self._cache), "PYTHONHASHSEED": "0", "LANG": "C.UTF-8"}

    def _compile(self, *folders: Path) -> None:
        command = [str(self._python), "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
        subprocess.run([*command, *folders], check=True, env=self._python_env())


def _make_bare_python(folder: Path) -> Path:
    """A virtual environment with nothing in it: what .pth files a machine's interpreter has must not be counted."""
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(INTERPRETER)
    (folder / "pyvenv.cfg").write_text(f"home = {INTERPRETER.parent}\ninclude-system-site-packages = false\n")
    return python


def _find_installed(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{name} is not installed", name=name)
    origin = Path(spec.origin)
    return origin.parent if spec.submodule_search_locations else origin


def _copy(source: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, folder / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, folder)
