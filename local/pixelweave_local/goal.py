"""The demo's goals: two that are defined and a funnel, beside those that hits name and those that are built in."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from pixelweave.conversion import DEFINED
from pixelweave.funnel import FunnelSpec
from pixelweave.goal import Condition, GoalSpec, GoalValue, define_goal
from pixelweave.goal_report import TOTAL, list_goal_rows, sort_rows, write_amount
from pixelweave_aws.funnel_definition import FunnelDefinitions
from pixelweave_aws.goal_definition import GoalDefinitions
from pixelweave_aws.goal_publication import GoalPublication
from pixelweave_aws.goal_table import GoalTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pixelweave_local.cloud import Cloud
    from pixelweave_local.pixel import DemoPixel

# Long before any traffic, so that all of it counts.
IN_FORCE_SINCE = 1_735_689_600_000  # 2025-01-01T00:00:00Z

GOALS = {
    "sendgrid": GoalSpec(
        name="Pricing page",
        conditions=(Condition(field="path", pattern="/pricing*"),),
        value=GoalValue(amount=Decimal(2)),
        once="visitor",
    ),
    "native": GoalSpec(
        name="Big order",
        conditions=(
            Condition(field="type", pattern="purchase"),
            Condition(field="value", minimum=Decimal(40)),
        ),
        value=GoalValue(),
        once="order",
    ),
}
FUNNELS = {"sendgrid": FunnelSpec(name="Checkout", steps=("Pricing page", "Purchase"), by="person")}


class ReachedGoal(NamedTuple):
    """One line of the demo's report: whose goal it is, where it comes from, how often it was reached, its values."""

    dialect: str
    goal: str
    source: str
    conversions: int
    value: str


class GoalBook:
    """Where a stack keeps goals and funnels."""

    def __init__(self, cloud: Cloud) -> None:
        table, dynamodb = cloud.outputs["PixelTableName"], cloud.client("dynamodb")
        self._goals = GoalDefinitions(table, dynamodb)
        self._funnels = FunnelDefinitions(table, dynamodb)
        self._publication = GoalPublication(cloud.client("s3"), cloud.outputs["LakeBucketName"])

    def ensure(
        self, pixel_id: str, name: str, goals: Sequence[GoalSpec], funnels: Sequence[FunnelSpec]
    ) -> None:
        """Define what a pixel has not yet, in force since long ago, and let the views know; `name` begins the goals' ids."""
        known = {record.name for record in self._goals.list(pixel_id)}
        for number, spec in enumerate(goals):
            if spec.name not in known:
                goal_id = f"{name}_{number}" if number else name
                made = define_goal(spec, pixel_id=pixel_id, goal_id=goal_id, now=IN_FORCE_SINCE)
                self._goals.put(made, is_new=True)
        for funnel in funnels:
            self._funnels.put(pixel_id, funnel)
        kept = [each for each in self._goals.list(pixel_id) if not each.is_removed]
        self._publication.publish_goals(pixel_id, kept)
        self._publication.publish_funnels(pixel_id, self._funnels.list(pixel_id))


def ensure_goals(cloud: Cloud, pixels: Mapping[str, DemoPixel]) -> int:
    """Define what is not defined yet, and let the views know; how many goals there are."""
    book = GoalBook(cloud)
    for dialect, goal in GOALS.items():
        funnel = FUNNELS.get(dialect)
        book.ensure(pixels[dialect].pixel_id, f"demo_{dialect}", (goal,), (funnel,) if funnel else ())
    return len(GOALS)


def read_goals(cloud: Cloud, pixels: Mapping[str, DemoPixel]) -> list[ReachedGoal]:
    """What the reporting table has of the demo's pixels, over all time."""
    definitions = GoalDefinitions(cloud.outputs["PixelTableName"], cloud.client("dynamodb"))
    table = GoalTable(cloud.outputs["GoalsTableName"], cloud.client("dynamodb"))
    found = []
    for dialect, pixel in pixels.items():
        names = {each.goal_id: each.name for each in definitions.list(pixel.pixel_id) if not each.is_removed}
        rows = list_goal_rows(table.read_totals(pixel.pixel_id), names, TOTAL)
        found += [
            ReachedGoal(
                dialect,
                row.goal,
                "" if row.source == DEFINED else row.source,
                row.conversions,
                ", ".join(f"{write_amount(amount)} {unit}" for unit, amount in row.values.items()),
            )
            for group in sort_rows(rows, by_count=False)
            for row in group
        ]
    return found
