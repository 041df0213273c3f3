"""One embedded AWS for the whole test session, with the real template deployed to it.

It has its own folder and ports, so that it neither needs nor disturbs what `make up` started. Tests that ask for none of it
import none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from pixelweave_local.place import LOCAL, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelweave_local.cloud import Cloud
    from pixelweave_local.pixel import DemoPixel
    from pixelweave_local.server import Server

# A deadline for each example would measure the machine.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

PLACE = Place(LOCAL / "e2e")


@pytest.fixture(scope="session")
def aws() -> Iterator[Server]:
    """A running embedded AWS with nothing in it."""
    from pixelweave_local import server

    yield server.start(PLACE, preferred=None)
    server.stop(PLACE)


@pytest.fixture(scope="session")
def cloud(aws: Server) -> Cloud:
    """The template, built and deployed as `make up` does it."""
    from pixelweave_local import stack
    from pixelweave_local.cloud import Cloud

    stack.build(PLACE)
    deployed, _ = stack.deploy(PLACE, aws)
    return Cloud(aws, deployed)


@pytest.fixture(scope="session")
def pixels(cloud: Cloud) -> dict[str, DemoPixel]:
    """One pixel per dialect: dialect → pixel_id and key."""
    return cloud.ensure_pixels()
