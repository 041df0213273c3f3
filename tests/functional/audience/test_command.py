"""`pixelweave audiences …` on a stack in moto: what it stores, prints and writes, and how it refuses."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest

from tests.functional.tool_stack import BUCKET

if TYPE_CHECKING:
    from pathlib import Path

    from tests.functional.audience.audience_stack import AudienceStack

DEFINITION = """
audience: Big spenders
workspace: acme
within: 7d
all:
  - goal: Purchase
    at_least: 2
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "audience.yaml"
    path.write_text(DEFINITION, encoding="utf-8")
    return path


@pytest.fixture
def made(stack: AudienceStack, file: Path) -> AudienceStack:
    stack.run_json("audiences", "create", "--file", str(file))
    for number, session in enumerate("ab", start=1):
        stack.visit(number * 10, session, "Purchase", email=f"{session}@example.com")
    stack.visit(12, "a", "Purchase")
    return stack


def test_an_audience_is_created_listed_and_shown(made: AudienceStack, file: Path) -> None:
    (listed,) = made.run_json("audiences", "list")
    assert (listed["slug"], listed["revision"], listed["scheduled"]) == ("big-spenders", 1, False)
    assert listed["all"] == ["goal: Purchase, at_least: 2"]
    assert made.run_json("audiences", "list", "--workspace", "other") == []
    (shown,) = made.run_json("audiences", "show", "Big Spenders")
    assert shown == listed | {"evaluated_at": None, "members": None}
    text = made.run("audiences", "show", "big-spenders").stdout
    # What is shown is a definition that `create` takes.
    file.write_text(text.partition("\n\n")[2], encoding="utf-8")
    (again,) = made.run_json("audiences", "create", "--file", str(file))
    assert again == listed


def test_a_changed_definition_is_another_revision_and_keeps_its_schedule(
    made: AudienceStack, file: Path
) -> None:
    made.run_json("audiences", "schedule", "big-spenders", "on")
    file.write_text(DEFINITION.replace("2", "3"), encoding="utf-8")
    (changed,) = made.run_json("audiences", "create", "--file", str(file))
    assert (changed["revision"], changed["scheduled"]) == (2, True)
    (off,) = made.run_json("audiences", "schedule", "big-spenders", "off")
    assert (off["revision"], off["scheduled"]) == (2, False)


def test_an_audience_takes_the_place_of_none_of_another_name(stack: AudienceStack, file: Path) -> None:
    for name, code in (("Купили 30", 0), ("Ушли 30", 2), ("КУПИЛИ 30", 0)):
        text = DEFINITION.replace("Big spenders", name).replace("7d", f"{len(name)}d")
        file.write_text(text, encoding="utf-8")
        result = stack.run("audiences", "create", "--file", str(file))
        assert (result.exit_code, "'Купили 30' has the slug 30 already" in result.stderr) == (code, code == 2)
    assert [each["audience"] for each in stack.run_json("audiences", "list")] == ["КУПИЛИ 30"]


def test_the_forgotten_are_in_no_export_before_the_links_log_knows_of_it(made: AudienceStack) -> None:
    made.run_json("people", "forget", "a@example.com", "--yes")
    assert made.run("audiences", "export", "big-spenders").stdout == ""
    assert made.run("audiences", "export", "big-spenders", "--form", "csv").stdout.count("\n") == 1
    (manifest,) = made.run_json("audiences", "export", "big-spenders", "--to", "s3")
    assert manifest["lines"] == 0
    assert manifest["steps"][-1] == {"filter": "not forgotten since", "left": 0}


def test_a_template_takes_goals_by_other_names(stack: AudienceStack) -> None:
    (made,) = stack.run_json(
        "audiences", "create", "--template", "high-intent", "--workspace", "acme", "--name", "Left", "--goal", "Checkout=Basket",
    )  # fmt: skip
    assert (made["audience"], made["who"], made["workspace"]) == ("Left", "anonymous", "acme")
    assert (made["all"], made["none"]) == (["goal: Basket"], ["goal: Purchase"])


def test_the_templates_are_printed(stack: AudienceStack) -> None:
    names = [each["template"] for each in stack.run_json("audiences", "templates")]
    assert names == ["high-intent", "segment", "buyers", "lapsed-buyers", "recognised"]
    assert "# --template segment\n# kSense" in stack.run("audiences", "templates").stdout


def test_a_preview_counts_after_each_filter_and_names_nobody(made: AudienceStack, file: Path) -> None:
    (shown,) = made.run_json("audiences", "preview", "--file", str(file), "--limit", "1")
    assert [step["left"] for step in shown["steps"]] == [2, 2, 1, 1]
    assert (len(shown["members"]), "@" in str(shown)) == (1, False)
    lines = made.run("audiences", "preview", "big-spenders").stdout.splitlines()
    assert lines[:5] == [
        "filter\tleft", "seen within 7d\t2", "who: anyone\t2", "goal: Purchase, at_least: 2\t1", "consent: granted\t1",
    ]  # fmt: skip
    assert lines[5:8] == ["", "# some members", "actor_id\tis_known\tcountry\temail_sha256"]
    assert lines[8].startswith("pn_")
    assert made.run("audiences", "preview", "big-spenders", "--limit", "0").exit_code == 2


