"""`pixelweave goals …`: add, list, show, remove; the other commands of the group are in modules of their own."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from pixelweave.conversion import DEFINED, GoalRef
from pixelweave.goal import GoalRecord
from pixelweave.goal_report import TOTAL, list_goal_rows, write_amount

from pixelweave_cli import backfill_command, goal_file_command, goal_trial_command, recount_command
from pixelweave_cli.confirmation import confirm, show_number
from pixelweave_cli.failure import IncompleteError, SafeGroup
from pixelweave_cli.goal_book import GoalBook
from pixelweave_cli.goal_description import describe_goal, describe_windows, tell_rule, tell_values
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

COLUMNS = ("name", "conditions", "value", "once", "in_force")
WINDOW_COLUMNS = ("from", "to", "revision", "conditions", "value", "once")

app = typer.Typer(cls=SafeGroup, no_args_is_help=True, help="Define goals, and count them.")


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
    replace: Annotated[
        bool, typer.Option("--replace", help="If there is a goal of this name, change it from now on.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Define a goal. It counts from now on; `goals backfill` counts the past."""
    runtime = runtime_of(ctx)
    conditions = list_conditions((type_is, name_is, host_is, path_is), label, property_is, min_value)
    bounds = read_bounds(since, until, datetime.fromtimestamp(runtime.now(), UTC))
    spec = build_spec(name, conditions, any_holds=any_holds, value=value, once=once, bounds=bounds)
    book = GoalBook(runtime, runtime.pixels.resolve(pixel).pixel_id)
    record = book.put(spec) if replace else book.add(spec)
    printer = Printer(as_json=as_json)
    described = describe_goal(record)
    printer.print_record(described if as_json else tell_rule(described))
    printer.print_note(f"{_tell_start(record, runtime.now())}; the past: pixelweave goals backfill")


@app.command("list")
def list_goals(ctx: typer.Context, *, pixel: GoalPixel, as_json: Json = False) -> None:
    """List a pixel's goals. Those that hits name themselves, and built-in ones, need no definition."""
    runtime = runtime_of(ctx)
    records = GoalBook(runtime, runtime.pixels.resolve(pixel).pixel_id).list_goals()
    described = [describe_goal(record) for record in records]
    printer = Printer(as_json=as_json)
    printer.print_rows(described if as_json else map(tell_rule, described), COLUMNS)


@app.command()
def show(ctx: typer.Context, name: GoalName, *, pixel: GoalPixel, as_json: Json = False) -> None:
    """Show a goal: its definition, its revisions and when each was in force, and its total so far."""
    runtime = runtime_of(ctx)
    pixel_id = runtime.pixels.resolve(pixel).pixel_id
    record = GoalBook(runtime, pixel_id).find(name)
    total = _read_total(runtime, record)
    printer = Printer(as_json=as_json)
    described, windows = describe_goal(record), describe_windows(record)
    if as_json:
        printer.print_record(described | {"windows": windows, "total": total})
        return
    value = tell_values(total.pop("values"))
    told = {f"total {what}": number for what, number in (total | {"value": value}).items()}
    printer.print_record(tell_rule(described) | told)
    printer.print_text("\n# windows")
    printer.print_rows(map(tell_rule, windows), WINDOW_COLUMNS)


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


# In the order in which they are needed, which is that of --help.
app.command("test")(goal_trial_command.run_trial)
app.command("apply")(goal_file_command.apply)
app.command("export")(goal_file_command.export)
app.command("backfill")(backfill_command.backfill)
app.command("recount")(recount_command.recount)


def _tell_start(record: GoalRecord, now: float) -> str:
    """Return from when a definition counts by itself; `now` is Unix time in seconds."""
    last = record.windows[-1] if record.windows else None
    if last is None or (last.ends_at is not None and last.ends_at <= now * 1000):
        return "Its end is past, so it counts nothing by itself"
    return f"It counts what is received from {show_time(last.starts_at)} on"


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
