"""The demo shop as a process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelweave_local.site_process import Site

if TYPE_CHECKING:
    from pixelweave_local.place import Place

# The port is beside those of the embedded AWS and the collector.
SHOP = Site(
    "the demo shop", "pixelweave_local.shop", 4568, lambda place: place.shop, lambda place: place.shop_log
)


def start(place: Place, *, preferred: int | None = SHOP.preferred) -> str:
    """Start the shop of the stack that runs in `place`; its URL. SiteError where it does not start."""
    return SHOP.start(place, preferred=preferred)


def stop(place: Place) -> bool:
    """End the shop of `place`; whether there was one."""
    return SHOP.stop(place)