def test_an_export_goes_to_a_file_that_only_its_owner_reads(made: AudienceStack, tmp_path: Path) -> None:
    target = tmp_path / "hashes.txt"
    target.write_text("older and longer" * 99, encoding="utf-8")
    target.chmod(0o644)
    (manifest,) = made.run_json("audiences", "export", "big-spenders", "--to", str(target))
    assert (manifest["lines"], manifest["key"], manifest["revision"]) == (1, str(target), 1)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    told = made.run("audiences", "export", "big-spenders", "--to", str(target)).stdout.splitlines()
    assert told[-6:-1] == [
        "",
        "filter\tleft",
        "seen within 7d\t2",
        "who: anyone\t2",
        "goal: Purchase, at_least: 2\t1",
    ]
    assert not any(line.startswith("steps") for line in told)
    printed = made.run("audiences", "export", "big-spenders").stdout
    assert (target.read_text(encoding="utf-8"), len(printed)) == (printed, 65)


def test_an_export_goes_to_the_lake_with_its_manifest(made: AudienceStack) -> None:
    (manifest,) = made.run_json("audiences", "export", "big-spenders", "--form", "csv", "--to", "s3")
    key = "audiences/acme/big-spenders/dt=2025-06-30/130000.csv"
    assert made.list_keys() == [key, f"{key}.manifest.json"]
    assert json.loads(made.read_text(f"{key}.manifest.json")) == manifest
    header, line = made.read_text(key).splitlines()
    assert header.startswith("email_sha256,phone_sha256,")
    assert line.endswith(",FR")
    described = made.s3.head_object(Bucket=BUCKET, Key=key)
    assert described["ContentType"] == "text/csv; charset=utf-8"


def test_removing_takes_the_files_along_and_asks_first(made: AudienceStack) -> None:
    made.run_json("audiences", "schedule", "big-spenders", "on")
    made.evaluate()
    made.run_json("audiences", "export", "big-spenders", "--to", "s3")
    (shown,) = made.run_json("audiences", "show", "big-spenders")
    assert (shown["members"], shown["evaluated_at"]) == (1, "2025-06-30T13:00:00.000Z")
    assert made.run("audiences", "remove", "big-spenders").exit_code == 2
    assert made.run_json("audiences", "remove", "big-spenders", "--yes") == [
        {"audience": "Big spenders", "removed": True, "files": 3}
    ]
    assert made.list_keys() == []
    assert made.run_json("audiences", "list") == []


def test_one_name_in_two_workspaces_needs_the_workspace(made: AudienceStack, file: Path) -> None:
    file.write_text(DEFINITION.replace("acme", "other"), encoding="utf-8")
    made.run_json("audiences", "create", "--file", str(file))
    result = made.run("audiences", "show", "big-spenders")
    assert (result.exit_code, "--workspace: acme, other have an audience" in result.stderr) == (2, True)
    (shown,) = made.run_json("audiences", "show", "big-spenders", "--workspace", "other")
    assert shown["workspace"] == "other"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("show", "nobody"), 3, "there is no audience 'nobody'"),
        (("show", "nobody", "--workspace", "acme"), 3, "workspace acme has no audience 'nobody'"),
        (("export", "big-spenders", "--form", "xml"), 2, "--form: 'xml' is not one of sha256, csv"),
        (("export", "big-spenders", "--json"), 2, "--to: with --json"),
        (("export", "big-spenders", "--to", "/nowhere/at/all"), 1, "No such file or directory"),
        (("preview",), 2, "NAME or --file: expected one of the two"),
        (("create",), 2, "--file or --template: expected one of the two"),
        (("create", "--template", "buyers"), 2, "--workspace: a template does not say whose people"),
        (("create", "--template", "x", "--workspace", "acme"), 2, "--template: 'x' is not one of high-intent"),
        (("create", "--template", "buyers", "--workspace", "a b"), 2, "Buyers, workspace: 'a b' is not valid"),
        (("create", "--template", "buyers", "--workspace", "acme", "--goal", "x"), 2, "--goal: 'x' is not FROM=TO"),
        (("create", "--template", "buyers", "--workspace", "acme", "--goal", "x=y"), 2, "has no goal 'x'; it has Revenue"),
        (("create", "--file", "/nowhere.yaml"), 2, "/nowhere.yaml: No such file"),
        (("create", "--file", "/nowhere.yaml", "--name", "x"), 2, "are for templates"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence(
    made: AudienceStack, words: tuple[str, ...], code: int, sentence: str
) -> None:
    result = made.run("audiences", *words)
    said = " ".join(result.stderr.split())
    assert (result.exit_code, sentence in said) == (code, True), said


def test_a_file_is_refused_with_its_place(stack: AudienceStack, file: Path) -> None:
    file.write_text(DEFINITION.replace("7d", "7"), encoding="utf-8")
    result = stack.run("audiences", "create", "--file", str(file))
    assert (result.exit_code, "Big spenders, within: expected 1d to 180d" in result.stderr) == (2, True)
    file.write_text(DEFINITION + "all: []\n", encoding="utf-8")
    result = stack.run("audiences", "create", "--file", str(file))
    assert "line 8, column 1: the key all comes twice" in result.stderr
