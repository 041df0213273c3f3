"""What commands print: JSON, a table for a terminal, or tab-separated lines for a pipe.

What stands in rows came from strangers, so control characters, which could drive a terminal, never get
through raw.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# C0, DEL and C1 controls, and the marks that reorder text (Unicode Bidirectional Algorithm, 2).
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# What people copy from a table, and what is short, stays in one piece, however narrow the terminal.
_WHOLE = frozenset(
    {
        "pixel_id",
        "key",
        "source",
        "day",
        "hour",
        "once",
        "conversions",
        "sessions",
        "what",
        "matches",
        "repaired",
    }
)


def show_safely(value: object) -> str:
    """Return a value as one line of text: null as nothing, maps and lists as JSON, control characters escaped."""
    if value is None:
        return ""
    if isinstance(value, dict | list | tuple):
        return dump_json(value)
    return _UNSAFE.sub(_escape, str(value))


def dump_json(value: object) -> str:
    """Return compact one-line JSON, readable in any script, without raw control characters."""
    return _UNSAFE.sub(_escape, json.dumps(value, ensure_ascii=False))


def show_time(moment_ms: int | None) -> str | None:
    """Return Unix milliseconds as ISO 8601 in UTC."""
    if moment_ms is None:
        return None
    return (
        datetime.fromtimestamp(moment_ms / 1000, UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


class Printer:
    """Prints rows and records in the form that was asked for."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        # Rich finds out whether this is a terminal, and heeds NO_COLOR.
        self._console = Console(soft_wrap=False, highlight=False)

    def print_rows(self, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
        """Print each row: as JSON whole and one a line, else the given columns of it."""
        if self.as_json:
            for row in rows:
                self._write(dump_json(row))
        elif self._console.is_terminal:
            self._print_table(list(rows), columns)
        else:
            self._write("\t".join(columns))
            for row in rows:
                self._write("\t".join(show_safely(row.get(column)) for column in columns))

    def print_lines(self, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
        """Print rows as they come, without waiting for the last one."""
        for row in rows:
            if self.as_json:
                self._write(dump_json(row))
            else:
                self._write("\t".join(show_safely(row.get(column)) for column in columns))

    def print_record(self, record: Mapping[str, Any]) -> None:
        """Print one record: as JSON, else a line a field."""
        if self.as_json:
            self._write(dump_json(record))
            return
        width = max(map(len, record))
        for name, value in record.items():
            self._write(f"{name:<{width}}  {show_safely(value)}")

    def print_text(self, text: str) -> None:
        """Print text that is meant to be pasted, or read, as it is."""
        self._write(text)

    def print_note(self, sentence: str) -> None:
        """Say something to a person at a terminal; a script does not hear it."""
        if not self.as_json and self._console.is_terminal:
            self._console.print(Text(show_safely(sentence), style="dim"))

    def _print_table(self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
        table = Table(box=None, header_style="bold", pad_edge=False)
        for column in columns:
            table.add_column(column, overflow="fold", no_wrap=column in _WHOLE)
        for row in rows:
            table.add_row(*(Text(show_safely(row.get(column))) for column in columns))
        self._console.print(table)

    def _write(self, line: str) -> None:
        self._console.file.write(line + "\n")
        self._console.file.flush()
