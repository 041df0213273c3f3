"""Audiences on schedule: one that fails stops no other, and what was told but not remembered is told again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from pixelweave.audience_change import Membership
from pixelweave_aws.audience_object import Held, MembershipConflictError
from pixelweave_aws.audience_run import NEEDED_MS

from tests.functional.tool_stack import BUCKET, NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelweave.audience import AudienceRecord

    from tests.functional.audience.audience_stack import AudienceStack

DAY_SECONDS = 86_400
FIRST, SECOND = "acme/buyers", "acme/new-users"
STATE = "audiences/acme/buyers/members.json.gz"


@pytest.fixture
def scheduled(stack: AudienceStack) -> AudienceStack:
    """Two scheduled audiences; somebody is in the first."""
    for template in ("buyers", "segment"):
        stack.run_json("audiences", "create", "--template", template, "--workspace", "acme", *(
            ("--goal", "Revenue=Purchase") if template == "buyers" else ()
        ))  # fmt: skip
    for slug in ("buyers", "new-users"):
        stack.run_json("audiences", "schedule", slug, "on")
    stack.visit(1, "a", "Purchase", email="a@example.com")
    return stack


def test_one_that_fails_stops_no_other(scheduled: AudienceStack) -> None:
    scheduled.s3.put_object(Bucket=BUCKET, Key=STATE, Body=b"no gzip")
    summary = scheduled.evaluate()
    assert summary.failed == {FIRST: "MembershipFileError"}
    assert summary.evaluated == {SECOND: 0}
    assert list(scheduled.failures) == [FIRST]


def test_a_repeated_call_passes_over_what_is_done(scheduled: AudienceStack) -> None:
    scheduled_ms = scheduled.read_clock()
    scheduled.s3.put_object(Bucket=BUCKET, Key=STATE, Body=b"no gzip")
    scheduled.now = NOW + 30
    scheduled.evaluate(scheduled_ms)
    scheduled.s3.delete_object(Bucket=BUCKET, Key=STATE)
    scheduled.now = NOW + 90
    summary = scheduled.evaluate(scheduled_ms)
    assert (summary.evaluated, summary.passed_over, summary.failed) == ({FIRST: 1}, [SECOND], {})
    assert scheduled.evaluate(scheduled_ms).passed_over == [FIRST, SECOND]
    # The next night is another call.
    assert scheduled.evaluate(scheduled_ms + DAY_SECONDS * 1000).evaluated == {FIRST: 0, SECOND: 0}


def forget_to_remember(stack: AudienceStack) -> Callable[[AudienceRecord, Membership, Held], Held]:
    """What writes whom will be told of, and ends before it writes who is there."""
    write = stack.tools.objects.write_membership

    def crash(record: AudienceRecord, membership: Membership, held: Held) -> Held:
        if membership.serial:
            raise ClientError({"Error": {"Code": "SlowDown"}}, "PutObject")
        return write(record, membership, held)

    return crash


def test_who_was_told_to_enter_and_is_gone_by_the_next_attempt_is_told_to_leave(
    scheduled: AudienceStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduled_ms = scheduled.read_clock()
    with monkeypatch.context() as patch:
        patch.setattr(scheduled.tools.objects, "write_membership", forget_to_remember(scheduled))
        scheduled.evaluate(scheduled_ms)
    (entered,) = scheduled.hear()
    scheduled.run_json("people", "forget", "a@example.com", "--yes")
    scheduled.hear_tombstones()
    scheduled.now = NOW + 60
    assert scheduled.evaluate(scheduled_ms).evaluated == {FIRST: 1, SECOND: 0}
    (left,) = scheduled.hear()
    assert (entered["type"], left["type"]) == ("AudienceEntered", "AudienceLeft")
    assert (left["person_id"], left["cause"]) == (entered["person_id"], "first")
    scheduled.now = NOW + 120
    scheduled.evaluate()
    assert scheduled.hear() == []


def test_an_audience_whose_list_expired_begins_anew_with_other_ids(scheduled: AudienceStack) -> None:
    scheduled.evaluate()
    (told,) = scheduled.hear()
    scheduled.s3.delete_object(Bucket=BUCKET, Key=STATE)
    scheduled.now = NOW + 29 * DAY_SECONDS
    scheduled.evaluate()
    (again,) = scheduled.hear()
    assert (again["cause"], again["person_id"]) == ("first", told["person_id"])
    assert again["id"] != told["id"]


def test_what_was_told_but_not_remembered_is_told_again_with_the_same_id(
    scheduled: AudienceStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(scheduled.tools.objects, "write_membership", forget_to_remember(scheduled))
        assert scheduled.evaluate().failed == {FIRST: "ClientError", SECOND: "ClientError"}
    (told,) = scheduled.hear()
    scheduled.now = NOW + 60
    assert scheduled.evaluate().evaluated == {FIRST: 1, SECOND: 0}
    (again,) = scheduled.hear()
    assert again["id"] == told["id"]
    assert again | {"evaluated_at": None} == told | {"evaluated_at": None}
    scheduled.now = NOW + 120
    scheduled.evaluate()
    assert scheduled.hear() == []


def test_what_the_bus_refuses_is_not_remembered(scheduled: AudienceStack) -> None:
    scheduled.bus.refused = frozenset({"AudienceEntered"})
    summary = scheduled.evaluate()
    assert (summary.failed, summary.evaluated) == ({FIRST: "NoticeRefusedError"}, {SECOND: 0})
    scheduled.bus.refused = frozenset()
    assert scheduled.evaluate().evaluated == {FIRST: 1}


def test_without_time_an_audience_is_left_for_the_next_attempt(scheduled: AudienceStack) -> None:
    summary = scheduled.evaluate(remaining_ms=NEEDED_MS - 1)
    assert summary.failed == {FIRST: "no time left", SECOND: "no time left"}
    assert scheduled.list_keys() == []


def test_who_is_in_an_audience_is_written_only_over_what_was_read(scheduled: AudienceStack) -> None:
    (record,) = [each for each in scheduled.tools.definitions.list() if each.spec.slug == "buyers"]
    objects = scheduled.tools.objects
    assert objects.read_membership(record) == Held()
    members = Membership(
        record.created_at, 1, 1, 5, {"pn_ü": (True, "pn_ü"), "visitor:acme:x": (False, None)}
    )
    objects.write_membership(record, members, Held())
    held = objects.read_membership(record)
    assert held.membership == members
    with pytest.raises(MembershipConflictError):
        objects.write_membership(record, members, Held())
    objects.write_membership(record, members, held)
    other = Membership(record.created_at, 1, 2, 6, {})
    objects.write_membership(record, other, objects.read_membership(record))
    with pytest.raises(MembershipConflictError):
        objects.write_membership(record, members, held)
    assert objects.read_membership(record).membership == other


def test_a_person_who_is_forgotten_leaves_without_a_hash(scheduled: AudienceStack) -> None:
    scheduled.evaluate()
    (entered,) = scheduled.hear()
    scheduled.run_json("people", "forget", "a@example.com", "--yes")
    scheduled.hear_tombstones()
    scheduled.now = NOW + DAY_SECONDS
    scheduled.evaluate()
    (left,) = scheduled.hear()
    assert (left["type"], left["person_id"]) == ("AudienceLeft", entered["person_id"])
    assert entered["email_sha256"] not in str(left)


def test_what_was_evaluated_at_the_very_moment_is_done_and_one_made_anew_is_not(
    scheduled: AudienceStack,
) -> None:
    scheduled.evaluate()
    assert scheduled.evaluate().passed_over == [FIRST, SECOND]
    assert scheduled.evaluate(scheduled.read_clock() + 1).passed_over == []
    (record,) = [each for each in scheduled.tools.definitions.list() if each.spec.slug == "buyers"]
    scheduled.tools.definitions.delete(record)
    anew = record.model_copy(update={"created_at": record.created_at + 1})
    scheduled.tools.definitions.put(anew, is_new=True)
    scheduled.hear()
    assert scheduled.evaluate().evaluated == {FIRST: 1}
    (told,) = scheduled.hear()
    assert told["cause"] == "first"
