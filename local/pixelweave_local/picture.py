"""Pictures of the README: of what runs, small enough, and never a half-taken one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pixelweave_local.chromium import ChromiumMissingError
from pixelweave_local.place import ROOT, STACK_FILE, read_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

IMAGES = ROOT / "docs" / "images"
MAX_BYTES = 150_000


class PictureError(Exception):
    """The picture could not be taken; the text says why."""


def read_address(name: str, stack_file: Path = STACK_FILE) -> str:
    """What `make up` wrote down by this name (`shop_url`, `dashboard_url`). Raises PictureError where nothing runs."""
    found = read_json(stack_file).get(name)
    if not found:
        raise PictureError("there is no stack to take a picture of: make up")
    return str(found).rstrip("/")


def keep_picture(picture: bytes, path: Path) -> int:
    """Write a picture; its size in bytes. Raises PictureError where a README could not afford it."""
    if len(picture) > MAX_BYTES:
        raise PictureError(f"{path.name} has {len(picture):,} bytes, over {MAX_BYTES:,}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture)
    return len(picture)


def run_command(take: Callable[[], None]) -> int:
    """Take pictures; the exit status, with the reason on stderr."""
    try:
        take()
    except (PictureError, ChromiumMissingError) as exc:
        print(f"error: {exc}", file=sys.stderr)
        return 1
    return 0
