"""`pixelweave people …` from the typed words to what is printed and erased."""

from __future__ import annotations

import json
from hashlib import md5, sha256
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws

from tests.functional.people_stack import PeopleStack, event_id, person_id
from tests.unit.naughty import TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY = "canary@example.com"
SHA256 = sha256(CANARY.encode()).hexdigest()
MD5 = md5(CANARY.encode(), usedforsecurity=False).hexdigest()


def tell(stack: PeopleStack) -> PeopleStack:
    """The seeds' story: an anonymous session, its e-mail; the MD5 elsewhere with a phone; who logs in as somebody else."""
    stack.say(0, "s1")
    stack.say(1, "s1", email=CANARY, traits={"city": "Berlin"})
    stack.say(2, "s2", phone="+15551234567", user_id="u1", traits={"city": "Paris"})
    stack.say(3, "s3", email_md5=MD5, user_id="u1")
    stack.say(4, "s4", user_id="u2")
    stack.say(5, "s4", user_id="u2", email=CANARY)
    return stack


def open_stack() -> Iterator[PeopleStack]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        stack = PeopleStack()
        yield stack
        stack.lake.close()


@pytest.fixture
def stack() -> Iterator[PeopleStack]:
    yield from open_stack()


@pytest.fixture
def story(stack: PeopleStack) -> PeopleStack:
    return tell(stack)


def show(stack: PeopleStack, who: str, *words: str) -> dict[str, Any]:
    (record,) = stack.run_json("people", "show", who, *words)
    return record


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
    stack._create_table()
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
