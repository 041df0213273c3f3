"""`pixelweave goals apply|export`: definitions kept in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pixelweave_cli.goal_book import GoalBook

if TYPE_CHECKING:
    from pathlib import Path

    from tests.functional.goal_stack import GoalStack

GOALS = """
goals:
  - name: Purchase
    conditions: [{type: purchase}, {value: 10.50}]
    value: event EUR
    once: order
  - name: =Read
    match: any
    conditions: [{path: /blog/*}, {label: {kind: article}}]
funnels:
  - {name: Way, steps: [=Read, Purchase], by: person, within: 24h}
"""


@pytest.fixture
def file(stack: GoalStack, tmp_path: Path) -> Path:
    path = tmp_path / "goals.yaml"
    path.write_text(f"pixel: {stack.pixel_id}\n{GOALS}")
    return path


def apply(stack: GoalStack, file: Path, *words: str) -> list[dict[str, Any]]:
    """Apply the file without being asked; the changes."""
    return stack.run_json("goals", "apply", str(file), "--yes", *words)


def read_state(stack: GoalStack) -> list[Any]:
    """Return everything that definitions are kept in."""
    table = stack.runtime.stack.pixel_table_name
    items = stack.runtime.goals._client.scan(TableName=table)["Items"]
    kept = sorted(
        (item for item in items if item["pk"]["S"].startswith("PIXEL#")), key=lambda item: item["sk"]["S"]
    )
    return [kept, stack.read_lines("definitions/goals/"), stack.read_lines("definitions/funnels/")]


def test_a_file_is_applied_and_a_second_time_changes_nothing(stack: GoalStack, file: Path) -> None:
    changes = apply(stack, file)
    assert [(each["change"], each["what"], each["name"]) for each in changes] == [
        ("added", "goal", "Purchase"),
        ("added", "goal", "=Read"),
        ("added", "funnel", "Way"),
    ]
    assert [goal["name"] for goal in stack.ask("goals", "list")] == ["=Read", "Purchase"]
    assert [row["goal"] for row in stack.read_lines("definitions/funnels/")] == ["=Read", "Purchase"]
    state = read_state(stack)
    assert {each["change"] for each in apply(stack, file, "--prune")} == {"unchanged"}
    assert read_state(stack) == state


def test_what_is_exported_is_what_is_there(stack: GoalStack, file: Path) -> None:
    apply(stack, file)
    text = stack.type("goals", "export").stdout
    assert text.startswith(f"pixel: {stack.pixel_id}\ngoals:\n- name: =Read\n  match: any\n")
    file.write_text(text)
    state = read_state(stack)
    assert {each["change"] for each in apply(stack, file, "--prune")} == {"unchanged"}
    assert read_state(stack) == state
    (exported,) = stack.ask("goals", "export")
    assert exported["goals"][1]["conditions"] == [{"type": "purchase"}, {"value": "10.5"}]
    assert exported["funnels"][0]["within"] == "1d"


def test_a_change_is_told_field_by_field_and_is_a_new_revision(stack: GoalStack, file: Path) -> None:
    apply(stack, file)
    stack.now += 3600
    file.write_text(file.read_text().replace("10.50", "20").replace("once: order", "once: visitor"))
    lines = stack.run("goals", "apply", str(file), "--dry-run").stdout.splitlines()
    assert lines[:3] == [
        f"~ changed goal Purchase ({stack.pixel_id})",
        '    conditions: [{"type": "purchase"}, {"value": "10.5"}] → [{"type": "purchase"}, {"value": "20"}]',
        "    once: order → visitor",
    ]
    assert stack.ask("goals", "show", "Purchase")[0]["revisions"] == 1
    apply(stack, file)
    (shown,) = stack.ask("goals", "show", "Purchase")
    assert [(each["revision"], each["from"], each["to"]) for each in shown["windows"]] == [
        (1, "2025-06-30T13:00:00.000Z", "2025-06-30T14:00:00.000Z"),
        (2, "2025-06-30T14:00:00.000Z", None),
    ]


def test_a_field_that_comes_is_told_from_nothing(stack: GoalStack, file: Path) -> None:
    apply(stack, file)
    file.write_text(file.read_text().replace("name: =Read", "name: =Read\n    value: 5 points"))
    assert "    value: nothing → 5 points\n" in stack.run("goals", "apply", str(file), "--dry-run").stdout


def test_only_prune_removes_and_only_what_the_file_speaks_of(stack: GoalStack, file: Path) -> None:
    apply(stack, file)
    file.write_text(f"pixel: {stack.pixel_id}\ngoals: []\n")
    assert apply(stack, file) == []
    assert len(stack.ask("goals", "list")) == 2
    assert [(each["change"], each["name"]) for each in apply(stack, file, "--prune")] == [
        ("removed", "=Read"),
        ("removed", "Purchase"),
    ]
    assert stack.ask("goals", "list") == []
    assert len(stack.ask("funnels", "list")) == 1
    file.write_text(f"pixel: {stack.pixel_id}\nfunnels:\n")
    assert [each["name"] for each in apply(stack, file, "--prune")] == ["Way"]
    assert read_state(stack)[1:] == [[], []]


def test_a_dry_run_and_a_missing_yes_change_nothing(stack: GoalStack, file: Path) -> None:
    state = read_state(stack)
    dry = stack.run("goals", "apply", str(file), "--dry-run")
    assert dry.exit_code == 0
    assert dry.stdout.startswith(f"+ added goal Purchase ({stack.pixel_id})\n")
    asked = stack.run("goals", "apply", str(file))
    assert (asked.exit_code, "nobody is there to be asked" in asked.stderr) == (2, True)
    assert read_state(stack) == state


def test_what_was_stored_but_not_published_is_published(stack: GoalStack, file: Path) -> None:
    apply(stack, file)
    state = read_state(stack)
    stack.runtime.publication.publish_goals(stack.pixel_id, [])
    stack.runtime.publication.publish_funnels(stack.pixel_id, [])
    assert read_state(stack) != state
    apply(stack, file)
    assert read_state(stack) == state


def test_more_goals_than_a_pixel_may_have_are_refused_before_any_is_made(
    stack: GoalStack, file: Path
) -> None:
    apply(stack, file)

    def write_goals(number: int) -> None:
        goals = [f"  - {{name: G{each}, conditions: [{{path: /}}]}}" for each in range(number)]
        file.write_text("\n".join([f"pixel: {stack.pixel_id}", "goals:", *goals]))

    write_goals(99)
    refused = stack.run("goals", "apply", str(file), "--dry-run")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert f"{stack.pixel_id} would have 101 goals, 100 are the most; --prune removes" in refused.stderr
    write_goals(100)
    # All of the new ones find room, because the old ones go first.
    apply(stack, file, "--prune")
    assert len(stack.ask("goals", "list")) == 100


def test_interrupted_it_says_how_to_go_on(
    stack: GoalStack, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(GoalBook, "put_funnel", interrupt)
        result = stack.run("goals", "apply", str(file), "--yes")
    assert result.exit_code == 4
    assert result.stderr == "pixelweave: interrupted; the same command makes the other changes\n"
    assert [each["change"] for each in apply(stack, file)] == ["unchanged", "unchanged", "added"]


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_several_pixels_are_applied_by_id_or_key(stack: GoalStack, file: Path) -> None:
    (other,) = stack.run_json("pixels", "create", "--dialect", "rokt", "--name", "B", "--workspace", "acme")
    goal = "{goals: [{name: Read, conditions: [{path: /}]}]}"
    file.write_text(f"pixels:\n  {stack.pixel_id}: {goal}\n  {other['key']}: {goal}\n")
    assert [each["pixel_id"] for each in apply(stack, file)] == [stack.pixel_id, other["pixel_id"]]
    file.write_text(f"pixels:\n  {other['pixel_id']}: {goal}\n  {other['key']}: {goal}\n")
    twice = stack.run("goals", "apply", str(file), "--yes")
    assert (twice.exit_code, "a pixel comes twice" in twice.stderr) == (2, True)


def test_a_bad_file_changes_nothing_and_tells_the_place(stack: GoalStack, file: Path) -> None:
    file.write_text(file.read_text().replace("match: any", "match: some"))
    result = stack.run("goals", "apply", str(file), "--yes")
    assert result.exit_code == 2
    assert f"{file}: goal 2 (=Read), match: expected one of 'all' or 'any'" in result.stderr
    assert stack.ask("goals", "list") == []
    missing = stack.run("goals", "apply", str(file) + "x")
    assert (missing.exit_code, missing.stderr) == (2, f"pixelweave: {file}x: No such file or directory\n")


def test_what_a_file_says_never_drives_the_terminal(stack: GoalStack, file: Path) -> None:
    file.write_text('pixel: p\ngoals: [{name: "\\e[31mA\\nB", kind: odd}]\n')
    result = stack.run("goals", "apply", str(file))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"pixelweave: {file}: goal 1 (\\u001b[31mA B): kind is not one of name, ")
    assert result.stderr.count("\n") == 1
