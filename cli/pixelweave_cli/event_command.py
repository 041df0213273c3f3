"""`pixelweave events …`: list, count, tail, failed, replay."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import count as count_from
from typing import Annotated, Any

import typer
from pixelweave_aws.error_store import ErrorObjectError

from pixelweave_cli.event_query import Selection, read_event, write_count, write_list
from pixelweave_cli.failure import IncompleteError, InputError, SafeGroup
from pixelweave_cli.failure_summary import summarize_failures
from pixelweave_cli.option import (
    SINCE,
    Json,
    OutcomeFilter,
    PixelFilter,
    Since,
    TypeFilter,
    Until,
    runtime_of,
)
from pixelweave_cli.output import Printer
from pixelweave_cli.replay import TALLY_COLUMNS, Tally, replay_errors, replay_spill
from pixelweave_cli.runtime import Runtime
from pixelweave_cli.window import parse_window

COLUMNS = ("received_at", "dialect", "type", "name", "outcome", "reason", "host", "path", "value", "currency")
FAILURE_COLUMNS = ("kind", "records", "code", "message", "first", "last", "sample")
MIN_INTERVAL_SECONDS = 2.0
# Rows come late (Firehose's buffer, retries) and out of order, so each poll looks back further than the last
# one.
TAIL_BACK = "30m"
TAIL_ROWS = 1000

app = typer.Typer(
    cls=SafeGroup, no_args_is_help=True, help="Read the event log; find and replay what failed."
)


@app.command("list")
def list_events(  # noqa: PLR0913 - each parameter is an option of the command line
    ctx: typer.Context,
    *,
    pixel: PixelFilter = None,
    since: Since = SINCE,
    until: Until = None,
    outcome: OutcomeFilter = None,
    event_type: TypeFilter = None,
    limit: Annotated[int, typer.Option(help="At most so many rows.")] = 100,
    as_json: Json = False,
) -> None:
    """List events, the newest first. With --json all columns, else the main ones."""
    runtime = runtime_of(ctx)
    selection = Selection(parse_window(since, until, runtime.now()), pixel, outcome, event_type)
    Printer(as_json=as_json).print_rows(_read_events(runtime, selection, limit), COLUMNS)


@app.command()
def count(  # noqa: PLR0913 - each parameter is an option of the command line
    ctx: typer.Context,
    *,
    by: Annotated[
        str, typer.Option(help="Columns to group by, with commas; empty: the total.")
    ] = "dialect,outcome",
    pixel: PixelFilter = None,
    since: Since = SINCE,
    until: Until = None,
    outcome: OutcomeFilter = None,
    event_type: TypeFilter = None,
    as_json: Json = False,
) -> None:
    """Count the rows of the log in groups. Every hit is a row, repeated ones too."""
    runtime = runtime_of(ctx)
    columns = [column.strip() for column in by.split(",") if column.strip()]
    if len(set(columns)) < len(columns):
        raise InputError("--by: a column is named twice")
    selection = Selection(parse_window(since, until, runtime.now()), pixel, outcome, event_type)
    statement = write_count(runtime.stack.events_table_name, selection, columns)
    rows = [
        row | {"events": int(row["events"] or 0)}
        for row in runtime.lake.query(statement.sql, statement.parameters)
    ]
    Printer(as_json=as_json).print_rows(rows, (*columns, "events"))


@app.command()
def tail(
    ctx: typer.Context,
    *,
    pixel: PixelFilter = None,
    outcome: OutcomeFilter = None,
    event_type: TypeFilter = None,
    interval: Annotated[float, typer.Option(metavar="SECONDS", help="Between two looks, at least 2.")] = 10.0,
    polls: Annotated[
        int | None, typer.Option(min=1, help="Stop after so many looks. (default: never)")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print events as they reach the log (they do in batches); Ctrl-C ends it.

    Each look is an Athena query.
    """
    if interval < MIN_INTERVAL_SECONDS:
        raise InputError(f"--interval: {interval:g} is less than {MIN_INTERVAL_SECONDS:g} seconds")
    runtime = runtime_of(ctx)
    printer = Printer(as_json=as_json)
    seen: set[str] = set()
    with suppress(KeyboardInterrupt):
        for poll in count_from(1):
            selection = Selection(parse_window(TAIL_BACK, None, runtime.now()), pixel, outcome, event_type)
            rows = _read_events(runtime, selection, TAIL_ROWS)
            printer.print_lines([row for row in reversed(rows) if row["event_id"] not in seen], COLUMNS)
            seen = {row["event_id"] for row in rows}
            if poll == polls:
                return
            runtime.sleep(interval)


@app.command()
def failed(ctx: typer.Context, *, as_json: Json = False) -> None:
    """Show what Firehose could not deliver, by reason, and what waits in the spill queue.

    No personal data.
    """
    runtime = runtime_of(ctx)
    unreadable: list[str] = []

    def read_all() -> Iterator[Any]:
        for key in runtime.errors.list():
            try:
                yield from runtime.errors.read(key)
            except ErrorObjectError:
                unreadable.append(key)

    rows = summarize_failures(read_all())
    rows += [{"kind": "unreadable object", "records": None, "message": key} for key in unreadable]
    rows += [
        {"kind": f"{name} queue", "records": number, "message": "messages waiting"}
        for name, queue in runtime.spill_queues.items()
        if (number := queue.count())
    ]
    printer = Printer(as_json=as_json)
    printer.print_rows(rows, FAILURE_COLUMNS)
    printer.print_note("Give them another try: pixelweave events replay" if rows else "Nothing failed.")


@app.command()
def replay(
    ctx: typer.Context,
    *,
    spill: Annotated[
        bool,
        typer.Option("--spill", help="Drain the spill queue and its dead letters, not the error prefix."),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    as_json: Json = False,
) -> None:
    """Deliver what failed again.

    A source is emptied only of what was wholly accepted; running it again is safe.
    """
    runtime = runtime_of(ctx)
    tallies: dict[str, Tally] = {}
    if not spill:
        tallies["error prefix"] = replay_errors(runtime.errors, runtime.redelivery, dry_run=dry_run)
    else:
        for name, queue in runtime.spill_queues.items():
            tallies[name] = (
                Tally(places=queue.count()) if dry_run else replay_spill(queue, runtime.redelivery)
            )
    rows = [{"source": name, **tally.to_record()} for name, tally in tallies.items()]
    Printer(as_json=as_json).print_rows(rows, ("source", *TALLY_COLUMNS))
    if not dry_run and not all(tally.is_complete for tally in tallies.values()):
        raise IncompleteError("not everything was accepted or readable; the rest stays where it is")


def _read_events(runtime: Runtime, selection: Selection, limit: int) -> list[dict[str, Any]]:
    # Not lazily: a query that fails must not leave the names of columns on a pipe.
    statement = write_list(runtime.stack.events_table_name, selection, limit)
    return [read_event(row) for row in runtime.lake.query(statement.sql, statement.parameters)]
