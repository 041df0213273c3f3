"""What commands print, for scripts and for terminals."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from pixelweave_cli.output import Printer, dump_json, show_safely

if TYPE_CHECKING:
    from typing import Any

HOSTILE = "a\x1b[2Jb\tc\nd\x9b31m\u202ee"
ROWS: list[dict[str, Any]] = [{"name": HOSTILE, "labels": {"k": "ü"}, "value": None}]


def test_a_pipe_gets_names_and_tabs_without_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    Printer(as_json=False).print_rows(ROWS, ("name", "labels", "value"))
    header, row, end = capsys.readouterr().out.split("\n")
    assert header == "name\tlabels\tvalue"
    assert row.split("\t") == ["a\\u001b[2Jb\\u0009c\\u000ad\\u009b31m\\u202ee", '{"k": "ü"}', ""]
    assert end == ""


def test_json_is_one_object_a_line_that_reads_back_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    Printer(as_json=True).print_rows(ROWS, ("name",))
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == ROWS[0]
    assert "\x1b" not in line
    assert "\x9b" not in line
    assert "ü" in line


def test_a_terminal_gets_a_table_and_no_colour_with_no_color(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    Printer(as_json=False).print_rows([{"name": "[red]plain[/red]", "value": "1"}], ("name", "value"))
    printed = capsys.readouterr().out
    assert "\t" not in printed
    assert "[red]plain[/red]" in printed
    assert "\x1b[3" not in printed


def test_a_key_stays_in_one_piece_in_a_narrow_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("FORCE_COLOR", "1"), ("NO_COLOR", "1"), ("COLUMNS", "60")):
        monkeypatch.setenv(name, value)
    row = {
        "pixel_id": "px_7kq2m9xw4bcd",
        "name": "A rather long name of a shop",
        "key": "52fb5565a7b23ec66fad3988",
    }
    Printer(as_json=False).print_rows([row], tuple(row))
    printed = capsys.readouterr().out
    assert row["pixel_id"] in printed
    assert row["key"] in printed
    assert row["name"] not in printed


def test_a_day_and_its_numbers_stay_in_one_piece_in_a_narrow_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("FORCE_COLOR", "1"), ("NO_COLOR", "1"), ("COLUMNS", "60")):
        monkeypatch.setenv(name, value)
    row = {"goal": "A goal with a name as long as they come", "source": "built-in", "day": "2025-06-30"}
    numbers = {"conversions": 1_234_567, "sessions": 1_234_567, "value": "12345.50 EUR, 5 points"}
    Printer(as_json=False).print_rows([row | numbers], (*row, *numbers))
    printed = capsys.readouterr().out
    assert all(text in printed for text in ("built-in", "2025-06-30", "conversions", "1234567"))


def test_a_record_is_printed_a_line_a_field(capsys: pytest.CaptureFixture[str]) -> None:
    Printer(as_json=False).print_record({"id": 1, "hosts": ["a", "b"], "none": None})
    assert capsys.readouterr().out == 'id     1\nhosts  ["a", "b"]\nnone   \n'


def test_a_note_is_not_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    Printer(as_json=False).print_note("hello")
    Printer(as_json=True).print_note("hello")
    assert capsys.readouterr().out == ""


def test_a_note_has_no_control_characters(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("FORCE_COLOR", "1"), ("NO_COLOR", "1")):
        monkeypatch.setenv(name, value)
    Printer(as_json=False).print_note("a \u202eb \x9b31m")
    assert "a \\u202eb \\u009b31m" in capsys.readouterr().out


@pytest.mark.parametrize(("value", "text"), [(None, ""), ("", ""), (0, "0"), (True, "True"), ("ü", "ü")])
def test_plain_values_are_shown_plainly(value: object, text: str) -> None:
    assert show_safely(value) == text


def test_json_of_nested_values_has_no_raw_control_characters() -> None:
    assert dump_json({"a": [HOSTILE]}).isprintable()
