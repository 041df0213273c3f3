"""Audiences, evaluations and members to try things with."""

from __future__ import annotations

from typing import Any

from pixelweave.audience import AudienceRecord, AudienceSpec
from pixelweave.audience_member import Evaluation, Member, Step

EVALUATED = 1_751_288_400_123  # 2025-06-30T13:00:00.123Z
DIGESTS = [number * 64 for number in "123456789abcdef"]


def make_record(name: str = "Big spenders", **fields: Any) -> AudienceRecord:
    """An audience of everybody who was seen."""
    spec = AudienceSpec.model_validate({"name": name, "workspace": "acme"})
    return AudienceRecord.model_validate({"spec": spec, "created_at": 7, "updated_at": 8} | fields)


def make_member(actor_id: str, **fields: Any) -> Member:
    """A person who has only an id; with `email_sha256` one who is known."""
    digests = {name: fields.pop(name) for name in list(fields) if name.endswith("_sha256")}
    is_person = actor_id.startswith("pn_")
    own = {"person_id": actor_id if is_person else None, "is_known": bool(digests), "country": None}
    return Member(actor_id=actor_id, digests=digests, **(own | fields))


def make_evaluation(*members: Member, computed_at: int = EVALUATED) -> Evaluation:
    """An evaluation that found these members among ten who were seen."""
    steps = Step("seen within 30d", 10), Step("who: anyone", 10), Step("consent: granted", len(members))
    return Evaluation(computed_at, steps, members)
