"""`pixelweave identity …`: rebuild, redrive."""

from typing import Annotated, Any

import typer
from pixelweave.link_log import LinkLog, read_link_log
from pixelweave.rebuilding import Comparison, Difference
from pixelweave.repair import Repair
from pixelweave_aws.sql import quote_name

from pixelweave_cli.failure import DifferenceError, IncompleteError, InputError, SafeGroup
from pixelweave_cli.option import Json, runtime_of
from pixelweave_cli.output import Printer, show_time
from pixelweave_cli.replay import TALLY_COLUMNS, Tally, redrive_identities
from pixelweave_cli.runtime import Runtime

COLUMNS = ("kind", "person_id", "other_id", "type", "scope", "subject", "since", "event_id")
LOG_COLUMNS = (
    "kind",
    "workspace_id",
    "leaf_type",
    "scope",
    "leaf",
    "person_id",
    "survivor_id",
    "node_type",
    "digest",
    "since",
    "event_id",
)

app = typer.Typer(cls=SafeGroup, no_args_is_help=True, help="Look after the identity table.")


@app.callback()
def look_after() -> None:
    """Look after the identity table."""


@app.command()
def rebuild(
    ctx: typer.Context,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Only print the differences; exit code 1 if any. (default)")
    ] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="Put back into the table what the log has and it lacks.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Hold the identity table against the links log. The forgotten are never brought back.

    Reads the whole log (an Athena query) and all that it speaks of in the table.
    """
    if check and repair:
        raise InputError("--check or --repair, not both")
    runtime = runtime_of(ctx)
    log = _read_log(runtime)
    now = int(runtime.now() * 1000)
    printer = Printer(as_json=as_json)
    if not repair:
        found = Comparison(log, runtime.people, now).find()
        printer.print_rows(map(_describe, found), COLUMNS)
        if found:
            raise DifferenceError(f"{len(found)} differences; --repair puts back what is missing")
        printer.print_note("The table has all that the log has.")
        return
    found, left = Repair(log, runtime.people, now).run()
    rest = set(left)
    rows = [_describe(each) | {"repaired": each not in rest} for each in found]
    printer.print_rows(rows, (*COLUMNS, "repaired"))
    if left:
        raise IncompleteError(
            f"{len(left)} differences are left; forget again who is not_forgotten, and run it again for the others"
        )


@app.command()
def redrive(
    ctx: typer.Context,
    *,
    malformed: Annotated[
        bool,
        typer.Option(
            "--malformed", help="Also what was set aside as malformed, after a fix of the sender or reader."
        ),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    as_json: Json = False,
) -> None:
    """Send the dead letters of the identify queue to it again. Stitching a message twice changes nothing."""
    runtime = runtime_of(ctx)
    queue = runtime.identify_dead_letters
    tally = (
        Tally(places=queue.count())
        if dry_run
        else redrive_identities(queue, runtime.redelivery, malformed=malformed)
    )
    Printer(as_json=as_json).print_rows([tally.to_record()], TALLY_COLUMNS)
    if not dry_run and not tally.is_complete:
        raise IncompleteError("what was set aside as malformed, or was not accepted, stays where it is")


def _read_log(runtime: Runtime) -> LinkLog:
    columns = ", ".join(f'CAST(l."{name}" AS VARCHAR) AS "{name}"' for name in LOG_COLUMNS)
    table = quote_name(runtime.stack.links_table_name)
    return read_link_log(runtime.lake.query(f"SELECT DISTINCT {columns} FROM {table} l"))  # noqa: S608 - constants, quoted names


def _describe(difference: Difference) -> dict[str, Any]:
    claim, node, leaf, link = difference.claim, difference.node, difference.leaf, difference.link
    other_id = claim.person_id if difference.person_id != claim.person_id else None
    kind, scope, subject = (
        (node.kind, node.scope, node.digest)
        if node
        else (leaf.kind, leaf.scope, leaf.value)
        if leaf
        else (None, None, None)
    )
    return {
        "kind": difference.kind,
        "person_id": difference.person_id,
        "other_id": other_id,
        "type": kind,
        "scope": scope,
        "subject": subject,
        "since": show_time(link.since if link else claim.since),
        "event_id": link.by if link else claim.event_id,
    }
