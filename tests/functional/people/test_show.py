"""`pixelweave people show` from the typed words to what is printed."""

from __future__ import annotations

import json
from hashlib import md5, sha256

import pytest

from tests.functional.aws_part import create_key_table
from tests.functional.people.story import CANARY, MD5, SHA256, show
from tests.functional.people_stack import PeopleStack, event_id, person_id
from tests.unit.naughty import TEXTS


def test_a_person_is_shown_with_all_that_is_known(story: PeopleStack) -> None:
    record = show(story, CANARY)
    assert record["person_id"] == person_id(1)
    assert record["workspace_id"] == "acme"
    assert record["created_at"] == "2025-06-30T12:01:00.000Z"
    assert record["persons"] == [person_id(1), person_id(2)]
    assert {each["type"]: each["value"] for each in record["identifiers"]} == {
        "email_sha256": CANARY,
        "email_md5": CANARY,
        "user_id": "u1",
        **{
            f"phone_{form}_{name}": "+15551234567"
            for form in ("e164", "digits", "national")
            for name in ("sha256", "md5")
        },
    }
    assert [(each["type"], each["value"], each["since"]) for each in record["leaves"]] == [
        ("session", "s1", "2025-06-30T12:01:00.000Z"),
        ("session", "s2", "2025-06-30T12:02:00.000Z"),
        ("session", "s3", "2025-06-30T12:03:00.000Z"),
    ]
    assert record["traits"] == [{"name": "city", "value": "Paris", "occurred_at": "2025-06-30T12:02:00.000Z"}]
    (merge,) = record["merges"]
    assert (merge["person_id"], merge["into"], merge["by"]) == (person_id(2), person_id(1), event_id(3))
    assert [each["type"] for each in merge["joined"]] == ["email_md5", "user_id"]


def test_the_timeline_has_what_happened_before_the_login_too(story: PeopleStack) -> None:
    record = show(story, CANARY)
    assert [(each["event_id"], each["is_back_attributed"]) for each in record["events"]] == [
        (event_id(3), False),
        (event_id(2), False),
        (event_id(1), False),
        (event_id(0), True),
    ]
    assert record["events"][0]["attributed"] == "session"
    assert {each["leaf"] for each in record["spans"]} == {"s1", "s2", "s3"}


def test_the_newest_events_of_a_window_are_shown(story: PeopleStack) -> None:
    assert [each["event_id"] for each in show(story, CANARY, "--limit", "1")["events"]] == [event_id(3)]
    late = show(story, CANARY, "--since", "2025-06-30T12:02:30Z")["events"]
    assert [each["event_id"] for each in late] == [event_id(3)]


@pytest.mark.parametrize("limit", ["0", "10001"])
def test_a_limit_out_of_range_is_exit_code_2(story: PeopleStack, limit: str) -> None:
    result = story.run("people", "show", CANARY, "--limit", limit)
    assert result.exit_code == 2
    assert "--limit" in result.stderr


def test_a_person_is_found_by_every_name(story: PeopleStack) -> None:
    for who in (
        person_id(1),
        person_id(2),
        f" {CANARY.upper()} ",
        SHA256,
        MD5.upper(),
        f"email:{CANARY}",
        f"email_md5:{MD5}",
        "+15551234567",
        "(555) 123-4567",
        "phone:15551234567",
        sha256(b"15551234567").hexdigest(),
        md5(b"+15551234567", usedforsecurity=False).hexdigest(),
        f"phone_sha256:{sha256(b'5551234567').hexdigest()}",
        f"user_id:u1@{story.pixel_id}",
        f"session:s2@{story.pixel_id}",
    ):
        (record,) = story.run_json("people", "forget", "--dry-run", who)
        assert record["person_id"] == person_id(1), who


