"""The pixels of the stack as the dashboard's index describes them: with the names of their goals, and their funnels."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pixelweave.dashboard_index import PublishedFunnel, PublishedPixel

if TYPE_CHECKING:
    from pixelweave.funnel import FunnelSpec

    from pixelweave_aws.funnel_definition import FunnelDefinitions
    from pixelweave_aws.goal_definition import GoalDefinitions
    from pixelweave_aws.pixel_table import PixelTable


def list_published_pixels(
    pixels: PixelTable, goals: GoalDefinitions, funnels: FunnelDefinitions
) -> list[PublishedPixel]:
    """All pixels, the oldest first, disabled ones too: their history is still there. Errors are botocore's."""
    return [
        PublishedPixel(
            pixel_id=pixel.pixel_id,
            name=pixel.name,
            workspace_id=pixel.workspace_id,
            dialect=pixel.dialect,
            goals=tuple(goal.name for goal in goals.list(pixel.pixel_id) if not goal.is_removed),
            funnels=tuple(map(_describe, funnels.list(pixel.pixel_id))),
        )
        for pixel in pixels.list()
    ]


def _describe(funnel: FunnelSpec) -> PublishedFunnel:
    return PublishedFunnel(
        name=funnel.name,
        by=funnel.by,
        within_ms=funnel.within // timedelta(milliseconds=1),
        steps=funnel.steps,
    )
