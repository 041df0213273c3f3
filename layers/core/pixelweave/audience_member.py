"""Who is in an audience at a moment, and how many were left after each filter: the rows of `audience_sql.write_query` read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pixelweave.audience_filter import list_steps
from pixelweave.audience_sql import COUNT, PASSED
from pixelweave.audience_table import IDENTIFIERS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from pixelweave.audience import AudienceSpec

type Row = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Member:
    """An actor in an audience. `person_id` is None of a visitor or session; `digests` are those of `IDENTIFIERS` that are known."""

    actor_id: str
    person_id: str | None
    is_known: bool
    country: str | None
    digests: Mapping[str, str]

    @property
    def email_sha256(self) -> str | None:
        """The SHA-256 of the e-mail address learned last."""
        return self.digests.get("email_sha256")


@dataclass(frozen=True, slots=True)
class Step:
    """A filter, in words, and how many are left after it; the first step is everybody who was seen."""

    filter: str
    left: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An audience at `computed_at` (Unix milliseconds). `members` may be a sample; `steps` are of all."""

    computed_at: int
    steps: tuple[Step, ...]
    members: tuple[Member, ...]


def read_evaluation(spec: AudienceSpec, rows: Iterable[Row], computed_at: int) -> Evaluation:
    """What the query's rows say, in the form in which Athena prints them."""
    steps = list_steps(spec)
    left = [0] * len(steps)
    members: list[Member] = []
    # One at a time: a row has a dozen texts more than a member.
    for place, row in enumerate(rows):
        if not place:
            left = [int(row[f"{COUNT}{number}"] or 0) for number in range(len(steps))]
        if row[PASSED] == str(len(steps) - 1):
            members.append(_read_member(row))
    return Evaluation(
        computed_at,
        tuple(Step(each, count) for each, count in zip(steps, left, strict=True)),
        tuple(members),
    )


def leave_out(evaluation: Evaluation, forgotten: Collection[str]) -> Evaluation:
    """The evaluation without these persons, who were forgotten while the links log did not know of it yet."""
    members = tuple(each for each in evaluation.members if each.person_id not in forgotten)
    if len(members) == len(evaluation.members):
        return evaluation
    step = Step("not forgotten since", len(members))
    return replace(evaluation, steps=(*evaluation.steps, step), members=members)


def _read_member(row: Row) -> Member:
    return Member(
        actor_id=str(row["actor_id"]),
        person_id=row["person_id"],
        is_known=row["is_known"] is not None and row["is_known"].lower() == "true",
        country=row["country"],
        digests={name: digest for name in IDENTIFIERS if (digest := row[name]) is not None},
    )
