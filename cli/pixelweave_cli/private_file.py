"""Files with hashes of people: for nobody but who asked for them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

OWNER_ONLY = 0o600


def write_private_file(path: Path, text: str) -> None:
    """Write `text` in the place of what is there; only the owner may read it. Raises OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        # The mode is that of a new file only.
        path.chmod(OWNER_ONLY)
        file.write(text)
