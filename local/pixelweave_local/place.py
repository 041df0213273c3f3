"""Where the runner keeps its things: one folder below `.local` per embedded AWS, and what lies in it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
STACK_FILE = LOCAL / "stack.json"

PREFERRED_PORT = 4566  # what tools for local AWS expect
REGION = "us-east-1"
ACCOUNT = "000000000000"
STACK_NAME = "pixelweave-local"


class Place(NamedTuple):
    """The folder of one embedded AWS (`.local/up`, or a test session's own)."""

    folder: Path

    @property
    def log(self) -> Path:
        """What the embedded AWS prints."""
        return self.folder / "aws.log"

    @property
    def running(self) -> Path:
        """Who runs and on which ports, while it does."""
        return self.folder / "running.json"

    @property
    def deployed(self) -> Path:
        """What was last deployed to the running one: digest, outputs."""
        return self.folder / "deployed.json"

    @property
    def traffic(self) -> Path:
        """To which running one the demo traffic was sent."""
        return self.folder / "traffic.json"

    @property
    def shop(self) -> Path:
        """The demo shop's process and port, while it runs."""
        return self.folder / "shop.json"

    @property
    def shop_log(self) -> Path:
        """What the demo shop prints."""
        return self.folder / "shop.log"

    @property
    def history(self) -> Path:
        """To which running one the history was delivered, and what it is."""
        return self.folder / "history.json"

    @property
    def dashboard(self) -> Path:
        """The dashboard's process and port, while it runs."""
        return self.folder / "dashboard.json"

    @property
    def dashboard_log(self) -> Path:
        """What the dashboard's server prints."""
        return self.folder / "dashboard.log"

    @property
    def build(self) -> Path:
        """What `sam build` made."""
        return self.folder / "build"

    @property
    def temporary(self) -> Path:
        """TMPDIR of the embedded AWS and its functions."""
        return self.folder / "tmp"


UP = Place(LOCAL / "up")


def read_json(path: Path) -> dict[str, Any]:
    """The object in `path`; empty when there is no such file or nothing readable in it."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Write `value` so that a reader sees the old file or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
    draft.replace(path)


def environment(extra: dict[str, str]) -> dict[str, str]:
    """What a child process gets: the few variables it cannot do without, and `extra`.

    AWS_* of the developer's shell must reach neither the embedded AWS, nor its functions, nor a deploy: it
    could only end in a real account.
    """
    kept = (
        "PATH",
        "HOME",
        "LANG",
        "LC_ALL",
        "TERM",
        "SSL_CERT_FILE",
        "PYENV_ROOT",
        "PYTHONDONTWRITEBYTECODE",
    )
    index = [
        name for name in os.environ if name.startswith(("PIP_", "UV_")) or name.lower().endswith("_proxy")
    ]
    return {name: os.environ[name] for name in (*kept, *index) if name in os.environ} | extra
