"""`pixelweave people explain`: the hits that joined two identifiers, or what kept them apart."""

from __future__ import annotations

from typing import Any

from tests.functional.people.story import CANARY, MD5
from tests.functional.people_stack import PeopleStack, event_id, person_id


def explain(stack: PeopleStack, one: str, other: str) -> dict[str, Any]:
    names = (name.replace("PIXEL", stack.pixel_id) for name in (one, other))
    (record,) = stack.run_json("people", "explain", *names)
    return record


def test_the_hits_that_joined_two_identifiers_are_told(story: PeopleStack) -> None:
    record = explain(story, CANARY, "+15551234567")
    assert record["is_one_person"]
    chain = [(step["event_id"], step["one"]["type"], step["other"]["type"]) for step in record["steps"]]
    assert chain == [
        (event_id(3), "email_md5", "user_id"),
        (event_id(2), "user_id", "phone_digits_md5"),
    ]
    assert record["steps"][0]["one"]["value"] == CANARY
    assert record["steps"][0]["at"] == "2025-06-30T12:03:00.000Z"


def test_the_guard_that_kept_two_persons_apart_is_told(story: PeopleStack) -> None:
    record = explain(story, CANARY, "user_id:u2@PIXEL")
    assert not record["is_one_person"]
    assert record["persons"] == [person_id(1), person_id(4)]
    assert record["because"] == "a guard kept them apart"
    (refusal, _) = record["refusals"]
    assert (refusal["reason"], refusal["by"]) == ("unique_conflict", event_id(5))
    assert (refusal["identifier"]["value"], refusal["against"]["value"]) == (CANARY, "u2")
    assert refusal["meaning"] == "the person would have two user ids of one namespace"


def test_two_that_no_hit_joined_are_told_so(story: PeopleStack) -> None:
    story.say(6, "s6", email="else@example.com")
    record = explain(story, CANARY, "else@example.com")
    assert (record["is_one_person"], record["refusals"]) == (False, [])
    assert record["because"].startswith("nothing joins them")


def test_a_merged_person_is_explained_by_its_own_identifiers(story: PeopleStack) -> None:
    record = explain(story, person_id(1), person_id(2))
    assert [step["event_id"] for step in record["steps"]] == [event_id(3)]
    assert explain(story, "session:s1@PIXEL", "session:s2@PIXEL")["steps"] == record["steps"]
    assert explain(story, CANARY, MD5)["because"] == "they are the same"


def test_an_explanation_is_readable(story: PeopleStack) -> None:
    lines = story.run("people", "explain", CANARY, "+15551234567").stdout.splitlines()
    assert lines[0] == f"one person ({person_id(1)}): hits joined them"
    assert lines[1] == "at\tevent_id\tone\tother"
    assert lines[2].startswith(f"2025-06-30T12:03:00.000Z\t{event_id(3)}\temail_md5 {CANARY}\tuser_id ")
    apart = story.run("people", "explain", CANARY, person_id(4)).stdout.splitlines()
    assert apart[0].startswith("not one person")
    assert CANARY in apart[2]
