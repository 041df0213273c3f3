"""Files of goals: what YAML says, and what it may not say."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from pixelweave.funnel import FunnelSpec
from pixelweave.goal import Condition, GoalSpec, GoalValue
from pixelweave_cli.failure import InputError
from pixelweave_cli.goal_file import load_file, read_text, write_text
from pixelweave_cli.yaml_file import MAX_FILE_BYTES

FILE = """
pixel: px_shop
goals:
  - name: on
    conditions:
      - type: purchase
      - label: {size: 0x10}
      - value: 10
    value: 12.50 EUR
  - name: "2025-06-30"
    match: any
    conditions: [{path: /thanks*}, {host: yes}]
    once: order
    from: 2025-07-01
funnels:
  - name: Way
    steps: [on, "2025-06-30"]
    within: 24h
"""
HOSTILE = (
    "=cmd",
    "'",
    '"',
    "#",
    "- a",
    "a: b",
    "null",
    "~",
    "yes",
    "1e3",
    "&a",
    "*a",
    "!!python/x",
    "Ä😀",
    "a  b",
)


def test_every_scalar_is_the_text_that_is_written() -> None:
    (part,) = read_text(FILE)
    assert part.pixel == "px_shop"
    assert part.goals is not None
    first, second = part.goals
    assert (first.name, second.name) == ("on", "2025-06-30")
    assert first.value == GoalValue(amount=Decimal("12.50"), unit="EUR")
    assert first.conditions[1:] == (
        Condition(field="label", key="size", pattern="0x10"),
        Condition(field="value", minimum=Decimal(10)),
    )
    assert second.conditions[1] == Condition(field="host", pattern="yes")
    assert part.funnels is not None
    assert part.funnels[0].steps == ("on", "2025-06-30")


def test_a_file_may_have_several_pixels() -> None:
    parts = read_text("pixels: {px_a: {goals: []}, px_b: {funnels: }}")
    assert [(part.pixel, part.goals, part.funnels) for part in parts] == [
        ("px_a", (), None),
        ("px_b", None, ()),
    ]


def test_what_is_written_reads_as_the_same() -> None:
    conditions = (Condition(field="path", pattern="/*"), Condition(field="value", minimum=Decimal("0.5")))
    goals = tuple(GoalSpec(name=name, conditions=conditions) for name in HOSTILE)
    keyed = Condition(field="property", key="a: b", pattern="x" * 400)
    goals += (GoalSpec(name="x " * 60 + "x", conditions=(keyed,)),)
    funnels = (FunnelSpec(name="a: b", steps=("null", "=cmd")),)
    (part,) = read_text(write_text("px_shop", goals, funnels))
    assert (part.pixel, part.goals, part.funnels) == ("px_shop", goals, funnels)


def test_numbers_are_written_plainly() -> None:
    (part,) = read_text(FILE)
    text = write_text("px_shop", part.goals or (), ())
    assert "- value: 10\n" in text
    assert "value: 12.5 EUR\n" in text
    assert "funnels" not in text


GOAL = "{name: A, conditions: [{path: /}]}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "expected pixel, goals and funnels, or pixels"),
        ("- goals", "expected pixel, goals and funnels, or pixels"),
        ("goals: []", "pixel: expected the id or key of a pixel"),
        ("pixel: ", "pixel: expected the id or key of a pixel"),
        ("pixel: [a]", "pixel: expected the id or key of a pixel"),
        ("pixel: a\ngoal: []", "the file: goal is not one of pixel, goals, funnels"),
        ("pixels: {}\npixel: a", "the file: pixel is not one of pixels"),
        ("pixels: []", "pixels: expected a map"),
        ("pixels: {a: }", "pixel a, expected goals and funnels"),
        ("pixels: {a: {goal: []}}", "pixel a: goal is not one of goals, funnels"),
        (
            f"pixels: {{a: {{goals: [{GOAL}, {{name: B}}]}}}}",
            "pixel a, goal 2 (B), conditions: is missing",
        ),
        ("pixel: a\ngoals: {name: A}", "goals: expected a list"),
        (f"pixel: a\ngoals: [{GOAL}, {GOAL}]", "goal 2 (A): the name comes twice"),
        (
            "pixel: a\ngoals: [{name: ' A', conditions: [{path: /}]}, " + GOAL + "]",
            "goal 2 (A): the name comes",
        ),
        ("pixel: a\ngoals: [A]", "goal 1: expected name, match, conditions"),
        ("pixel: a\ngoals: [{conditions: [{path: /}]}]", "goal 1, name: is missing"),
        ("pixel: a\npixel: b", "line 2, column 1: the key pixel comes twice"),
        ("pixel: a\ngoals: [{name: A, name: B}]", "line 2, column 19: the key name comes twice"),
        ("pixel: [", "line 1, column 9: expected the node content, but found '<stream end>'"),
        ('pixel: "', "line 1, column 9: found unexpected end of stream"),
        ("pixel: a\ngoals: &g [*g]", "line 2, column 8: found unconstructable recursive node"),
        ("pixel: \0", "character 8: special characters are not allowed"),
        ("pixel: " + "[" * 5000, "lists or maps lie too deep in one another"),
        ("pixel: a\n<<: {goals: []}", "the file: << is not one of pixel, goals, funnels"),
    ],
)
def test_what_a_file_may_not_say_is_told_with_its_place(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "goals.yaml"
    file.write_text(text)
    with pytest.raises(InputError, match=re.escape(sentence)) as refusal:
        load_file(file)
    assert str(refusal.value).startswith(f"{file}: ")
    assert "\n" not in str(refusal.value)


def test_a_file_makes_no_objects() -> None:
    (part,) = read_text("pixel: !!python/object/apply:os.getcwd px_a")
    assert part.pixel == "px_a"


def test_a_file_of_other_bytes_or_too_many_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "goals.yaml"
    file.write_bytes(b"pixel: \xff")
    with pytest.raises(InputError, match="is not text in UTF-8"):
        load_file(file)
    file.write_text("#" * (MAX_FILE_BYTES + 1))
    with pytest.raises(InputError, match="more than 1000000 bytes"):
        load_file(file)
    file.write_text("pixel: a" + " " * (MAX_FILE_BYTES - 8))
    assert load_file(file)[0].pixel == "a"


def test_what_has_no_end_is_not_read_to_it() -> None:
    with pytest.raises(InputError, match="/dev/zero: more than 1000000 bytes"):
        load_file(Path("/dev/zero"))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"{tmp_path}: Is a directory"):
        load_file(tmp_path)
