"""The dashboard's server as a process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelweave_local.site_process import Site

if TYPE_CHECKING:
    from pixelweave_local.place import Place

# The port is beside the demo shop's.
DASHBOARD = Site(
    "the dashboard",
    "pixelweave_local.dashboard_server",
    4569,
    lambda place: place.dashboard,
    lambda place: place.dashboard_log,
)


def start(place: Place, *, preferred: int | None = DASHBOARD.preferred) -> str:
    """Start the server for the stack that runs in `place`; its URL. SiteError where it does not start."""
    return DASHBOARD.start(place, preferred=preferred)


def stop(place: Place) -> bool:
    """End the server of `place`; whether there was one."""
    return DASHBOARD.stop(place)
