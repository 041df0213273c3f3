"""`pixelweave goals …`: add, list, show, remove; the other commands of the group are in modules of their own."""

from datetime import UTC, datetime
from typing import Any

import typer
from pixelweave.conversion import DEFINED, GoalRef
from pixelweave.goal import GoalRecord
from pixelweave.goal_form import write_goal
from pixelweave.goal_report import TOTAL, list_goal_rows, write_amount
from pixelweave.goal_text import write_condition

from pixelweave_cli import backfill_command, goal_file_command, goal_trial_command, recount_command
from pixelweave_cli.confirmation import confirm, show_number
from pixelweave_cli.failure import IncompleteError, SafeGroup
from pixelweave_cli.goal_book import GoalBook
from pixelweave_cli.goal_option import (
    AnyHolds,
    From,
    GoalName,
    GoalPixel,
    HostIs,
    LabelIs,
    MinValue,
    NameIs,
    Once,
    PathIs,
    PropertyIs,
    To,
    TypeIs,
    Worth,
    Yes,
    build_spec,
    list_conditions,
    read_bounds,
)
from pixelweave_cli.option import Json, runtime_of
from pixelweave_cli.output import Printer, show_time
from pixelweave_cli.runtime import Runtime

COLUMNS = ("name", "conditions", "value", "once", "in_force", "goal_id")

app = typer.Typer(cls=SafeGroup, no_args_is_help=True, help="Define goals, and count them.")
app.command("test")(goal_trial_command.run_trial)
app.command("apply")(goal_file_command.apply)
app.command("export")(goal_file_command.export)
app.command("backfill")(backfill_command.backfill)
app.command("recount")(recount_command.recount)


@app.command()
def add(  # noqa: PLR0913 - each parameter is an option of the command line
    ctx: typer.Context,
    name: GoalName,
    *,
    pixel: GoalPixel,
    type_is: TypeIs = None,
    name_is: NameIs = None,
    host_is: HostIs = None,
    path_is: PathIs = None,
    label: LabelIs = None,
    property_is: PropertyIs = None,
    min_value: MinValue = None,
    any_holds: AnyHolds = False,
    value: Worth = None,
    once: Once = "event",
    since: From = None,
    until: To = None,
    as_json: Json = False,
) -> None:
    """Define a goal. It counts from now on; `goals backfill` counts the past."""
    runtime = runtime_of(ctx)
    conditions = list_conditions((type_is, name_is, host_is, path_is), label, property_is, min_value)
    bounds = read_bounds(since, until, datetime.fromtimestamp(runtime.now(), UTC))
    spec = build_spec(name, conditions, any_holds=any_holds, value=value, once=once, bounds=bounds)
    book = GoalBook(runtime, runtime.pixels.resolve(pixel).pixel_id)
    record = book.add(spec)
    printer = Printer(as_json=as_json)
    printer.print_record(_describe(record))
    printer.print_note("It counts what is received from now on; the past: pixelweave goals backfill")


@app.command("list")
def list_goals(ctx: typer.Context, *, pixel: GoalPixel, as_json: Json = False) -> None:
    """List a pixel's goals. Those that hits name themselves, and built-in ones, need no definition."""
    runtime = runtime_of(ctx)
    records = GoalBook(runtime, runtime.pixels.resolve(pixel).pixel_id).list_goals()
    Printer(as_json=as_json).print_rows([_describe(record) for record in records], COLUMNS)


@app.command()
def show(ctx: typer.Context, name: GoalName, *, pixel: GoalPixel, as_json: Json = False) -> None:
    """Show a goal: its definition, its revisions and when each was in force, and its total so far."""
    runtime = runtime_of(ctx)
    pixel_id = runtime.pixels.resolve(pixel).pixel_id
    record = GoalBook(runtime, pixel_id).find(name)
    total = _read_total(runtime, record)
    printer = Printer(as_json=as_json)
    windows = [_describe_window(record, place) for place in range(len(record.windows))]
    if as_json:
        printer.print_record(_describe(record) | {"windows": windows, "total": total})
        return
    printer.print_record(_describe(record) | {f"total {what}": number for what, number in total.items()})
    printer.print_text("\n# windows")
    printer.print_rows(windows, ("from", "to", "revision", "conditions", "value", "once"))


@app.command()
def remove(
    ctx: typer.Context, name: GoalName, *, pixel: GoalPixel, yes: Yes = False, as_json: Json = False
) -> None:
    """Remove a goal and all that it counted. Running it again finishes what was interrupted."""
    runtime = runtime_of(ctx)
    pixel_id = runtime.pixels.resolve(pixel).pixel_id
    record = runtime.goal_definitions.find(pixel_id, name)
    total = _read_total(runtime, record)
    confirm(
        f"Remove {name!r} with {total['conversions']} conversions for good?",
        yes=yes,
        instead="`pixelweave goals show` shows what would be removed",
    )
    try:
        with show_number(f"Removing {name}") as advance:
            deleted = GoalBook(runtime, pixel_id).remove(name, advance)
    except KeyboardInterrupt as exc:
        raise IncompleteError(
            "interrupted; no report shows the goal any more, run it again for the rest"
        ) from exc
    Printer(as_json=as_json).print_record({"name": name, "goal_id": record.goal_id, "deleted_items": deleted})


def _read_total(runtime: Runtime, record: GoalRecord) -> dict[str, Any]:
    """Return what was counted so far; nothing is zero."""
    counters = runtime.goals.read_totals(record.pixel_id)
    ref = GoalRef.make(record.pixel_id, DEFINED, record.goal_id)
    own = counters.__class__(tuple(each for each in counters.goals if each.goal == ref), ())
    rows = list_goal_rows(own, {record.goal_id: record.name}, TOTAL)
    if not rows:
        return {"conversions": 0, "sessions": 0, "values": {}}
    (row,) = rows
    values = {unit: write_amount(amount) for unit, amount in row.values.items()}
    return {"conversions": row.conversions, "sessions": row.sessions, "values": values}


def _describe(record: GoalRecord) -> dict[str, Any]:
    """Return the present definition as printed."""
    spec = record.spec
    form = write_goal(spec)
    return {
        "name": record.name,
        "goal_id": record.goal_id,
        "pixel_id": record.pixel_id,
        "match": spec.match,
        "conditions": [write_condition(condition) for condition in spec.conditions],
        "value": form.get("value"),
        "once": spec.once,
        "from": form.get("from"),
        "to": form.get("to"),
        "in_force": [[show_time(window.starts_at), show_time(window.ends_at)] for window in record.windows],
        "created_at": show_time(record.created_at),
        "revisions": len(record.revisions),
    }


def _describe_window(record: GoalRecord, place: int) -> dict[str, Any]:
    window = record.windows[place]
    spec = record.revisions[window.revision]
    return {
        "from": show_time(window.starts_at),
        "to": show_time(window.ends_at),
        "revision": window.revision + 1,
        "match": spec.match,
        "conditions": [write_condition(condition) for condition in spec.conditions],
        "value": write_goal(spec).get("value"),
        "once": spec.once,
    }
