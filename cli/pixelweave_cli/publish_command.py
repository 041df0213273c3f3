"""`pixelweave publish`, and `pixelweave dashboard deploy`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pixelweave.dashboard_part import choose_parts

from pixelweave_cli.failure import IncompleteError, InputError, SafeGroup
from pixelweave_cli.option import Json, runtime_of
from pixelweave_cli.output import Printer

if TYPE_CHECKING:
    from pixelweave_aws.publish_call import PublishedPart

COLUMNS = ("part", "days", "rows", "mb_scanned", "seconds", "error")
PAGE = Path("dashboard", "page")

app = typer.Typer(cls=SafeGroup, no_args_is_help=True, help="Look after the dashboard's page.")


@app.callback()
def dashboard() -> None:
    """Look after the dashboard's page."""


def publish(
    ctx: typer.Context,
    *,
    since: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="DAY", help="Compute again from this UTC day on. (default: what is due)"
        ),
    ] = None,
    part: Annotated[
        list[str] | None,
        typer.Option("--part", metavar="NAME", help="Only this part, such as goals; repeat for more."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Compute the dashboard's numbers now (Athena queries). Exit code 4: a part failed and keeps its old numbers."""
    runtime = runtime_of(ctx)
    wanted = _read_day(since, datetime.fromtimestamp(runtime.now(), UTC).date())
    try:
        choose_parts(part or ())
    except ValueError as exc:
        raise InputError(f"--part: {exc}") from exc
    done = runtime.publish_call.run(wanted, part or ())
    Printer(as_json=as_json).print_rows(map(_describe, done), COLUMNS)
    failed = [each.part for each in done if each.error is not None]
    if failed:
        raise IncompleteError(f"{', '.join(failed)} failed; the other parts are published")


@app.command()
def deploy(
    ctx: typer.Context,
    *,
    page: Annotated[
        Path | None,
        typer.Option(help="The page's folder. (default: dashboard/page here or in a parent folder)"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Upload the dashboard's page to its bucket; its numbers come by `publish`."""
    runtime = runtime_of(ctx)
    folder = page or _find_page(Path.cwd())
    keys = runtime.page_upload.run(folder)
    url = runtime.stack.dashboard_url
    printer = Printer(as_json=as_json)
    printer.print_record(
        {"files": len(keys), "bucket": runtime.stack.dashboard_bucket_name, "url": url or None}
    )
    if not url:
        printer.print_note("The dashboard has no address: docs/dashboard.md tells how to give it one.")


def _describe(done: PublishedPart) -> dict[str, Any]:
    record = asdict(done)
    return record | {
        "mb_scanned": f"{done.bytes_scanned / 1_000_000:.1f}",
        "seconds": f"{done.milliseconds / 1000:.1f}",
    }


def _read_day(text: str | None, today: date) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as exc:
        raise InputError(f"--from: {text!r} is not a day such as 2025-06-30") from exc
    if day > today:
        raise InputError(f"--from: {day} is still to come")
    return day


def _find_page(folder: Path) -> Path:
    for parent in (folder, *folder.parents):
        if (parent / PAGE).is_dir():
            return parent / PAGE
    raise InputError("no dashboard/page here or in a parent folder; name one with --page")
