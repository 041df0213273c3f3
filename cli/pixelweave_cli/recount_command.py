"""`pixelweave goals recount`: the reporting table held against the log, and put right."""

from typing import Annotated, Any

import typer
from pixelweave.conversion import DEFINED, GoalRef
from pixelweave.goal_report import write_amount
from pixelweave.goal_store import CounterKey

from pixelweave_cli.confirmation import confirm, show_bytes
from pixelweave_cli.counter_check import Deviation
from pixelweave_cli.failure import DifferenceError, IncompleteError
from pixelweave_cli.goal_option import GoalPixel, Yes
from pixelweave_cli.option import Json, runtime_of
from pixelweave_cli.output import Printer, show_time
from pixelweave_cli.recount import Finding, Recount
from pixelweave_cli.runtime import Runtime

COLUMNS = ("kind", "goal", "source", "day", "unit", "what", "table", "log", "repaired")


def recount(
    ctx: typer.Context,
    *,
    pixel: GoalPixel,
    check: Annotated[
        bool, typer.Option("--check", help="Only print the differences; exit code 1 if any.")
    ] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Hold all that was counted for a pixel against the log, and put it right: hits, conversions, and the counters' sums.

    Reads every object since the pixel was made. It may run while hits arrive: what is on its way is counted once.
    """
    runtime = runtime_of(ctx)
    found = runtime.pixels.resolve(pixel)
    work = Recount(runtime, found.pixel_id, found.created_at, is_repairing=not check)
    objects = work.list_objects()
    size = sum(each.size for each in objects)
    if not check:
        confirm(
            f"Read {len(objects)} objects ({size} bytes) and put right what differs?",
            yes=yes,
            instead="--check only prints the differences",
        )
    try:
        with show_bytes(f"Recounting {found.pixel_id}", size) as advance:
            finding = work.run(advance)
    except KeyboardInterrupt as exc:
        raise IncompleteError("interrupted; run it again for the rest") from exc
    printer = Printer(as_json=as_json)
    rows = _list_rows(runtime, finding, is_repairing=not check)
    printer.print_rows(rows, COLUMNS)
    _end(finding, rows, printer, is_check=check)


def _end(finding: Finding, rows: list[dict[str, Any]], printer: Printer, *, is_check: bool) -> None:
    if finding.unreadable:
        raise IncompleteError(
            f"{len(finding.unreadable)} objects cannot be read, the first is {finding.unreadable[0]}; nothing was removed"
        )
    if is_check and rows:
        raise DifferenceError(f"{len(rows)} differences; without --check they are put right")
    if left := sum(not row["repaired"] for row in rows):
        raise IncompleteError(f"{left} differences are left, others were at the counters; run it again")
    printer.print_note(
        "Put right." if rows else f"The table has what the log has since {show_time(finding.kept_since)}."
    )


def _list_rows(runtime: Runtime, finding: Finding, *, is_repairing: bool) -> list[dict[str, Any]]:
    pixels = {goal.pixel_id for _, goal in finding.entries}
    pixels |= {each.key.goal.pixel_id for each in finding.counters if isinstance(each.key, CounterKey)}
    names = {
        record.goal_id: record.name
        for pixel_id in pixels
        for record in runtime.goal_definitions.list(pixel_id)
    }
    rows = []
    for (kind, goal), number in sorted(finding.entries.items()):
        row = (
            {"kind": kind} | _describe_goal(goal, names) | {"day": None, "unit": None, "what": "conversions"}
        )
        has, gives = (0, number) if kind == "missing" else (number, number if kind == "different" else 0)
        rows.append(row | {"table": str(has), "log": str(gives), "repaired": is_repairing})
    return rows + [_describe_counter(each, names) for each in finding.counters]


def _describe_goal(goal: GoalRef, names: dict[str, str]) -> dict[str, Any]:
    name = names.get(goal.label, goal.label) if goal.source == DEFINED else goal.label
    return {"goal": name, "source": goal.source}


def _describe_counter(deviation: Deviation, names: dict[str, str]) -> dict[str, Any]:
    key = deviation.key
    about: dict[str, Any] = {"goal": None, "source": "hits"}
    if isinstance(key, CounterKey):
        about = _describe_goal(key.goal, names)
    return {
        "kind": "counter",
        **about,
        "day": key.day or "total",
        "unit": (key.unit or None) if isinstance(key, CounterKey) else None,
        "what": deviation.attribute,
        "table": write_amount(deviation.table),
        "log": write_amount(deviation.wanted),
        "repaired": deviation.is_repaired,
    }
