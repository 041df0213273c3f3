"""Who came into an audience, who left it since the last evaluation, and what is told of it (docs/audiences.md, «Entering and leaving»)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pixelweave.conversion import make_digest
from pixelweave.emission import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pixelweave.audience import AudienceRecord
    from pixelweave.audience_member import Evaluation, Member

AUDIENCE_ENTERED, AUDIENCE_LEFT = "AudienceEntered", "AudienceLeft"
BEHAVIOUR, DEFINITION, FIRST = "behaviour", "definition", "first"


@dataclass(frozen=True, slots=True)
class Membership:
    """Who was in an audience at `computed_at` (Unix milliseconds): actor_id → whether somebody known, and their person_id.

    `created_at` is that of the record, so that an audience of the same name that was made anew begins anew; `serial` counts evaluations,
    from the one at `begun` on. Of `unsure` an attempt that did not end may have told: they are told of again, as they are by then.
    """

    created_at: int
    revision: int
    serial: int
    computed_at: int
    actors: Mapping[str, tuple[bool, str | None]]
    begun: int = 0
    unsure: frozenset[str] = frozenset()


def announce_membership(
    record: AudienceRecord, before: Membership | None, evaluation: Evaluation
) -> Membership:
    """What takes the place of `before` while notices are told: an attempt after this one then knows whom they are of."""
    known = _keep(record, before)
    had = {} if known is None else known.actors
    has = _list_actors(evaluation)
    return Membership(
        created_at=record.created_at,
        revision=record.revision if known is None else known.revision,
        serial=0 if known is None else known.serial,
        computed_at=0 if known is None else known.computed_at,
        actors={**has, **had},
        begun=_find_begin(known, evaluation),
        unsure=frozenset(has.keys() ^ had.keys()) | (frozenset() if known is None else known.unsure),
    )


def follow_membership(
    record: AudienceRecord, before: Membership | None, evaluation: Evaluation
) -> Membership:
    """The membership that takes the place of `before`."""
    known = _keep(record, before)
    return Membership(
        created_at=record.created_at,
        revision=record.revision,
        serial=1 if known is None else known.serial + 1,
        computed_at=evaluation.computed_at,
        actors=_list_actors(evaluation),
        begun=_find_begin(known, evaluation),
    )


def list_notices(record: AudienceRecord, before: Membership | None, evaluation: Evaluation) -> list[Notice]:
    """AudienceEntered and AudienceLeft; composed again from the same `before` they have the same ids."""
    return list(_list_notices(record, before, evaluation))


def _list_notices(
    record: AudienceRecord, before: Membership | None, evaluation: Evaluation
) -> Iterator[Notice]:
    before = _keep(record, before)
    serial = 1 if before is None else before.serial + 1
    series = f"{record.created_at}#{_find_begin(before, evaluation)}#{serial}"
    is_same = before is not None and before.revision == record.revision
    cause = FIRST if serial == 1 else BEHAVIOUR if is_same else DEFINITION
    moment = datetime.fromtimestamp(evaluation.computed_at / 1000, UTC)
    about = {
        "audience": record.spec.name,
        "slug": record.spec.slug,
        "workspace_id": record.spec.workspace,
        "revision": record.revision,
        "cause": cause,
        "evaluated_at": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    had = {} if before is None else before.actors
    unsure = frozenset() if before is None else before.unsure
    for member in evaluation.members:
        if member.actor_id not in had or member.actor_id in unsure:
            told_id = _make_id(record, series, AUDIENCE_ENTERED, member.actor_id)
            yield Notice(AUDIENCE_ENTERED, {"id": told_id} | about | _describe(member))
    has = {member.actor_id for member in evaluation.members}
    for actor_id, (is_known, person_id) in had.items():
        if actor_id not in has:
            told_id = _make_id(record, series, AUDIENCE_LEFT, actor_id)
            whom = {"actor_id": actor_id, "person_id": person_id, "is_known": is_known}
            yield Notice(AUDIENCE_LEFT, {"id": told_id} | about | whom)


def _describe(member: Member) -> dict[str, object]:
    whom: dict[str, object] = {
        "actor_id": member.actor_id,
        "person_id": member.person_id,
        "is_known": member.is_known,
    }
    return whom if member.email_sha256 is None else whom | {"email_sha256": member.email_sha256}


def _keep(record: AudienceRecord, before: Membership | None) -> Membership | None:
    """The membership, if it is of this audience and not of another of its name."""
    return before if before is not None and before.created_at == record.created_at else None


def _find_begin(before: Membership | None, evaluation: Evaluation) -> int:
    return evaluation.computed_at if before is None else before.begun


def _list_actors(evaluation: Evaluation) -> dict[str, tuple[bool, str | None]]:
    return {each.actor_id: (each.is_known, each.person_id) for each in evaluation.members}


def _make_id(record: AudienceRecord, series: str, name: str, actor_id: str) -> str:
    """A digest in the form of a UUID."""
    workspace, slug = record.address
    told = make_digest(f"{workspace}#{slug}#{series}#{name}#{actor_id}")
    return f"{told[:8]}-{told[8:12]}-{told[12:16]}-{told[16:20]}-{told[20:]}"
