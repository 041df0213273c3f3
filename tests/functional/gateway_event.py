"""The one loader of the captured requests under events/collect."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "events" / "collect"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


def load_event(name: str, **changes: Any) -> dict[str, Any]:
    """A captured HTTP API event (payload format 2.0), with some of its top-level keys changed."""
    event: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return event | changes


def key_of(event: dict[str, Any]) -> str:
    """The pixel key in an event's path."""
    parts = [part for part in event["rawPath"].split("/") if part]
    return str(next(part for part in parts if len(part) == 24))
