"""`pixelweave goals backfill`: a goal's present definition over the past."""

import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from pixelweave.conversion import DEFINED, Conversion, GoalRef
from pixelweave.goal import GoalRecord, widen_goal
from pixelweave.goal_match import keep_least
from pixelweave.goal_store import EntryKey
from pixelweave_aws.lake_object import LakeObject
from pixelweave_parquet.object_scan import ObjectScan

from pixelweave_cli.confirmation import confirm, show_bytes
from pixelweave_cli.cost_basis import load_basis
from pixelweave_cli.cost_price import PRICE_LISTS
from pixelweave_cli.failure import IncompleteError, InputError
from pixelweave_cli.goal_book import GoalBook
from pixelweave_cli.goal_option import DryRun, GoalName, GoalPixel, Yes
from pixelweave_cli.ledger_work import Done, LedgerWork, Scope
from pixelweave_cli.log_scan import LogScan, find_kept_start
from pixelweave_cli.option import Json, runtime_of
from pixelweave_cli.output import Printer, show_time
from pixelweave_cli.runtime import Runtime
from pixelweave_cli.window import parse_moment

# The expected number of conversions is drawn from so many objects, spread over the stretch.
SAMPLE_OBJECTS = 3
PRICES = "us-east-1"


@dataclass(frozen=True, slots=True)
class _Stretch:
    """From when to when the past is counted, in Unix milliseconds; `born_at` is when the pixel was made: nothing was received before."""

    starts_at: int
    ends_at: int
    born_at: int

    def list_objects(self, scan: LogScan, now: int) -> list[LakeObject]:
        """Return the objects that may have events of the stretch; `now` in Unix milliseconds."""
        return scan.list_received(max(self.starts_at, self.born_at), self.ends_at, now)

    def show(self) -> dict[str, Any]:
        return {"from": show_time(self.starts_at), "to": show_time(self.ends_at)}


