"""Who came and who went, and what is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pixelweave.audience_change import follow_membership, list_notices

from tests.unit.audience.sample import DIGESTS, EVALUATED, make_evaluation, make_member, make_record

if TYPE_CHECKING:
    from pixelweave.audience import AudienceRecord
    from pixelweave.audience_change import Membership
    from pixelweave.audience_member import Evaluation

RECORD = make_record()
ANNA = make_member("pn_1", email_sha256=DIGESTS[0])
BEN = make_member("pn_2")
STRANGER = make_member("visitor:acme:cookie")


def follow(before: Membership | None, *members: Any, record: AudienceRecord = RECORD) -> Membership:
    return follow_membership(record, before, make_evaluation(*members))


def tell(
    before: Membership | None, evaluation: Evaluation, record: AudienceRecord = RECORD
) -> list[tuple[str, object, object]]:
    notices = list_notices(record, before, evaluation)
    return [(each.name, each.detail["actor_id"], each.detail["cause"]) for each in notices]


def test_at_first_everybody_enters() -> None:
    assert tell(None, make_evaluation(ANNA, STRANGER)) == [
        ("AudienceEntered", "pn_1", "first"),
        ("AudienceEntered", "visitor:acme:cookie", "first"),
    ]


def test_then_only_changes_are_told() -> None:
    before = follow(None, ANNA, STRANGER)
    assert tell(before, make_evaluation(ANNA, STRANGER)) == []
    assert tell(before, make_evaluation(BEN, ANNA)) == [
        ("AudienceEntered", "pn_2", "behaviour"),
        ("AudienceLeft", "visitor:acme:cookie", "behaviour"),
    ]


def test_a_changed_definition_is_told_as_the_cause() -> None:
    before = follow(None, ANNA)
    changed = RECORD.model_copy(update={"revision": 2})
    assert tell(before, make_evaluation(BEN), changed) == [
        ("AudienceEntered", "pn_2", "definition"),
        ("AudienceLeft", "pn_1", "definition"),
    ]
    # The next time it is people's own doing again.
    after = follow(before, BEN, record=changed)
    assert tell(after, make_evaluation(), changed) == [("AudienceLeft", "pn_2", "behaviour")]


def test_an_audience_that_was_made_anew_begins_anew() -> None:
    before = follow(None, ANNA)
    other = RECORD.model_copy(update={"created_at": 9})
    assert tell(before, make_evaluation(ANNA), other) == [("AudienceEntered", "pn_1", "first")]
    assert follow(before, ANNA, record=other).serial == 1


def test_details_hold_ids_and_a_hash_and_nothing_of_who_left() -> None:
    (entered,) = list_notices(RECORD, None, make_evaluation(ANNA))
    assert dict(entered.detail) | {"id": None} == {
        "id": None,
        "audience": "Big spenders",
        "slug": "big-spenders",
        "workspace_id": "acme",
        "revision": 1,
        "cause": "first",
        "evaluated_at": "2025-06-30T13:00:00.123Z",
        "actor_id": "pn_1",
        "person_id": "pn_1",
        "is_known": True,
        "email_sha256": DIGESTS[0],
    }
    (left,) = list_notices(RECORD, follow(None, ANNA), make_evaluation())
    assert set(left.detail) == set(entered.detail) - {"email_sha256"}
    assert (left.detail["person_id"], left.detail["is_known"]) == ("pn_1", True)
    (stranger,) = list_notices(RECORD, None, make_evaluation(STRANGER))
    assert (stranger.detail["person_id"], "email_sha256" in stranger.detail) == (None, False)


def test_an_id_is_the_same_when_it_is_told_again_and_another_for_other_news() -> None:
    before = follow(None, ANNA)
    later = make_evaluation(BEN, computed_at=EVALUATED + 999)
    first, again = (list_notices(RECORD, before, each) for each in (make_evaluation(BEN), later))
    assert [each.detail["id"] for each in first] == [each.detail["id"] for each in again]
    # Who enters, leaves and enters again is told three times.
    entered, left = list_notices(RECORD, None, make_evaluation(BEN)), follow(None, BEN)
    gone = list_notices(RECORD, left, make_evaluation())
    back = list_notices(RECORD, follow(left), make_evaluation(BEN))
    other = list_notices(RECORD.model_copy(update={"created_at": 9}), None, make_evaluation(BEN))
    ids = {each.detail["id"] for each in (*first, *entered, *gone, *back, *other)}
    assert len(ids) == len(first) + 4
