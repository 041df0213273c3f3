"""`pixelweave goals apply` and `goals export`: definitions kept in a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from pixelweave.goal import MAX_GOALS_PER_PIXEL
from pixelweave.goal_diff import ADDED, CHANGED, REMOVED, UNCHANGED, Change, compare_forms
from pixelweave.goal_form import write_funnel, write_goal

from pixelweave_cli.confirmation import confirm, show_number
from pixelweave_cli.failure import IncompleteError, InputError
from pixelweave_cli.goal_book import GoalBook
from pixelweave_cli.goal_file import PixelPart, load_file, write_text
from pixelweave_cli.goal_option import DryRun, GoalPixel, Yes
from pixelweave_cli.option import Json, runtime_of
from pixelweave_cli.output import Printer, show_safely
from pixelweave_cli.runtime import Runtime

SIGNS = {ADDED: "+", CHANGED: "~", UNCHANGED: "=", REMOVED: "-"}


@dataclass(frozen=True, slots=True)
class _Step:
    """What becomes of the goals and funnels of one pixel."""

    pixel_id: str
    part: PixelPart
    goals: list[Change]
    funnels: list[Change]

    @property
    def changes(self) -> list[Change]:
        """All changes but those that are none."""
        return [each for each in (*self.goals, *self.funnels) if each.kind != UNCHANGED]


def apply(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A YAML file of goals and funnels.")],
    *,
    dry_run: DryRun = False,
    yes: Yes = False,
    prune: Annotated[bool, typer.Option("--prune", help="Remove what the file does not have.")] = False,
    as_json: Json = False,
) -> None:
    """Make goals and funnels as a file has them, once the differences are agreed to. Twice changes nothing."""
    parts = load_file(file)
    runtime = runtime_of(ctx)
    steps = [_compare(runtime, part, prune=prune) for part in parts]
    if len({step.pixel_id for step in steps}) < len(steps):
        raise InputError(f"{file}: a pixel comes twice, by its id and by a key of it")
    printer = Printer(as_json=as_json)
    for step in steps:
        _print_step(step, printer)
    number = sum(len(step.changes) for step in steps)
    if dry_run:
        return
    if number:
        confirm(
            f"Make {number} change{'s' * (number > 1)}?",
            yes=yes,
            instead="--dry-run shows what would be changed",
        )
    try:
        for step in steps:
            _carry_out(step, GoalBook(runtime, step.pixel_id))
    except KeyboardInterrupt as exc:
        raise IncompleteError("interrupted; the same command makes the other changes") from exc
    made = f"{number} change{'s' * (number > 1)} made." if number else "Nothing had to be changed."
    printer.print_note(made)


def export(ctx: typer.Context, *, pixel: GoalPixel, as_json: Json = False) -> None:
    """Print a pixel's goals and funnels as the YAML that `goals apply` takes."""
    runtime = runtime_of(ctx)
    pixel_id = runtime.pixels.resolve(pixel).pixel_id
    book = GoalBook(runtime, pixel_id)
    goals = [record.spec for record in book.list_goals()]
    funnels = book.list_funnels()
    printer = Printer(as_json=as_json)
    if as_json:
        forms = {
            "goals": [write_goal(goal) for goal in goals],
            "funnels": [write_funnel(each) for each in funnels],
        }
        printer.print_record({"pixel": pixel_id} | _to_plain(forms))
    else:
        printer.print_text(write_text(pixel_id, goals, funnels).rstrip("\n"))


def _compare(runtime: Runtime, part: PixelPart, *, prune: bool) -> _Step:
    pixel_id = runtime.pixels.resolve(part.pixel).pixel_id
    book = GoalBook(runtime, pixel_id)
    goals: list[Change] = []
    funnels: list[Change] = []
    if part.goals is not None:
        stored = [write_goal(record.spec) for record in book.list_goals()]
        goals = compare_forms(stored, [write_goal(spec) for spec in part.goals], prune=prune)
        kinds = [change.kind for change in goals]
        number = len(stored) + kinds.count(ADDED) - kinds.count(REMOVED)
        if number > MAX_GOALS_PER_PIXEL:
            raise InputError(
                f"{pixel_id} would have {number} goals, {MAX_GOALS_PER_PIXEL} are the most; --prune removes those not in the file"
            )
    if part.funnels is not None:
        stored = [write_funnel(spec) for spec in book.list_funnels()]
        funnels = compare_forms(stored, [write_funnel(spec) for spec in part.funnels], prune=prune)
    return _Step(pixel_id, part, goals, funnels)


def _carry_out(step: _Step, book: GoalBook) -> None:
    wanted = {spec.name: spec for spec in step.part.goals or ()}
    # Removals make room for the others: there is a limit.
    for change in sorted(step.goals, key=lambda each: each.kind != REMOVED):
        if change.kind == ADDED:
            book.add(wanted[change.name])
        elif change.kind == CHANGED:
            book.revise(book.find(change.name), wanted[change.name])
        elif change.kind == REMOVED:
            with show_number(f"Removing {change.name}") as advance:
                book.remove(change.name, advance)
    funnels = {spec.name: spec for spec in step.part.funnels or ()}
    for change in step.funnels:
        if change.kind in (ADDED, CHANGED):
            book.put_funnel(funnels[change.name])
        elif change.kind == REMOVED:
            book.remove_funnel(change.name)
    # Also where nothing was changed: an earlier run may have got no further than the table.
    book.publish_goals()
    book.publish_funnels()


def _print_step(step: _Step, printer: Printer) -> None:
    for what, changes in (("goal", step.goals), ("funnel", step.funnels)):
        for change in changes:
            if printer.as_json:
                printer.print_record(_describe(step.pixel_id, what, change))
            else:
                printer.print_text("\n".join(_write_lines(step.pixel_id, what, change)))


def _write_lines(pixel_id: str, what: str, change: Change) -> Iterator[str]:
    yield f"{SIGNS[change.kind]} {change.kind} {what} {show_safely(change.name)} ({pixel_id})"
    if change.kind == CHANGED:
        for field in change.fields:
            before, after = (
                show_safely(_to_plain(value)) or "nothing" for value in (field.before, field.after)
            )
            yield f"    {field.field}: {before} → {after}"


def _describe(pixel_id: str, what: str, change: Change) -> dict[str, Any]:
    fields = [
        {"field": each.field, "before": _to_plain(each.before), "after": _to_plain(each.after)}
        for each in change.fields
    ]
    return {"pixel_id": pixel_id, "what": what, "name": change.name, "change": change.kind, "fields": fields}


def _to_plain(value: Any) -> Any:
    """Return a form ready for JSON: numbers as text, exact."""
    if isinstance(value, dict):
        return {key: _to_plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_to_plain(each) for each in value]
    return value if value is None else str(value)
