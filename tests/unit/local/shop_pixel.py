"""The history's pixel as the collector knows it, without a table that has it."""

from __future__ import annotations

from pixelweave.pixel import Pixel
from pixelweave_local.history_pixel import SHOP, SPEC

PIXEL = Pixel(
    pixel_id=SHOP.pixel_id,
    key=SHOP.key,
    workspace_id=SPEC.workspace_id,
    dialect=SPEC.dialect,
    allowed_hosts=SPEC.allowed_hosts,
)
