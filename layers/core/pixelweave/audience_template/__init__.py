"""Audiences that ship, as files in the form of docs/audiences.md: for each promise of the seeds one."""

from __future__ import annotations

from importlib.resources import files

# Name on the command line → its file.
TEMPLATES = {
    "high-intent": "high_intent.yaml",
    "segment": "segment.yaml",
    "buyers": "buyers.yaml",
    "lapsed-buyers": "lapsed_buyers.yaml",
    "recognised": "recognised.yaml",
}


def read_template(name: str) -> str:
    """The YAML of a template of `TEMPLATES`. Raises KeyError."""
    return files(__name__).joinpath(TEMPLATES[name]).read_text(encoding="utf-8")
