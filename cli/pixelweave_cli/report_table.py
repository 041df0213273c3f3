"""Reports as they leave the tool: rows for a terminal, a pipe or JSON, and CSV for a spreadsheet."""

from __future__ import annotations

import csv
import unicodedata
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING, Any

from pixelweave.goal_report import TOTAL, write_amount
from pixelweave.outcome import OUTCOMES

from pixelweave_cli.goal_description import tell_values
from pixelweave_cli.output import show_safely

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pixelweave.goal_report import GoalRow, HitRow

# What spreadsheets take for the beginning of a formula (OWASP, «CSV Injection»), once a character is in its plain form.
_FORMULA = frozenset("=+-@\t\r\n")
HITS = "hits"


def list_goal_records(rows: Iterable[GoalRow], by: str) -> list[dict[str, Any]]:
    """Return goals for JSON: amounts are text, exact; the bucket is under the name of what was asked for, if anything."""
    return [
        {"kind": "goal", "goal": row.goal, "source": row.source}
        | ({} if by == TOTAL else {by: row.bucket})
        | {
            "conversions": row.conversions,
            "sessions": row.sessions,
            "values": {unit: write_amount(amount) for unit, amount in row.values.items()},
        }
        for row in rows
    ]


def list_hit_records(rows: Iterable[HitRow], by: str) -> list[dict[str, Any]]:
    """Return hits by outcome for JSON."""
    return [{"kind": HITS} | ({} if by == TOTAL else {by: row.bucket}) | dict(row.rows) for row in rows]


def show_values(record: dict[str, Any]) -> dict[str, Any]:
    """Return a goal's record with its values in one line, such as `12.50 EUR, 5 points`."""
    return record | {"value": tell_values(record["values"])}


def write_csv(goals: Sequence[GoalRow], hits: Sequence[HitRow], by: str, hits_by: str) -> str:
    """Return the report as CSV (RFC 4180): a line a goal and bucket with a column a unit, then a line an outcome and bucket."""
    units = sorted({unit for row in goals for unit in row.values})
    bucket = [] if by == TOTAL else [f"{by}_utc" if by in ("day", "hour") else by]
    lines: list[list[str | int | Decimal | None]] = [
        ["goal", "source", *bucket, "conversions", "sessions", *(f"value_{unit}" for unit in units)]
    ]
    for row in goals:
        place = [row.bucket] if bucket else []
        amounts = [row.values.get(unit) for unit in units]
        lines.append([row.goal, row.source, *place, row.conversions, row.sessions, *amounts])
    for hit in hits:
        place = [hit.bucket if hits_by == by else ""] if bucket else []
        lines += [
            [outcome, HITS, *place, hit.rows[outcome], None, *[None] * len(units)] for outcome in OUTCOMES
        ]
    target = StringIO()
    csv.writer(target).writerows([write_cell(value) for value in line] for line in lines)
    return target.getvalue()


def write_cell(value: str | int | Decimal | None) -> str:
    """Return a cell: a number as it is, and text so that no spreadsheet takes it for a formula, nor a terminal for a command."""
    if value is None:
        return ""
    if isinstance(value, int | Decimal):
        return write_amount(Decimal(value))
    return show_safely(f"'{value}" if _looks_like_formula(value) else value)


def _looks_like_formula(text: str) -> bool:
    """Whether the first character that is seen, in its plain form, begins a formula; full-width and small forms do so too."""
    for character in unicodedata.normalize("NFKC", text):
        if character in _FORMULA:
            return True
        if not character.isspace() and unicodedata.category(character) not in ("Cf", "Cc", "Zs"):
            return False
    return False
