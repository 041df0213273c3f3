"""`pixelweave goals test`: which events would match, and why not."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from pixelweave.goal import EVENT, ONCE, GoalSpec

from pixelweave_cli.event_query import MAX_ROWS, Selection, read_event, write_list
from pixelweave_cli.failure import InputError
from pixelweave_cli.goal_book import GoalBook
from pixelweave_cli.goal_option import (
    AnyHolds,
    GoalPixel,
    HostIs,
    LabelIs,
    MinValue,
    NameIs,
    PathIs,
    PropertyIs,
    TypeIs,
    build_spec,
    list_conditions,
)
from pixelweave_cli.goal_trial import MATCH, NO_MATCH, SHOWN, Trial, try_goal
from pixelweave_cli.option import Json, Until, runtime_of
from pixelweave_cli.output import Printer
from pixelweave_cli.runtime import Runtime
from pixelweave_cli.window import Window, parse_window

UNNAMED = "(not stored)"


def run_trial(  # noqa: PLR0913 - each parameter is an option of the command line
    ctx: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A stored goal; without it, the conditions given.")
    ] = None,
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
    once: Annotated[
        str | None, typer.Option("--once", help=f"What counts once: {', '.join(ONCE)}. (default: event)")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="From; as everywhere. (default: yesterday's midnight, UTC)")
    ] = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(help="At most so many events, the newest.")] = 1000,
    sample: Annotated[int, typer.Option(min=0, help="Show so many of them.")] = 20,
    as_json: Json = False,
) -> None:
    """Tell which of yesterday's events a goal would match, and of the others which condition fails. Counts nothing."""
    runtime = runtime_of(ctx)
    conditions = list_conditions((type_is, name_is, host_is, path_is), label, property_is, min_value)
    if name is not None and (conditions or any_holds or once is not None):
        raise InputError("a stored goal, or conditions, not both")
    window = _choose_window(since, until, runtime.now())
    pixel_id = runtime.pixels.resolve(pixel).pixel_id
    if name is None:
        spec = build_spec(UNNAMED, conditions, any_holds=any_holds, once=once or EVENT)
    else:
        spec = GoalBook(runtime, pixel_id).find(name).spec
    trial = _try(runtime, spec, Selection(window, pixel_id), limit, sample)
    _print(trial, window, Printer(as_json=as_json), is_limited=trial.rows == limit)


def _choose_window(since: str | None, until: str | None, now: float) -> Window:
    """The stretch that was asked for; without --since all of yesterday, or what of it is before --until."""
    today = datetime.fromtimestamp(now, UTC).date()
    if since is not None:
        return parse_window(since, until, now)
    return parse_window((today - timedelta(days=1)).isoformat(), until or today.isoformat(), now)


def _try(runtime: Runtime, spec: GoalSpec, selection: Selection, limit: int, sample: int) -> Trial:
    statement = write_list(runtime.stack.events_table_name, selection, limit)
    rows = runtime.lake.query(statement.sql, statement.parameters)
    return try_goal(spec, str(selection.pixel_id), map(read_event, rows), sample)


def _print(trial: Trial, window: Window, printer: Printer, *, is_limited: bool) -> None:
    stretch = {
        "since": window.since.isoformat(),
        "until": window.until.isoformat() if window.until else None,
        "limit_reached": is_limited,
    }
    record = trial.to_record()
    if printer.as_json:
        printer.print_record(record | stretch | {"sample": trial.sample})
        return
    conditions = record.pop("conditions")
    printer.print_record(record | stretch)
    if is_limited:
        printer.print_text(f"Only the newest {trial.rows} events were read; --limit reads up to {MAX_ROWS}.")
    if not trial.rows:
        printer.print_note("There are no events of this stretch; --since 7d looks further back, up to now.")
    printer.print_text("\n# conditions")
    printer.print_rows(conditions, ("condition", "holds", "fails_first"))
    if trial.sample:
        printer.print_text(f"\n# sample ({MATCH} holds, {NO_MATCH} does not, in the order of the conditions)")
        shown = [row | {"matches": MATCH if row["matches"] else NO_MATCH} for row in trial.sample]
        printer.print_rows(shown, ("matches", "conditions", *SHOWN[1:]))
