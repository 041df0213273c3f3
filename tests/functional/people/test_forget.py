"""`pixelweave people forget` and `export`: everything that is held, and nothing of it left."""

from __future__ import annotations

import json

import pytest

from tests.functional.people.story import CANARY, show
from tests.functional.people_stack import PeopleStack, event_id, person_id

COUNTS = {"persons": 2, "identifiers": 9, "sessions": 3, "visitors": 0, "traits": 2, "refusals": 0}


def test_a_dry_run_counts_and_changes_nothing(story: PeopleStack) -> None:
    before = story.read_items()
    assert story.run_json("people", "forget", CANARY, "--dry-run") == [
        {"person_id": person_id(1), "dry_run": True} | COUNTS
    ]
    assert story.read_items() == before
    assert story.read_delivered("links/") == []


def test_forgetting_asks_first_where_somebody_can_answer(story: PeopleStack) -> None:
    before = story.read_items()
    result = story.run("people", "forget", CANARY)
    assert (result.exit_code, "--yes" in result.stderr) == (2, True)
    assert story.read_items() == before


def test_a_forgotten_person_is_gone_from_the_table_and_the_views(story: PeopleStack) -> None:
    assert story.run_json("people", "forget", CANARY, "--yes") == [
        {"person_id": person_id(1), "dry_run": False} | COUNTS
    ]
    text = str(story.read_items())
    assert not [word for word in (CANARY, "15551234567", "Paris", "'u1'") if word in text]
    story.hear_tombstones()
    assert {row["person_id"] for row in story.lake.read("people")} == {person_id(4)}
    named = {row["person_id"] for row in story.lake.read("events_stitched", ["person_id"])}
    assert named == {None, person_id(4)}


@pytest.mark.parametrize("who", [CANARY, person_id(1), person_id(2)])
def test_who_was_forgotten_is_known_to_no_command(story: PeopleStack, who: str) -> None:
    story.run_json("people", "forget", CANARY, "--yes")
    for words in (("show", who), ("export", who), ("explain", who, person_id(4))):
        result = story.run("people", *words)
        assert (result.exit_code, "was forgotten" in result.stderr) == (3, True)
    again = story.run_json("people", "forget", who, "--yes")[0]
    assert {again[name] for name in COUNTS if name != "persons"} == {0}


def test_a_forgotten_address_is_not_known_again(story: PeopleStack) -> None:
    story.run_json("people", "forget", CANARY, "--yes")
    story.say(7, "s7", email=CANARY, traits={"city": "Paris"})
    assert story.run("people", "show", CANARY).exit_code == 3
    assert CANARY not in str(story.read_items())


def test_an_index_that_hides_something_is_exit_code_4(
    story: PeopleStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = story.runtime.people
    monkeypatch.setattr(people, "_query_owned", lambda person_id: iter(()))
    assert story.run("people", "forget", CANARY, "--yes").exit_code == 4
    monkeypatch.undo()
    assert story.run("people", "forget", CANARY, "--yes").exit_code == 0
    assert CANARY not in str(story.read_items())


def test_the_export_is_one_document_with_everything(story: PeopleStack) -> None:
    (line,) = story.run("people", "export", CANARY).stdout.splitlines()
    document = json.loads(line)
    assert document["identifiers"] == show(story, CANARY)["identifiers"]
    assert [event["event_id"] for event in document["events"]] == [event_id(n) for n in (3, 2, 1, 0)]
    assert {span["leaf"] for span in document["spans"]} == {"s1", "s2", "s3"}


def test_the_export_has_the_session_that_is_somebody_elses_now(story: PeopleStack) -> None:
    story.say(8, "s1", user_id="u2")
    assert "s1" not in {leaf["value"] for leaf in show(story, CANARY)["leaves"]}
    (line,) = story.run("people", "export", CANARY).stdout.splitlines()
    assert "s1" in {span["leaf"] for span in json.loads(line)["spans"]}