def test_who_cannot_be_found_is_told_without_what_was_typed(story: PeopleStack) -> None:
    for who, code, sentence in (
        ("nobody@example.com", 3, "nobody has this identifier"),
        ("pn_0123", 3, "there is no person pn_0123"),
        (f"session:zz@{story.pixel_id}", 3, "nobody has this session"),
        ("user_id:u1@px_other", 3, "there is no pixel with the id or key 'px_other'"),
        ("user_id:canary", 2, "a user_id means something within one pixel only"),
        ("canary", 2, "this names nobody; write a person's id"),
        ("canary@", 1, "refused, invalid_value"),
        ("email:guest", 1, "refused, blocked_value"),
    ):
        for words in (("show",), ("export",), ("forget", "--dry-run"), ("explain", CANARY)):
            result = story.run("people", *words, who)
            assert (result.exit_code, sentence in result.stderr) == (code, True), result.output
            assert "canary" not in result.stderr
            assert "nobody@" not in result.stderr


def test_of_several_workspaces_one_must_be_named(story: PeopleStack) -> None:
    story.run_json("pixels", "create", "--dialect", "rokt", "--name", "B", "--workspace", "beta")
    result = story.run("people", "show", CANARY)
    assert (result.exit_code, "--workspace" in result.stderr) == (2, True)
    assert "acme, beta" in result.stderr
    assert show(story, CANARY, "--workspace", "acme")["person_id"] == person_id(1)
    assert story.run("people", "show", CANARY, "--workspace", "beta").exit_code == 3
    assert show(story, person_id(1))["workspace_id"] == "acme"


def test_without_a_pixel_there_is_no_workspace(stack: PeopleStack) -> None:
    stack.dynamodb.delete_table(TableName="pixels")
    create_key_table(stack.dynamodb, "pixels")
    result = stack.run("people", "show", CANARY)
    assert (result.exit_code, "there is no pixel yet" in result.stderr) == (2, True)


def test_without_the_views_the_table_is_shown_and_the_lack_told(story: PeopleStack) -> None:
    story.athena.connection.execute("DROP VIEW leaf_span")
    record = show(story, CANARY)
    assert record["events"] is None
    assert "not deployed" in record["events_missing"]
    assert record["identifiers"]
    result = story.run("people", "export", CANARY)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "not deployed" in result.stderr


def test_another_failure_of_the_log_is_no_missing_view(story: PeopleStack) -> None:
    story.athena.connection.execute("DROP VIEW leaf_span")
    story.athena.connection.execute("CREATE VIEW leaf_span AS SELECT 1 AS person_id")
    assert story.run("people", "show", CANARY).exit_code == 1


def test_a_person_is_shown_to_people_in_sections(story: PeopleStack) -> None:
    lines = story.run("people", "show", CANARY).stdout.splitlines()
    assert "unique_conflict" in story.run("people", "show", person_id(4)).stdout
    assert [line for line in lines if line.startswith("# ")] == [
        f"# {name}" for name in ("identifiers", "leaves", "traits", "merges", "events")
    ]


def test_a_hostile_trait_moves_no_terminal(stack: PeopleStack) -> None:
    stack.say(1, "s\x1b]0;x\x07", email=CANARY, traits={"\x1b[2Jname": "\u202evalue\r\n"})
    for words in (("show", CANARY), ("show", CANARY, "--json"), ("export", CANARY)):
        result = stack.run("people", *words)
        assert result.exit_code == 0
        assert not set(result.stdout) & {"\x1b", "\r", "\x07", "\u202e"}


def test_hostile_names_end_in_a_sentence(story: PeopleStack) -> None:
    for text in TEXTS:
        for who in (text, f"user_id:{text}@{story.pixel_id}"):
            result = story.run("people", "forget", "--dry-run", "--json", "--", who)
            assert result.exit_code in (1, 2, 3), ascii(who)
            assert json.loads(result.stderr)["error"]["message"], ascii(who)


def test_a_hash_may_be_named_with_its_dialects_prefix(story: PeopleStack) -> None:
    named = [show(story, name)["person_id"] for name in (CANARY, MD5, f"md5:{MD5}", f"hash1:{SHA256}")]
    assert len(set(named)) == 1
    assert story.run("people", "show", "md5:123").exit_code == 2
