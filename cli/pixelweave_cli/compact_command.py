"""`pixelweave compact`: settled days of the log packed now instead of tonight."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from pixelweave_aws.day_report import REFUSED, UNFINISHED, WOULD_PACK, DayReport

from pixelweave_cli.failure import IncompleteError, InputError
from pixelweave_cli.option import Json, runtime_of
from pixelweave_cli.output import Printer

COLUMNS = (
    "log",
    "day",
    "state",
    "objects_before",
    "bytes_before",
    "objects_after",
    "bytes_after",
    "rows",
    "reason",
)


def compact(
    ctx: typer.Context,
    *,
    day: Annotated[
        str | None,
        typer.Option("--day", metavar="DAY", help="Only this UTC day. (default: all settled ones)"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be done.")] = False,
    as_json: Json = False,
) -> None:
    """Merge the small objects of settled days into few sorted ones. Exit code 4: a day was refused, or time was up."""
    found = runtime_of(ctx).compact_call.run(_read_day(day), dry_run=dry_run)
    Printer(as_json=as_json).print_rows(map(_describe, found), COLUMNS)
    left = [f"{each.log} {each.day}" for each in found if each.state in {REFUSED, UNFINISHED}]
    if left:
        said = "1 day is left" if len(left) == 1 else f"{len(left)} days are left, the first"
        raise IncompleteError(f"{said}: {left[0]}; see docs/compaction.md")


def _describe(report: DayReport) -> dict[str, Any]:
    """A day as it is printed: how large it will be once packed is not known before."""
    unknown = {"objects_after": None, "bytes_after": None} if report.state == WOULD_PACK else {}
    return report.to_record() | unknown


def _read_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError as exc:
        raise InputError(f"--day: {text!r} is not a day such as 2025-06-30") from exc
