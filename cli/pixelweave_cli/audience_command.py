"""`pixelweave audiences …`: create, list, show, preview, export, schedule, remove, templates."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pixelweave.audience import AudienceRecord, AudienceSpec
from pixelweave.audience_export import FORMS, SHA256, Export, describe_export, write_export
from pixelweave.audience_form import write_audience
from pixelweave.audience_member import Evaluation, leave_out
from pixelweave.audience_template import TEMPLATES, read_template

from pixelweave_cli.audience_book import AudienceBook, fill_template, read_file
from pixelweave_cli.audience_report import (
    COLUMNS,
    MEMBER_COLUMNS,
    STEP_COLUMNS,
    describe_audience,
    describe_last,
    list_members,
    list_steps,
)
from pixelweave_cli.confirmation import confirm
from pixelweave_cli.failure import InputError, SafeGroup
from pixelweave_cli.goal_option import Yes
from pixelweave_cli.option import Json, runtime_of
from pixelweave_cli.output import Printer
from pixelweave_cli.private_file import write_private_file
from pixelweave_cli.runtime import Runtime
from pixelweave_cli.yaml_file import dump_yaml

MOST_SHOWN = 100
LAKE = "s3"

AudienceName = Annotated[str, typer.Argument(metavar="NAME", help="The audience's name, or its slug.")]
File = Annotated[Path | None, typer.Option("--file", help="A definition in YAML (docs/audiences.md).")]
Workspace = Annotated[
    str | None, typer.Option(help="Whose audience. (default: the only workspace that has one of this name)")
]

app = typer.Typer(cls=SafeGroup, no_args_is_help=True, help="Lists of people that make themselves.")


class Switch(StrEnum):
    """Whether an audience is evaluated on schedule."""

    ON = "on"
    OFF = "off"


@app.command()
def create(
    ctx: typer.Context,
    *,
    file: File = None,
    template: Annotated[str | None, typer.Option(help=f"One of {', '.join(TEMPLATES)}.")] = None,
    workspace: Annotated[str | None, typer.Option(help="Of a template: whose people.")] = None,
    name: Annotated[str | None, typer.Option(help="Of a template: another name.")] = None,
    goal: Annotated[
        list[str] | None,
        typer.Option("--goal", metavar="FROM=TO", help="Of a template: your goal's name; repeat for more."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Define an audience, in the place of the one of its name if there is one."""
    if (file is None) == (template is None):
        raise InputError("--file or --template: expected one of the two")
    if file is not None:
        if workspace is not None or name is not None or goal:
            raise InputError("--workspace, --name and --goal are for templates; a file says all that itself")
        spec = read_file(file)
    else:
        if workspace is None:
            raise InputError("--workspace: a template does not say whose people")
        spec = fill_template(str(template), workspace, name, _read_goals(goal or []))
    book = AudienceBook(runtime_of(ctx))
    record = book.save(spec)
    printer = Printer(as_json=as_json)
    printer.print_record(describe_audience(record))
    # A hit may name it tomorrow, so it is no error; a typing error it may be.
    if unknown := book.list_unknown(spec):
        printer.print_note(f"Neither defined nor reached so far: {'; '.join(unknown)}")


@app.command("list")
def list_audiences(
    ctx: typer.Context,
    *,
    workspace: Annotated[str | None, typer.Option(help="Only those of this workspace.")] = None,
    as_json: Json = False,
) -> None:
    """List the audiences."""
    records = runtime_of(ctx).audiences.definitions.list(workspace)
    Printer(as_json=as_json).print_rows(map(describe_audience, records), COLUMNS)


@app.command()
def templates(*, as_json: Json = False) -> None:
    """Print the templates that `create --template` takes."""
    printer = Printer(as_json=as_json)
    for name in TEMPLATES:
        text = read_template(name)
        if as_json:
            printer.print_record({"template": name, "definition": text})
        else:
            printer.print_text(f"# --template {name}\n{text}")


@app.command()
def show(
    ctx: typer.Context, name: AudienceName, *, workspace: Workspace = None, as_json: Json = False
) -> None:
    """Show an audience: its definition, as `create --file` takes it, and when it was last evaluated on schedule."""
    runtime = runtime_of(ctx)
    record = AudienceBook(runtime).find(name, workspace)
    held = runtime.audiences.objects.read_membership(record).membership
    last = describe_last(held)
    printer = Printer(as_json=as_json)
    if as_json:
        printer.print_record(describe_audience(record) | last)
        return
    told = describe_audience(record)
    printer.print_record({key: told[key] for key in ("slug", "revision", "scheduled", "updated_at")} | last)
    printer.print_text(f"\n{dump_yaml(write_audience(record.spec))}")


