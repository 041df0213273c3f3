"""Reports as JSON and CSV."""

from __future__ import annotations

import csv
import unicodedata
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelweave.goal_report import GoalRow, HitRow
from pixelweave_cli.report_table import (
    list_goal_records,
    list_hit_records,
    show_values,
    write_cell,
    write_csv,
)

GOALS = [
    GoalRow("Paid", "defined", "2025-06-30", 3, 2, {"EUR": Decimal("-12.5"), "points": Decimal(5)}),
    GoalRow('=HYPERLINK("x")', "hit", "2025-06-30", 1),
]
HITS = [HitRow("2025-06-30", {"accepted": 4, "rejected": 0, "bot": 1, "test": 0})]


def read(text: str) -> list[list[str]]:
    """Return the cells of CSV."""
    return list(csv.reader(StringIO(text, newline="")))


def test_goals_are_objects_with_exact_amounts_as_text() -> None:
    assert list_goal_records(GOALS, "day")[0] == {
        "kind": "goal",
        "goal": "Paid",
        "source": "defined",
        "day": "2025-06-30",
        "conversions": 3,
        "sessions": 2,
        "values": {"EUR": "-12.50", "points": "5"},
    }
    assert "total" not in list_goal_records(GOALS, "total")[0]
    assert list_hit_records(HITS, "day") == [{"kind": "hits", "day": "2025-06-30", **HITS[0].rows}]
    assert list_hit_records(HITS, "total") == [{"kind": "hits", **HITS[0].rows}]


def test_people_see_values_in_one_line() -> None:
    assert show_values(list_goal_records(GOALS, "day")[0])["value"] == "-12.50 EUR, 5 points"


def test_csv_has_a_column_a_unit_and_lines_for_outcomes() -> None:
    text = write_csv(GOALS, HITS, "day", "day")
    assert text.endswith("test,hits,2025-06-30,0,,,\r\n")
    assert read(text)[:4] == [
        ["goal", "source", "day_utc", "conversions", "sessions", "value_EUR", "value_points"],
        ["Paid", "defined", "2025-06-30", "3", "2", "-12.50", "5"],
        ['\'=HYPERLINK("x")', "hit", "2025-06-30", "1", "", "", ""],
        ["accepted", "hits", "2025-06-30", "4", "", "", ""],
    ]


def test_csv_by_channel_has_the_hits_of_the_whole_stretch() -> None:
    lines = read(write_csv([GoalRow("Paid", "hit", "email", 1)], HITS, "channel", "total"))
    assert lines[0][2] == "channel"
    assert lines[2] == ["accepted", "hits", "", "4", ""]
    assert read(write_csv(GOALS, HITS, "total", "total"))[1] == ["Paid", "defined", "3", "2", "-12.50", "5"]


@pytest.mark.parametrize(
    "text",
    ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "  =1", "\u00a0=1", "\u200b=1", "\ufeff=1", "\uff1d1", "\uff0b1", "\uff0d1",
     "\uff20a", "\ufe661", "\u3000-1", "\u202e=1", "\t"],
)  # fmt: skip
def test_what_begins_like_a_formula_is_text(text: str) -> None:
    assert write_cell(text).startswith("'")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("Paid", "Paid"),
        ("a=b", "a=b"),
        ("'=1", "'=1"),
        ("", ""),
        (None, ""),
        (-5, "-5"),
        (Decimal("-0.5"), "-0.50"),
        ("a\x1b[2J", "a\\u001b[2J"),
    ],
)
def test_everything_else_is_as_it_is_and_numbers_stay_numbers(
    value: str | int | Decimal | None, cell: str
) -> None:
    assert write_cell(value) == cell


@given(st.lists(st.text(max_size=12) | st.from_regex(r"[ \t\u200b]*[=+@\-＝].*", fullmatch=True), max_size=4))
def test_no_cell_of_text_begins_like_a_formula_and_none_is_lost(names: list[str]) -> None:
    lines = read(write_csv([GoalRow(name, "hit", "x", 1) for name in names], [], "channel", "channel"))
    assert len(lines) == len(names) + 1
    for name, line in zip(names, lines[1:], strict=True):
        cell = line[0]
        plain = unicodedata.normalize("NFKC", cell).lstrip()
        assert not plain.startswith(("=", "+", "-", "@", "\t", "\r"))
        assert cell.isprintable() or name == "" or not name.isprintable()
        assert len(line) == 5
