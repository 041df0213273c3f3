"""The pixel of the history, in a workspace of its own, with its goals and funnels."""

from __future__ import annotations

import time
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from pixelweave.funnel import FunnelSpec
from pixelweave.goal import Condition, GoalSpec, GoalValue
from pixelweave.pixel_model import PixelSpec
from pixelweave_aws.pixel_table import PixelTable

from pixelweave_local.goal import GoalBook
from pixelweave_local.pixel import ALLOWED_HOSTS, make_demo_pixel

if TYPE_CHECKING:
    from pixelweave.pixel import Pixel

    from pixelweave_local.cloud import Cloud

SHOP = make_demo_pixel("shop")
# Of its own, so that nobody of the history is somebody of the demo's traffic.
WORKSPACE = "demo-shop"
SPEC = PixelSpec(dialect="native", name="Demo shop", workspace_id=WORKSPACE, allowed_hosts=ALLOWED_HOSTS)

GOALS = (
    GoalSpec(
        name="Add to basket",
        conditions=(
            Condition(field="type", pattern="custom"),
            Condition(field="name", pattern="add_to_basket"),
        ),
    ),
    GoalSpec(
        name="Checkout",
        conditions=(
            Condition(field="type", pattern="page_view"),
            Condition(field="path", pattern="/checkout*"),
        ),
        once="session",
    ),
    GoalSpec(
        name="Newsletter",
        conditions=(Condition(field="name", pattern="newsletter_signup"),),
        value=GoalValue(amount=Decimal(5)),
        once="visitor",
    ),
)
FUNNELS = (
    FunnelSpec(name="Order", steps=("Add to basket", "Checkout", "Purchase"), within=timedelta(days=1)),
    FunnelSpec(
        name="Reader to buyer",
        steps=("Newsletter", "Add to basket", "Purchase"),
        by="person",
        within=timedelta(days=30),
    ),
)


def ensure_shop(cloud: Cloud) -> Pixel:
    """The pixel, made where it is not there yet, its goals in force over all its history."""
    table = PixelTable(cloud.outputs["PixelTableName"], cloud.client("dynamodb"))
    record = table.ensure(SHOP.pixel_id, SHOP.key, SPEC, time.time())
    GoalBook(cloud).ensure(SHOP.pixel_id, "demo_shop", GOALS, FUNNELS)
    return record.to_pixels()[0]
