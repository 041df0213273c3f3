"""One embedded AWS for the whole test session, with the real template deployed to it.

It has its own folder and ports, so that it neither needs nor disturbs what `make up` started.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pixelweave_local import server, stack
from pixelweave_local.cloud import Cloud
from pixelweave_local.place import LOCAL, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelweave_local.pixel import DemoPixel

PLACE = Place(LOCAL / "e2e")


@pytest.fixture(scope="session")
def aws() -> Iterator[server.Server]:
    """A running embedded AWS with nothing in it."""
    yield server.start(PLACE, preferred=None)
    server.stop(PLACE)


@pytest.fixture(scope="session")
def cloud(aws: server.Server) -> Cloud:
    """The template, built and deployed as `make up` does it."""
    stack.build(PLACE)
    deployed, _ = stack.deploy(PLACE, aws)
    return Cloud(aws, deployed)


@pytest.fixture(scope="session")
def pixels(cloud: Cloud) -> dict[str, DemoPixel]:
    """One pixel per dialect: dialect → pixel_id and key."""
    return cloud.ensure_pixels()
