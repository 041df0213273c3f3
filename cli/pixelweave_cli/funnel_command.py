"""`pixelweave funnels …`: add, list, show, remove."""

from typing import Annotated, Any

import typer
from pixelweave.funnel import FunnelSpec
from pixelweave.goal_form import GoalFormError, read_funnel, write_funnel
from pixelweave.goal_report import TOTAL, list_goal_rows

from pixelweave_cli.confirmation import confirm
from pixelweave_cli.event_query import Statement
from pixelweave_cli.failure import InputError, SafeGroup
from pixelweave_cli.goal_book import GoalBook
from pixelweave_cli.goal_option import GoalPixel, Yes
from pixelweave_cli.option import Json, runtime_of
from pixelweave_cli.output import Printer
from pixelweave_cli.people_query import query_view
from pixelweave_cli.runtime import Runtime

COLUMNS = ("name", "steps", "by", "within")
VIEW = "funnel"
STEP_COLUMNS = ("step", "goal", "actors", "from_previous", "from_first")

FunnelName = Annotated[str, typer.Argument(metavar="NAME", help="The funnel's name.")]

app = typer.Typer(cls=SafeGroup, no_args_is_help=True, help="Follow people from goal to goal.")


@app.command()
def add(
    ctx: typer.Context,
    name: FunnelName,
    *,
    pixel: GoalPixel,
    step: Annotated[
        list[str], typer.Option("--step", metavar="GOAL", help="A goal's name; repeat for the next, 2 to 8.")
    ],
    by: Annotated[str, typer.Option(help="Who goes through it: session or person.")] = "session",
    within: Annotated[
        str, typer.Option(help="How long after the first step: 30m, 24h, 7d, 2w; up to 90d.")
    ] = "7d",
    as_json: Json = False,
) -> None:
    """Define a funnel, in the place of the one of its name if there is one. It looks at the past as well."""
    try:
        spec = read_funnel({"name": name, "steps": step, "by": by, "within": within}, f"funnel {name!r}")
    except GoalFormError as exc:
        raise InputError(str(exc)) from exc
    runtime = runtime_of(ctx)
    pixel_id = runtime.pixels.resolve(pixel).pixel_id
    GoalBook(runtime, pixel_id).put_funnel(spec)
    printer = Printer(as_json=as_json)
    printer.print_record(write_funnel(spec))
    # A hit may name it tomorrow, so it is no error; a typing error it may be.
    if unknown := _list_unknown(runtime, pixel_id, spec):
        printer.print_note(f"Neither defined nor reached so far: {'; '.join(unknown)}")


@app.command("list")
def list_funnels(ctx: typer.Context, *, pixel: GoalPixel, as_json: Json = False) -> None:
    """List a pixel's funnels."""
    runtime = runtime_of(ctx)
    funnels = GoalBook(runtime, runtime.pixels.resolve(pixel).pixel_id).list_funnels()
    Printer(as_json=as_json).print_rows(map(write_funnel, funnels), COLUMNS)


@app.command()
def show(ctx: typer.Context, name: FunnelName, *, pixel: GoalPixel, as_json: Json = False) -> None:
    """Show how many reached each step of a funnel, in its order and in time, over all the log (an Athena query)."""
    runtime = runtime_of(ctx)
    pixel_id = runtime.pixels.resolve(pixel).pixel_id
    spec = runtime.funnel_definitions.find(pixel_id, name)
    steps = _read_steps(runtime, pixel_id, spec)
    printer = Printer(as_json=as_json)
    if as_json:
        printer.print_record(write_funnel(spec) | {"steps": steps})
        return
    printer.print_record(write_funnel(spec))
    printer.print_text(f"\n# {spec.by}s by step")
    printer.print_rows(map(_tell_ratios, steps), STEP_COLUMNS)


@app.command()
def remove(
    ctx: typer.Context, name: FunnelName, *, pixel: GoalPixel, yes: Yes = False, as_json: Json = False
) -> None:
    """Remove a funnel; its goals stay."""
    runtime = runtime_of(ctx)
    pixel_id = runtime.pixels.resolve(pixel).pixel_id
    book = GoalBook(runtime, pixel_id)
    # Nobody is asked about one that is not there.
    runtime.funnel_definitions.find(pixel_id, name)
    confirm(f"Remove the funnel {name!r}?", yes=yes, instead="--yes removes it")
    book.remove_funnel(name)
    Printer(as_json=as_json).print_record({"name": name, "removed": True})


def _list_unknown(runtime: Runtime, pixel_id: str, spec: FunnelSpec) -> list[str]:
    """Return the steps that are no goal that is known by now."""
    names = {record.goal_id: record.name for record in GoalBook(runtime, pixel_id).list_goals()}
    reached = list_goal_rows(runtime.goals.read_totals(pixel_id), names, TOTAL)
    known = {*names.values(), *(row.goal for row in reached)}
    return [step for step in spec.steps if step not in known]


def _read_steps(runtime: Runtime, pixel_id: str, spec: FunnelSpec) -> list[dict[str, Any]]:
    """The steps by the view; one that nobody has reached has no row there, or zeros."""
    columns = ", ".join(
        f'CAST(f."{name}" AS VARCHAR) AS "{name}"'
        for name in ("step", "actors", "from_previous", "from_first")
    )
    sql = f'SELECT {columns} FROM "{VIEW}" f WHERE f."pixel_id" = ? AND f."funnel" = ?'  # noqa: S608 - constants
    rows = query_view(runtime.lake, Statement(sql, (pixel_id, spec.name)))
    found = {int(row["step"] or 0): row for row in rows}
    return [
        {"step": number, "goal": goal, "actors": int(found.get(number, {}).get("actors") or 0)}
        | {name: _read_ratio(found.get(number, {}).get(name)) for name in ("from_previous", "from_first")}
        for number, goal in enumerate(spec.steps, start=1)
    ]


def _tell_ratios(step: dict[str, Any]) -> dict[str, Any]:
    """Return a step for people: shares in percent."""
    ratios = {name: step[name] for name in ("from_previous", "from_first")}
    return step | {name: None if ratio is None else f"{ratio:.1%}" for name, ratio in ratios.items()}


def _read_ratio(text: str | None) -> float | None:
    return None if text is None else round(float(text), 4)