@app.command()
def preview(
    ctx: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="The audience's name, or its slug.")
    ] = None,
    *,
    file: File = None,
    workspace: Workspace = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST_SHOWN, help="Show so many members.")] = 5,
    as_json: Json = False,
) -> None:
    """Show how many people are left after each filter, and a few members, by ids and hashes (an Athena query)."""
    runtime = runtime_of(ctx)
    book = AudienceBook(runtime)
    spec = _choose(book, name, file, workspace)
    found = runtime.audiences.evaluation.evaluate(spec, book.read_clock(), limit)
    members = list_members(found)
    steps = list_steps(found)
    printer = Printer(as_json=as_json)
    if as_json:
        printer.print_record({"audience": spec.name, "steps": steps, "members": members})
        return
    printer.print_rows(steps, STEP_COLUMNS)
    if members:
        printer.print_text("\n# some members")
        printer.print_rows(members, MEMBER_COLUMNS)


@app.command()
def export(
    ctx: typer.Context,
    name: AudienceName,
    *,
    form: Annotated[str, typer.Option("--form", help=f"{' or '.join(FORMS)}.")] = SHA256,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="FILE|s3", help="A file, or s3: the lake. (default: print it)"),
    ] = None,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Write the hashes of an audience's members in a form that platforms take (an Athena query)."""
    if form not in FORMS:
        raise InputError(f"--form: {form!r} is not one of {', '.join(FORMS)}")
    if as_json and to is None:
        raise InputError("--to: with --json the manifest is printed, so the export needs a place of its own")
    runtime = runtime_of(ctx)
    book = AudienceBook(runtime)
    record = book.find(name, workspace)
    found = _leave_out_forgotten(
        runtime, runtime.audiences.evaluation.evaluate(record.spec, book.read_clock())
    )
    exported = write_export(found.members, form)
    if to is None:
        typer.echo(exported.text, nl=False)
        return
    key = _keep(runtime, record, found, exported, to)
    manifest = describe_export(record, found, exported, key)
    printer = Printer(as_json=as_json)
    if as_json:
        printer.print_record(manifest)
        return
    printer.print_record({name: value for name, value in manifest.items() if name != "steps"})
    printer.print_text("")
    printer.print_rows(list_steps(found), STEP_COLUMNS)


@app.command()
def schedule(
    ctx: typer.Context,
    name: AudienceName,
    switch: Annotated[Switch, typer.Argument(help="on or off.")],
    *,
    workspace: Workspace = None,
    as_json: Json = False,
) -> None:
    """Have an audience evaluated on schedule, and AudienceEntered and AudienceLeft told, or not."""
    book = AudienceBook(runtime_of(ctx))
    record = book.schedule(book.find(name, workspace), is_scheduled=switch is Switch.ON)
    Printer(as_json=as_json).print_record(describe_audience(record))


@app.command()
def remove(
    ctx: typer.Context,
    name: AudienceName,
    *,
    workspace: Workspace = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Remove an audience, its exports in the lake, and who was in it."""
    book = AudienceBook(runtime_of(ctx))
    record = book.find(name, workspace)
    confirm(f"Remove the audience {record.spec.name!r} and its exports?", yes=yes, instead="--yes removes it")
    files = book.remove(record)
    Printer(as_json=as_json).print_record({"audience": record.spec.name, "removed": True, "files": files})


def _choose(book: AudienceBook, name: str | None, file: Path | None, workspace: str | None) -> AudienceSpec:
    if (name is None) == (file is None):
        raise InputError("NAME or --file: expected one of the two")
    return read_file(file) if file is not None else book.find(str(name), workspace).spec


def _read_goals(pairs: list[str]) -> dict[str, str]:
    goals = {}
    for pair in pairs:
        template, equals, own = pair.partition("=")
        if not equals or not own:
            raise InputError(f"--goal: {pair!r} is not FROM=TO")
        goals[template] = own
    return goals


def _leave_out_forgotten(runtime: Runtime, found: Evaluation) -> Evaluation:
    """The identity table knows of it at once, the links log some minutes later."""
    person_ids = [each.person_id for each in found.members if each.person_id is not None]
    persons = runtime.people.read_persons(person_ids)
    return leave_out(found, {person_id for person_id, person in persons.items() if person.is_forgotten})


def _keep(runtime: Runtime, record: AudienceRecord, found: Evaluation, exported: Export, to: str) -> str:
    """Write an export where it is wanted; its key or path."""
    if to == LAKE:
        return runtime.audiences.objects.write_export(record, found, exported)
    write_private_file(Path(to), exported.text)
    return to
