"""The demo pixels: one a dialect, with ids and keys that never change, so that a pasted tag keeps working."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

WORKSPACE = "demo"
# The last one is the demo shop.
ALLOWED_HOSTS = ("shop.example", "*.shop.example", "127.0.0.1")
# The token of PitchTarget's own examples (seed): they can be sent as they are printed.
SEED_KEYS = {"pitchtarget": "52fb5565a7b23ec66fad3988"}


class DemoPixel(NamedTuple):
    """A pixel's id, which reports name, and its key, which tags carry."""

    pixel_id: str
    key: str


def demo_pixels(dialects: Iterable[str]) -> dict[str, DemoPixel]:
    """The demo pixel of each dialect."""
    return {dialect: make_demo_pixel(dialect) for dialect in dialects}


def make_demo_pixel(name: str) -> DemoPixel:
    """The demo pixel with this name, which is a dialect's or its own."""
    key = hashlib.sha256(f"pixelweave demo {name}".encode()).hexdigest()[:24]
    return DemoPixel(f"px_demo_{name}", SEED_KEYS.get(name) or key)
