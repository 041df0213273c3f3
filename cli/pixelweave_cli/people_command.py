"""`pixelweave people …`: show, explain, forget, export."""

from typing import Annotated, Any

import typer
from pixelweave.forgetting import Tally, count_tree
from pixelweave_aws.person_store import PersonForgottenError

from pixelweave_cli.confirmation import confirm
from pixelweave_cli.failure import IncompleteError, SafeGroup
from pixelweave_cli.option import Json, PhoneRegion, Since, runtime_of
from pixelweave_cli.output import Printer
from pixelweave_cli.people_query import ViewMissingError, read_spans, read_timeline, write_timeline
from pixelweave_cli.people_report import (
    EVENT_COLUMNS,
    SECTIONS,
    STEP_COLUMNS,
    describe_person,
    explain,
    shorten,
)
from pixelweave_cli.people_search import Search
from pixelweave_cli.window import parse_window

Who = Annotated[
    str,
    typer.Argument(
        metavar="ID|EMAIL",
        help="A person's id, an e-mail address, a phone number, a digest, or TYPE:VALUE (user_id:42@PIXEL_ID).",
    ),
]
Workspace = Annotated[
    str | None,
    typer.Option(help="Where the identifier belongs to. (default: the only workspace that there is)"),
]
SHOWN_SINCE = "90d"
# Before any event: «everything».
FIRST_DAY = "2000-01-01"

app = typer.Typer(
    cls=SafeGroup, no_args_is_help=True, help="See who somebody is and why; export or forget them."
)


@app.command()
def show(
    ctx: typer.Context,
    who: Who,
    *,
    workspace: Workspace = None,
    region: PhoneRegion = "US",
    since: Since = SHOWN_SINCE,
    limit: Annotated[int, typer.Option(help="At most so many events.")] = 50,
    as_json: Json = False,
) -> None:
    """Show a person: identifiers, sessions, traits, merges, refusals, and the newest events."""
    runtime = runtime_of(ctx)
    window = parse_window(since, None, runtime.now())
    root = Search(runtime, workspace, region).find(who).root
    statement = write_timeline(root.person_id, window, limit)
    record = describe_person(runtime.people.read_tree(root.person_id))
    try:
        record |= {
            "spans": read_spans(runtime.lake, root.person_id),
            "events": read_timeline(runtime.lake, statement),
            "events_missing": None,
        }
    except ViewMissingError as exc:
        # What the table holds is worth showing by itself, say right after a first deploy.
        record |= {"spans": None, "events": None, "events_missing": str(exc)}
    _print_person(record, Printer(as_json=as_json))


@app.command("explain")
def explain_two(
    ctx: typer.Context,
    one: Who,
    other: Who,
    *,
    workspace: Workspace = None,
    region: PhoneRegion = "US",
    as_json: Json = False,
) -> None:
    """Tell by which hits two identifiers are one person, or what kept them apart."""
    runtime = runtime_of(ctx)
    search = Search(runtime, workspace, region)
    found = [search.find(name) for name in (one, other)]
    trees = [runtime.people.read_tree(each.root.person_id) for each in found]
    record = explain((found[0], trees[0]), (found[1], trees[1]))
    printer = Printer(as_json=as_json)
    if as_json:
        printer.print_record(record)
        return
    verdict = "one person" if record["is_one_person"] else "not one person"
    printer.print_text(f"{verdict} ({', '.join(record['persons'])}): {record['because']}")
    if record["steps"]:
        printer.print_rows(map(shorten, record["steps"]), STEP_COLUMNS)
    if record["refusals"]:
        printer.print_rows(map(shorten, record["refusals"]), (*SECTIONS["refusals"], "meaning"))


@app.command()
def forget(
    ctx: typer.Context,
    who: Who,
    *,
    workspace: Workspace = None,
    region: PhoneRegion = "US",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Erase a person for good, and keep it from being known again. Running it again finishes what was interrupted."""
    runtime = runtime_of(ctx)
    printer = Printer(as_json=as_json)
    try:
        found = Search(runtime, workspace, region).find_even_forgotten(who)
    except PersonForgottenError:
        # Nothing is left that leads from the identifier to anybody.
        printer.print_record(_describe_erasure(None, Tally(), dry_run=dry_run))
        return
    tally = count_tree(runtime.people.read_tree(found.root.person_id))
    if dry_run:
        printer.print_record(_describe_erasure(found.root.person_id, tally, dry_run=True))
        return
    _confirm(tally, yes=yes)
    done = runtime.eraser.forget(found.root.person_id, found.keys)
    printer.print_record(_describe_erasure(done.root_id, done.tally, dry_run=False))
    if not done.is_complete:
        raise IncompleteError("the index does not show all that the person holds yet; run it again")


@app.command()
def export(
    ctx: typer.Context,
    who: Who,
    *,
    workspace: Workspace = None,
    region: PhoneRegion = "US",
    as_json: Json = False,
) -> None:
    """Print everything that is held of a person as one JSON document, with all events."""
    del as_json  # the document is JSON anyway; the option is about how errors are told
    runtime = runtime_of(ctx)
    root = Search(runtime, workspace, region).find(who).root
    window = parse_window(FIRST_DAY, None, runtime.now())
    record = describe_person(runtime.people.read_tree(root.person_id)) | {
        "spans": read_spans(runtime.lake, root.person_id),
        "events": read_timeline(runtime.lake, write_timeline(root.person_id, window, None)),
    }
    Printer(as_json=True).print_record(record)
    if not record["is_complete"]:
        raise IncompleteError("the index does not show all that the person holds yet; run it again")


def _print_person(record: dict[str, Any], printer: Printer) -> None:
    if printer.as_json:
        printer.print_record(record)
        return
    lists = (*SECTIONS, "spans", "events")
    printer.print_record({name: value for name, value in record.items() if name not in lists})
    columns = SECTIONS | {"events": EVENT_COLUMNS}
    for name, shown in columns.items():
        if record[name]:
            printer.print_text(f"\n# {name}")
            printer.print_rows(map(shorten, record[name]), shown)


def _describe_erasure(person_id: str | None, tally: Tally, *, dry_run: bool) -> dict[str, Any]:
    return {"person_id": person_id, "dry_run": dry_run} | tally.to_record()


def _confirm(tally: Tally, *, yes: bool) -> None:
    counts = ", ".join(f"{number} {name}" for name, number in tally.to_record().items())
    confirm(f"Erase {counts} for good?", yes=yes, instead="--dry-run shows what would be erased")