def backfill(  # noqa: PLR0913 - each parameter is an option of the command line
    ctx: typer.Context,
    name: GoalName,
    *,
    pixel: GoalPixel,
    since: Annotated[
        str, typer.Option("--from", help="Count from: 2025-06-30, 2025-06-30T12:00:00Z or 30d (ago).")
    ],
    until: Annotated[
        str | None, typer.Option("--to", help="Count to, exclusive; the same forms. (default: now)")
    ] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Count a goal over the past, after an estimate. Twice changes nothing; interrupted, the same command goes on."""
    runtime = runtime_of(ctx)
    owner = runtime.pixels.resolve(pixel)
    record = GoalBook(runtime, owner.pixel_id).find(name)
    stretch = _read_stretch(runtime, since, until, owner.created_at * 1000)
    # Before anything is read: a stretch in which the goal is not enabled is refused.
    widened = widen_goal(record, stretch.starts_at, stretch.ends_at)
    scan = LogScan(runtime.log_objects)
    found = stretch.list_objects(scan, runtime.read_clock())
    estimate = _estimate(scan, _make_scope(widened, stretch), found)
    printer = Printer(as_json=as_json)
    told = {"goal": name, "pixel_id": record.pixel_id} | stretch.show() | estimate
    if dry_run or not as_json:
        printer.print_record(told | {"dry_run": True} if as_json else told)
    if dry_run:
        return
    confirm(
        f"Count {len(found)} objects ({estimate['bytes']} bytes)?",
        yes=yes,
        instead="--dry-run shows the estimate",
    )
    try:
        done = _count(runtime, record, stretch)
    except KeyboardInterrupt as exc:
        words = ["pixelweave", "goals", "backfill", name, "--pixel", pixel]
        words += ["--from", str(show_time(stretch.starts_at)), "--to", str(show_time(stretch.ends_at))]
        raise IncompleteError(f"interrupted; go on with: {shlex.join(words)}") from exc
    if as_json:
        printer.print_record(told | {"dry_run": False} | done.to_record())
    else:
        printer.print_text("\n# conversions")
        printer.print_record(done.to_record())


def _read_stretch(runtime: Runtime, since: str, until: str | None, born_at: int) -> _Stretch:
    """What was asked for, but nothing beyond now: that is counted as it comes. Raises InputError."""
    now = runtime.read_clock()
    today = datetime.fromtimestamp(now / 1000, UTC)
    starts_at = int(parse_moment(since, today, "--from").timestamp() * 1000)
    ends_at = now if until is None else int(parse_moment(until, today, "--to").timestamp() * 1000)
    if starts_at >= min(ends_at, now):
        raise InputError("--from is not before --to, or not in the past")
    return _Stretch(starts_at, min(ends_at, now), born_at)


def _make_scope(record: GoalRecord, stretch: _Stretch) -> Scope:
    return Scope(record.pixel_id, (record,), False, stretch.starts_at, stretch.ends_at)


def _estimate(scan: LogScan, scope: Scope, found: list[LakeObject]) -> dict[str, Any]:
    """What the stretch takes: conversions by a few objects of it, units by what counting was measured to take, dollars at list price."""
    sample = [each for each in found if each.size][:: max(1, len(found) // SAMPLE_OBJECTS)][:SAMPLE_OBJECTS]
    conversions: list[int] = []
    scan.work_through(
        sample, lambda _, each: conversions.append(sum(1 for _ in scope.find(each))), lambda _: None
    )
    size = sum(each.size for each in found)
    read = sum(each.size for each in sample)
    expected = sum(conversions) * size // read if read else 0
    figures, prices = load_basis().figures, PRICE_LISTS[PRICES]
    writes, reads = expected * figures.goal_writes / 1000, expected * figures.goal_reads / 1000
    dollars = prices.write_unit.charge(writes) + prices.read_unit.charge(reads)
    return {
        "objects": len(found),
        "bytes": size,
        "expected_conversions": expected,
        "write_units": round(writes),
        "read_units": round(reads),
        "usd": f"{dollars:.2f}",
    }


def _count(runtime: Runtime, record: GoalRecord, stretch: _Stretch) -> Done:
    """Put the definition in force, count its objects, and remove what they do not give."""
    record = GoalBook(runtime, record.pixel_id).widen(record, stretch.starts_at, stretch.ends_at)
    ref = GoalRef.make(record.pixel_id, DEFINED, record.goal_id)
    # The ledger first, the log after it: see `pixelweave.goal_audit`.
    standing = dict(runtime.goals.list_entries(ref))
    scan = LogScan(runtime.log_objects)
    found = stretch.list_objects(scan, runtime.read_clock())
    kept_since = find_kept_start(found, runtime.read_retention(), stretch.ends_at)
    work = LedgerWork(runtime.goals, _make_scope(record, stretch), standing, kept_since, runtime.pause)
    with show_bytes(f"Counting {record.name}", sum(each.size for each in found)) as advance:
        scan.work_through(found, lambda each, opened: work.count(each.key, opened), advance)
    if scan.unreadable:
        raise IncompleteError(
            f"{len(scan.unreadable)} objects cannot be read, the first is {scan.unreadable[0]}; the others were counted, "
            "nothing was removed"
        )
    return work.finish(_find_later(runtime, scan, record, stretch.ends_at, work.list_orphaned()))


def _find_later(
    runtime: Runtime, scan: LogScan, record: GoalRecord, since: int, keys: set[EntryKey]
) -> list[Conversion]:
    """What stands for a key after the stretch, once nothing stands for it in the stretch any more: a visitor's next conversion, say."""
    if not keys:
        return []
    scope = Scope(record.pixel_id, (record,), False, since, None)
    kept: list[Conversion] = []

    def keep(_: LakeObject, opened: ObjectScan) -> None:
        kept.extend(each for each in scope.find(opened) if EntryKey(each.goal, each.once) in keys)

    now = runtime.read_clock()
    scan.work_through(scan.list_received(since, now, now), keep, lambda _: None)
    return list(keep_least(kept).values())
