"""What marketers are promised, told from the hit to the export: somebody shows high intent, does not convert, and is identified later."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from tests.functional.people_stack import person_id
from tests.functional.tool_stack import NOW

if TYPE_CHECKING:
    from tests.functional.audience.audience_stack import AudienceStack

ADDRESS = "late@example.com"
DIGEST = sha256(ADDRESS.encode()).hexdigest()
TEMPLATE = ("create", "--template", "high-intent", "--workspace", "acme")
SLUG = "high-intent-not-converted"


def export(stack: AudienceStack, *words: str) -> str:
    result = stack.run("audiences", "export", SLUG, *words)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_an_anonymous_member_has_no_hash_and_grows_one_when_identified_later(stack: AudienceStack) -> None:
    stack.run_json("audiences", *TEMPLATE)
    stack.visit(1, "wanting", "Checkout")
    stack.visit(2, "bought", "Checkout", "Purchase")
    stack.visit(3, "looking")
    (shown,) = stack.run_json("audiences", "preview", SLUG)
    assert shown["steps"] == [
        {"filter": "seen within 30d", "left": 3},
        {"filter": "who: anonymous", "left": 3},
        {"filter": "goal: Checkout", "left": 2},
        {"filter": "not goal: Purchase", "left": 1},
        {"filter": "consent: granted", "left": 1},
    ]
    actor = f"session:{stack.pixel_id}:wanting"
    assert shown["members"] == [{"actor_id": actor, "is_known": False, "country": "FR", "email_sha256": None}]
    assert export(stack) == ""

    stack.visit(20, "wanting", email=ADDRESS)
    assert export(stack) == f"{DIGEST}\n"
    (shown,) = stack.run_json("audiences", "preview", SLUG)
    assert shown["members"] == [
        {"actor_id": person_id(20), "is_known": True, "country": "FR", "email_sha256": DIGEST}
    ]
    assert ADDRESS not in str(shown)


def test_who_was_known_all_the_time_is_no_anonymous_visitor(stack: AudienceStack) -> None:
    stack.run_json("audiences", *TEMPLATE)
    stack.visit(1, "known", email=ADDRESS)
    stack.visit(2, "known", "Checkout")
    assert export(stack) == ""


def test_who_converts_later_leaves_and_so_does_who_is_forgotten(stack: AudienceStack) -> None:
    stack.run_json("audiences", *TEMPLATE)
    for number, session in enumerate(("wanting", "shy"), start=1):
        stack.visit(number, session, "Checkout")
        stack.visit(number + 10, session, email=f"{session}@example.com")
    assert export(stack).count("\n") == 2
    stack.visit(30, "wanting", "Purchase")
    left = sha256(b"shy@example.com").hexdigest()
    assert export(stack) == f"{left}\n"
    stack.run_json("people", "forget", "shy@example.com", "--yes")
    stack.hear_tombstones()
    assert export(stack) == ""


def test_without_a_word_of_consent_nobody_is_exported(stack: AudienceStack) -> None:
    stack.run_json("audiences", *TEMPLATE)
    stack.visit(1, "silent", "Checkout", consent=None)
    stack.visit(2, "silent", email=ADDRESS, consent=None)
    assert export(stack) == ""
    stack.visit(3, "silent")
    assert export(stack) == f"{DIGEST}\n"


def test_coming_and_going_is_told_once_and_by_ids_only(stack: AudienceStack) -> None:
    stack.run_json("audiences", *TEMPLATE)
    stack.visit(1, "wanting", "Checkout")
    assert stack.evaluate().evaluated == {}, "nothing is scheduled"
    stack.run_json("audiences", "schedule", SLUG, "on")
    assert stack.evaluate().evaluated == {f"acme/{SLUG}": 1}, stack.failures
    (told,) = stack.hear()
    actor = f"session:{stack.pixel_id}:wanting"
    identified = {"type": "AudienceEntered", "actor_id": actor, "person_id": None}
    about = {"audience": "High intent, not converted", "slug": SLUG, "workspace_id": "acme", "revision": 1}
    first_id = told.pop("id")
    assert told == identified | about | {
        "is_known": False, "cause": "first", "evaluated_at": "2025-06-30T13:00:00.000Z"
    }  # fmt: skip

    stack.now = NOW + 86_400
    assert stack.evaluate().evaluated == {f"acme/{SLUG}": 0}
    assert stack.hear() == []

    stack.visit(20, "wanting", email=ADDRESS)
    stack.now = NOW + 2 * 86_400
    stack.evaluate()
    entered, left = sorted(stack.hear(), key=lambda each: each["type"])
    assert (entered["person_id"], entered["is_known"], entered["email_sha256"]) == (
        person_id(20),
        True,
        DIGEST,
    )
    assert (left["type"], left["actor_id"], left["cause"]) == ("AudienceLeft", actor, "behaviour")
    assert "email_sha256" not in left
    assert ADDRESS not in str((entered, left))
    assert len({first_id, entered["id"], left["id"]}) == 3
