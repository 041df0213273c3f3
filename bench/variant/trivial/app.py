"""The yardstick: a handler that imports nothing and does nothing."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Answer 200."""
    return {"statusCode": 200}
