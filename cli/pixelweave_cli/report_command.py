"""`pixelweave report …`: goals."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from pixelweave.conversion import DEFINED
from pixelweave.goal_report import (
    DAY,
    HOUR,
    TOTAL,
    TRIGGER,
    GoalRow,
    HitRow,
    list_goal_rows,
    list_hit_rows,
    list_triggers,
    sort_rows,
)

from pixelweave_cli.failure import InputError, SafeGroup
from pixelweave_cli.goal_book import GoalBook
from pixelweave_cli.goal_option import GoalPixel
from pixelweave_cli.option import Json, runtime_of
from pixelweave_cli.output import Printer
from pixelweave_cli.report_query import ATTRIBUTES, read_conversions, read_triggers
from pixelweave_cli.report_table import list_goal_records, list_hit_records, show_values, write_csv
from pixelweave_cli.runtime import Runtime
from pixelweave_cli.window import DEFAULT_SINCE, Window, parse_window

BY = (DAY, HOUR, *ATTRIBUTES, TOTAL)
# Goals that people are shown; JSON and CSV have all.
SHOWN_GOALS = 50
# Goals without conversions that they are told of.
SHOWN_NAMES = 10
_MILLISECOND = timedelta(milliseconds=1)

app = typer.Typer(cls=SafeGroup, no_args_is_help=True, help="Report what was counted.")


@dataclass(frozen=True, slots=True)
class _Query:
    """What was asked for; `window` None: all time."""

    pixel_id: str
    by: str
    window: Window | None
    goal: str | None

    @property
    def hits_by(self) -> str:
        """How hits are told: outcomes are known by time only."""
        return TOTAL if self.by in ATTRIBUTES else self.by


@app.callback()
def report() -> None:
    """Report what was counted."""


@app.command()
def goals(  # noqa: PLR0913 - each parameter is an option of the command line
    ctx: typer.Context,
    *,
    pixel: GoalPixel,
    since: Annotated[
        str | None,
        typer.Option("--from", help="From: 2025-06-30, 7d (ago) …; whole days, UTC. (default: 7d)"),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", help="To, exclusive; the same forms. (default: now)")
    ] = None,
    by: Annotated[str, typer.Option(help=f"By {', '.join(BY)}; hours begin and end as asked.")] = DAY,
    goal: Annotated[
        str | None, typer.Option("--goal", metavar="NAME", help="Only goals of this name.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, for spreadsheets.")] = False,
    as_json: Json = False,
) -> None:
    """Report goals: conversions, unique sessions and value, then hits by outcome. Times are UTC.

    A pixel without goals in the stretch reports its triggers, the accepted hits. By total, without --from and --to, it is of all time.
    """
    if by not in BY:
        raise InputError(f"--by: {by!r} is not one of {', '.join(BY)}")
    if as_csv and as_json:
        raise InputError("--csv or --json, not both")
    runtime = runtime_of(ctx)
    window = _choose_window(by, since, until, runtime.now())
    query = _Query(runtime.pixels.resolve(pixel).pixel_id, by, window, goal)
    found, hits = _read(runtime, query)
    groups = sort_rows(found, by_count=by in ATTRIBUTES)
    rows = [row for group in groups for row in group]
    if as_csv:
        # As it is: csv ends lines by itself.
        sys.stdout.write(write_csv(rows, hits, by, query.hits_by))
    elif as_json:
        printer = Printer(as_json=True)
        printer.print_rows([*list_goal_records(rows, by), *list_hit_records(hits, query.hits_by)], ())
    else:
        _print(query, groups, hits, [each.name for each in GoalBook(runtime, query.pixel_id).list_goals()])


def _choose_window(by: str, since: str | None, until: str | None, now: float) -> Window | None:
    """The stretch in whole hours, or days, of UTC, as counters have them; what is by an attribute may begin and end at any moment."""
    if by == TOTAL and since is None and until is None:
        return None
    window = parse_window(since or DEFAULT_SINCE, until, now, ("--from", "--to"))
    if window.until is None and window.since.timestamp() >= now:
        raise InputError(f"--from: {window.since.isoformat()} is not in the past")
    if by in ATTRIBUTES:
        return window
    end = (window.until or datetime.fromtimestamp(now, UTC) + _MILLISECOND) - _MILLISECOND
    step = timedelta(hours=1) if by == HOUR else timedelta(days=1)
    begin = window.since.replace(minute=0, second=0, microsecond=0)
    end = end.replace(minute=0, second=0, microsecond=0)
    if by != HOUR:
        begin, end = begin.replace(hour=0), end.replace(hour=0)
    return Window(begin, end + step, window.first_day, window.last_day)


def _read(runtime: Runtime, query: _Query) -> tuple[list[GoalRow], list[HitRow]]:
    goals, hits = _read_table(runtime, query)
    window = query.window
    if query.by in ATTRIBUTES and window is not None:
        goals = read_conversions(runtime.lake, query.pixel_id, window, query.by)
    if query.goal is not None:
        return [row for row in goals if row.goal == query.goal], []
    if goals:
        return goals, hits
    if query.by in ATTRIBUTES and window is not None:
        table = runtime.stack.events_table_name
        return read_triggers(runtime.lake, table, query.pixel_id, window, query.by), hits
    return list_triggers(hits), hits


def _read_table(runtime: Runtime, query: _Query) -> tuple[list[GoalRow], list[HitRow]]:
    """Goals (by time only) and hits from the reporting table."""
    if query.window is None:
        counters = runtime.goals.read_totals(query.pixel_id)
    else:
        last = (query.window.until or datetime.fromtimestamp(runtime.now(), UTC)) - _MILLISECOND
        days = query.window.since.date(), last.date()
        counters = runtime.goals.read_days(query.pixel_id, *(day.isoformat() for day in days))
    hits = list_hit_rows(counters, query.hits_by)
    if query.by in ATTRIBUTES:
        return [], hits
    names = {each.goal_id: each.name for each in GoalBook(runtime, query.pixel_id).list_goals()}
    rows = list_goal_rows(counters, names, query.by)
    if query.by != HOUR or query.window is None or query.window.until is None:
        return rows, hits
    first, end = (f"{moment:%Y-%m-%d %H:00}" for moment in (query.window.since, query.window.until))
    return [row for row in rows if first <= row.bucket < end], [
        row for row in hits if first <= row.bucket < end
    ]


def _print(
    query: _Query, groups: Sequence[Sequence[GoalRow]], hits: Sequence[HitRow], defined: Sequence[str]
) -> None:
    printer = Printer(as_json=False)
    stretch = "all time"
    if query.window is not None:
        since, until = (
            f"{moment:%Y-%m-%d %H:%M}" if moment else "now"
            for moment in (query.window.since, query.window.until)
        )
        stretch = f"from {since} to {until}"
    printer.print_text(f"# goals of {query.pixel_id}, {stretch} (UTC)")
    bucket = [] if query.by == TOTAL else [query.by]
    shown = [row for group in groups[:SHOWN_GOALS] for row in group]
    printer.print_rows(
        map(show_values, list_goal_records(shown, query.by)),
        ("goal", "source", *bucket, "conversions", "sessions", "value"),
    )
    if len(groups) > SHOWN_GOALS:
        printer.print_text(f"and {len(groups) - SHOWN_GOALS} more goals; --json and --csv have all")
    for sentence in _explain(query, groups, hits, defined):
        printer.print_note(sentence)
    if hits:
        printer.print_text("\n# hits by outcome")
        records = list_hit_records(hits, query.hits_by)
        printer.print_rows(records, [name for name in records[0] if name != "kind"])


def _explain(
    query: _Query, groups: Sequence[Sequence[GoalRow]], hits: Sequence[HitRow], defined: Sequence[str]
) -> Iterator[str]:
    """Yield what a table does not say by being short, for people."""
    if query.goal is not None:
        if not groups:
            yield f"No goal {query.goal!r} was reached; the same without --goal says which ones were."
        return
    if not (groups or hits):
        yield "Nothing was received."
    if groups and groups[0][0].source == TRIGGER:
        yield "No goal was reached: these are the accepted hits."
    reached = {group[0].goal for group in groups if group[0].source == DEFINED}
    if missing := [name for name in defined if name not in reached]:
        more = f" and {len(missing) - SHOWN_NAMES} more" if len(missing) > SHOWN_NAMES else ""
        yield f"Defined and not reached: {'; '.join(missing[:SHOWN_NAMES])}{more}"
