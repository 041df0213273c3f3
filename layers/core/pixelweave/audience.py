"""An audience as its operator defines it (docs/audiences.md, «The definition»), and the record that is kept of it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal, Self
from unicodedata import normalize

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from pixelweave.audience_condition import DAY, Condition, Part, SeenCondition, Within, check_text
from pixelweave.pixel_model import Workspace

DEFAULT_WITHIN = 30 * DAY
MAX_CONDITIONS = 20
MAX_NAME = 100

ANYONE, KNOWN, ANONYMOUS = "anyone", "known", "anonymous"
GRANTED, NOT_DENIED = "granted", "not_denied"

_NO_SLUG = re.compile(r"[^a-z0-9]+")


def make_slug(name: str) -> str:
    """The name as files and keys have it: lower-case ASCII letters and digits with hyphens between, 64 at most; empty where it has none."""
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _NO_SLUG.sub("-", plain).strip("-")[:64].rstrip("-")


def _check_name(name: str) -> str:
    if not make_slug(name):
        raise ValueError(
            "expected a name with letters of a to z or digits in it, which its files are called by"
        )
    return name


type Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NAME),
    AfterValidator(check_text),
    AfterValidator(_check_name),
]


class AudienceSpec(Part):
    """What an operator decides about an audience.

    Raises pydantic.ValidationError; `audience_form.read_audience` puts it into words.
    """

    name: Name
    workspace: Workspace
    who: Literal["anyone", "known", "anonymous"] = "anyone"
    within: Within = DEFAULT_WITHIN
    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    none: tuple[Condition, ...] = ()
    consent: Literal["granted", "not_denied"] = "granted"

    @model_validator(mode="after")
    def _limit(self) -> Self:
        if len(self.conditions) > MAX_CONDITIONS:
            raise ValueError(f"expected at most {MAX_CONDITIONS} conditions in all")
        return self

    @property
    def slug(self) -> str:
        """What its files and its record are called by."""
        return make_slug(self.name)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All conditions, those of `all` first, then those of `any` and `none`."""
        return (*self.all, *self.any, *self.none)

    @property
    def look_back(self) -> timedelta:
        """The longest stretch before the evaluation that a condition looks at."""
        return max([self.within, *self._list_spans()])

    def _list_spans(self) -> Iterator[timedelta]:
        for condition in self.conditions:
            if condition.within is not None:
                yield condition.within
            if isinstance(condition, SeenCondition) and condition.not_within is not None:
                yield condition.not_within


class AudienceRecord(Part):
    """A defined audience. Times are Unix milliseconds; `revision` grows with each definition, `version` with each change."""

    spec: AudienceSpec
    revision: Annotated[int, Field(ge=1)] = 1
    version: Annotated[int, Field(ge=1)] = 1
    is_scheduled: bool = False
    created_at: int
    updated_at: int

    @property
    def address(self) -> tuple[str, str]:
        """Workspace and slug, which it is found by."""
        return self.spec.workspace, self.spec.slug
