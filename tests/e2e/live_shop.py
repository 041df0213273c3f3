"""The demo shop beside the test session's stack, as `make up` starts it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pixelweave_local import shop_process
from pixelweave_local.place import LOCAL, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACE = Place(LOCAL / "e2e")


@contextmanager
def run_shop() -> Iterator[str]:
    """The address of the shop, which is stopped afterwards; the stack and its demo pixels must be there."""
    yield shop_process.start(PLACE, preferred=None)
    shop_process.stop(PLACE)
