"""A funnel: goals that somebody reaches one after the other, and its steps as the view `funnel` reads them (table `funnel_steps`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from pixelweave import field
from pixelweave.goal import Name

MIN_STEPS, MAX_STEPS = 2, 8
MIN_WITHIN, MAX_WITHIN = timedelta(seconds=1), timedelta(days=90)

FUNNEL_STEP_FIELDS = (
    field.Field("pixel_id"),
    field.Field("funnel"),
    field.Field("step", "bigint"),
    field.Field("goal"),
    field.Field("actor"),
    field.Field("within_ms", "bigint"),
)


class FunnelSpec(BaseModel):
    """What an operator decides about a funnel: names of goals in their order, the same one allowed more than once.

    `by` says who goes through it, a session or a person over all sessions; `within` how long after the first step the others count.

    Raises pydantic.ValidationError; `pixel_model.describe_errors` puts it into words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    steps: Annotated[tuple[Name, ...], Field(min_length=MIN_STEPS, max_length=MAX_STEPS)]
    by: Literal["session", "person"] = "session"
    within: Annotated[timedelta, Field(ge=MIN_WITHIN, le=MAX_WITHIN)] = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FunnelStepRow:
    """Step number `step` (from 1) of a funnel; `actor` is `session` or `person`, `within_ms` counts from the first step."""

    pixel_id: str
    funnel: str
    step: int
    goal: str
    actor: str
    within_ms: int


def list_step_rows(pixel_id: str, funnels: Sequence[FunnelSpec]) -> list[FunnelStepRow]:
    """The rows of these funnels, the steps of each in their order."""
    return [
        FunnelStepRow(
            pixel_id=pixel_id,
            funnel=funnel.name,
            step=number,
            goal=goal,
            actor=funnel.by,
            within_ms=funnel.within // timedelta(milliseconds=1),
        )
        for funnel in funnels
        for number, goal in enumerate(funnel.steps, start=1)
    ]
