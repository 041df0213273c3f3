"""Conditions of audiences: what somebody did, how often and when (docs/audiences.md, «The definition»)."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from pixelweave.funnel import MAX_STEPS
from pixelweave.goal import MAX_KEY, MAX_PATTERN, Amount, Unit
from pixelweave.goal import Name as GoalName

DAY = timedelta(days=1)
MIN_WITHIN, MAX_WITHIN = DAY, 180 * DAY
MAX_COUNT = 1_000_000

COLUMNS = ("type", "name", "host", "path")


def check_text(text: str) -> str:
    """The text, if an SQL literal may hold it (`pixelweave_aws.sql.quote`). Raises ValueError."""
    if not text.isprintable():
        raise ValueError("control characters are not allowed")
    return text


def _check_within(span: timedelta) -> timedelta:
    if not MIN_WITHIN <= span <= MAX_WITHIN:
        raise ValueError("expected 1d to 180d")
    return span


def _check_count(count: int) -> int:
    if not 0 <= count <= MAX_COUNT:
        raise ValueError(f"expected a number of 0 to {MAX_COUNT}")
    return count


def _check_views(views: int) -> int:
    if not 1 <= views <= MAX_COUNT:
        raise ValueError(f"expected a number of 1 to {MAX_COUNT}")
    return views


def _check_step(step: int) -> int:
    if not 1 <= step <= MAX_STEPS:
        raise ValueError(f"expected the number of a step, 1 to {MAX_STEPS}")
    return step


def _check_section(section: str) -> str:
    if not section.startswith("/") or "/" in section[1:]:
        raise ValueError("expected a slash and the first segment of a path, such as /shop")
    return section


def _check_amount(amount: Decimal) -> Decimal:
    if amount <= 0:
        raise ValueError("expected more than 0")
    return amount


type Text = Annotated[GoalName, AfterValidator(check_text)]
type Within = Annotated[timedelta, AfterValidator(_check_within)]
type Count = Annotated[int, AfterValidator(_check_count)]
type Pattern = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_PATTERN), AfterValidator(check_text)
]
type Key = Annotated[str, StringConstraints(min_length=1, max_length=MAX_KEY), AfterValidator(check_text)]
type Step = Annotated[int, AfterValidator(_check_step)]


class Part(BaseModel):
    """A part of a definition: it never changes, and has nothing that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class _Condition(Part):
    """`within` None: the audience's."""

    within: Within | None = None


class _Counted(_Condition):
    """How often: from `at_least` to `at_most`, which None leaves open."""

    at_least: Count = 1
    at_most: Count | None = None

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.at_most is None and not self.at_least:
            raise ValueError("at_least: expected 1 or more, or an at_most beside it")
        if self.at_most is not None and self.at_most < self.at_least:
            raise ValueError("at_most: expected at_least or more; what must not be at all stands under none")
        return self


class GoalCondition(_Counted):
    """Reached a goal so often."""

    kind: Literal["goal"] = "goal"
    goal: Text


class EventCondition(_Counted):
    """Has so many events that match every pattern given; `labels` and `properties` are pairs of a name and a pattern."""

    kind: Literal["event"] = "event"
    type: Pattern | None = None
    name: Pattern | None = None
    host: Pattern | None = None
    path: Pattern | None = None
    labels: tuple[tuple[Key, Pattern], ...] = ()
    properties: tuple[tuple[Key, Pattern], ...] = ()

    @property
    def columns(self) -> dict[str, str]:
        """The columns that are given, with their patterns."""
        patterns = {column: getattr(self, column) for column in COLUMNS}
        return {column: pattern for column, pattern in patterns.items() if pattern is not None}


class InterestCondition(_Condition):
    """Looked at a section of a site (`host` None: of any) so often, or for such a share of all page views, in ten-thousandths."""

    kind: Literal["interest"] = "interest"
    section: Annotated[Pattern, AfterValidator(_check_section)]
    host: Pattern | None = None
    views: Annotated[int, AfterValidator(_check_views)] = 1
    share: Annotated[int, Field(ge=1, le=10_000)] | None = None


class FunnelCondition(_Condition):
    """Got to step `reached` of a funnel and not to `not_reached`."""

    kind: Literal["funnel"] = "funnel"
    funnel: Text
    reached: Step
    not_reached: Step | None = None

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.not_reached is not None and self.not_reached <= self.reached:
            raise ValueError("not_reached: expected a later step than reached")
        return self


class SeenCondition(Part):
    """Has an event within the one span, and none within the other; at least one of the two is given."""

    kind: Literal["seen"] = "seen"
    within: Within | None = None
    not_within: Within | None = None

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.within is None and self.not_within is None:
            raise ValueError("expected within, not_within or both")
        if self.within is not None and self.not_within is not None and self.within <= self.not_within:
            raise ValueError("not_within: expected a shorter span than within")
        return self


class ValueCondition(_Condition):
    """A goal's conversions in a unit add up to so much."""

    kind: Literal["value"] = "value"
    goal: Text
    unit: Unit
    at_least: Annotated[Amount, AfterValidator(_check_amount)]


type Condition = Annotated[
    GoalCondition | EventCondition | InterestCondition | FunnelCondition | SeenCondition | ValueCondition,
    Field(discriminator="kind"),
]
