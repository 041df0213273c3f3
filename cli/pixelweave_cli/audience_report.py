"""Audiences as records to print: JSON-ready, conditions in one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pixelweave.audience_form import LISTS, tell_condition

from pixelweave_cli.output import show_time

if TYPE_CHECKING:
    from pixelweave.audience import AudienceRecord
    from pixelweave.audience_change import Membership
    from pixelweave.audience_member import Evaluation

type Record = dict[str, Any]

COLUMNS = ("workspace", "slug", "audience", "who", "conditions", "scheduled", "revision")
STEP_COLUMNS, MEMBER_COLUMNS = ("filter", "left"), ("actor_id", "is_known", "country", "email_sha256")


def describe_audience(record: AudienceRecord) -> Record:
    """An audience: what is in its definition, and what became of it."""
    spec = record.spec
    return {
        "audience": spec.name,
        "slug": spec.slug,
        "workspace": spec.workspace,
        "who": str(spec.who),
        "conditions": len(spec.conditions),
        **{key: [tell_condition(condition) for condition in getattr(spec, key)] for key in LISTS},
        "consent": str(spec.consent),
        "scheduled": record.is_scheduled,
        "revision": record.revision,
        "updated_at": show_time(record.updated_at),
    }


def describe_last(membership: Membership | None) -> Record:
    """When an audience was last evaluated on schedule, and how many were in it."""
    if membership is not None and not membership.serial:  # the first evaluation has not ended
        membership = None
    return {
        "evaluated_at": show_time(membership.computed_at if membership else None),
        "members": len(membership.actors) if membership else None,
    }


def list_steps(found: Evaluation) -> list[Record]:
    """How many were left after each filter."""
    return [{"filter": step.filter, "left": step.left} for step in found.steps]


def list_members(found: Evaluation) -> list[Record]:
    """The members of an evaluation, by ids and hashes."""
    return [
        {
            "actor_id": each.actor_id,
            "is_known": each.is_known,
            "country": each.country,
            "email_sha256": each.email_sha256,
        }
        for each in found.members
    ]
