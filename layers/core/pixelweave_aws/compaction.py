"""Packing settled days of a log, and removing what that replaced once nobody can be reading it (docs/compaction.md, «One day»)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pixelweave.packing import (
    Manifest,
    PackedPiece,
    PackingError,
    choose_groups,
    find_late,
    make_version,
)

from pixelweave_aws.day_report import (
    ARRIVING,
    CLEANED,
    LEFT,
    UNFINISHED,
    WAITING,
    WOULD_CLEAN,
    WOULD_PACK,
    DayReport,
)
from pixelweave_aws.packed_log import read_current
from pixelweave_aws.partition import Partition

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pixelweave.packing import Piece

    from pixelweave_aws.packed_day import LogStore
    from pixelweave_aws.partition import Partitions

# Unix seconds of the swap, in the partition's parameters: the grace begins then.
PACKED_AT = "packed_at"
# One object has nothing to be merged with; sorting it alone gains little.
FEWEST = 2


class Content(Protocol):
    """What a written object holds: `pixelweave_parquet.object_packing.Content`."""

    @property
    def rows(self) -> int:
        """Its rows."""

    @property
    def checksum(self) -> int:
        """The sum of the hashes of its rows."""


class Limits(NamedTuple):
    """From when a day is packed, how long what was replaced stays, how many bytes of sources become one object."""

    after_hours: int = 48
    grace_hours: int = 24
    group_bytes: int = 256 * 1024 * 1024


class OutOfTimeError(Exception):
    """The call is about to end; what was uploaded is found again."""


class Compaction:
    """Packs one log. `pack(sources, target)` writes one object, and raises `PackingError` or errors of its own; `has_time()` tells
    whether another group may be begun; `now()` is in Unix seconds.
    """

    def __init__(
        self,
        name: str,
        partitions: Partitions,
        store: LogStore,
        pack: Callable[[Sequence[Path], Path], Content],
        *,
        limits: Limits,
        now: Callable[[], float],
        has_time: Callable[[], bool] = lambda: True,
    ) -> None:
        self.name = name
        self._partitions = partitions
        self._store = store
        self._pack = pack
        self._limits = limits
        self._now = now
        self._has_time = has_time

    def list_days(self) -> list[date]:
        """The settled days that have raw objects: to be packed, or cleaned."""
        return [day for day in self._store.list_days() if self.is_settled(day)]

    def is_settled(self, day: date) -> bool:
        """Whether a day ended long enough ago."""
        end = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
        return end.timestamp() + self._limits.after_hours * 3600 <= self._now()

    def settle(self, day: date, *, dry_run: bool = False) -> DayReport:
        """Do the next thing that is to be done for a settled day.

        Raises PackingError where it must stay as it is, and what `pack` and AWS raise; doing it again is never wrong.
        """
        partition = self._find(day)
        raw = self._store.list_visible(self._store.raw_prefix(day))
        manifest = read_current(self._store, partition)
        held = [each.piece for each in manifest.objects] if manifest else []
        late = find_late(raw, manifest.covers if manifest else ())
        report = DayReport(self.name, day, LEFT).measure([*held, *late])
        if late and (manifest or len(raw) >= FEWEST):
            return (
                replace(report, state=WOULD_PACK)
                if dry_run
                else self._pack_day(partition, manifest, raw, late, report)
            )
        if late or not raw:
            return report
        if self._now() < _read_moment(partition) + self._limits.grace_hours * 3600:
            return replace(report, state=WAITING)
        if dry_run:
            return replace(report, state=WOULD_CLEAN)
        is_clean = manifest is not None and self._clean(partition, manifest, raw)
        return replace(report, state=CLEANED) if is_clean else report

    def _find(self, day: date) -> Partition:
        partition = self._partitions.list(day, day).get(day)
        if partition is None:
            raise PackingError(f"{day} is not registered; the function days does that")
        return partition

    def _pack_day(
        self,
        partition: Partition,
        current: Manifest | None,
        raw: list[Piece],
        late: list[Piece],
        report: DayReport,
    ) -> DayReport:
        day = partition.day
        if current:
            self._demand_whole(day, current)
        held = {each.piece: each for each in (current.objects if current else ())}
        groups = choose_groups(list(held), late, self._limits.group_bytes)
        sources = [piece for group in groups for piece in group]
        version = make_version(sources, self._limits.group_bytes)
        prefix = self._store.packed_prefix(day, version)
        try:
            objects = [
                self._make_object(f"{prefix}part-{number:05}.parquet", group, held)
                for number, group in enumerate(groups)
            ]
        except OutOfTimeError:
            return replace(report, state=UNFINISHED)
        covers = (*(current.covers if current else ()), *late)
        manifest = Manifest(version, tuple(sources), covers, tuple(objects))
        self._store.write_manifest(prefix, manifest)
        self._demand_whole(day, manifest)
        if self._store.list_visible(self._store.raw_prefix(day)) != raw:
            return replace(report, state=ARRIVING)
        moment = {PACKED_AT: str(int(self._now()))}
        self._partitions.move(Partition(day, self._store.locate(prefix), {**partition.parameters, **moment}))
        return report.finish(manifest)

    def _make_object(self, key: str, group: list[Piece], held: dict[Piece, PackedPiece]) -> PackedPiece:
        """One object of a version, unless it is there. Raises OutOfTimeError."""
        found = self._store.find(key)
        if found:
            return found
        if not self._has_time():
            raise OutOfTimeError
        if len(group) == 1 and group[0] in held:
            return self._store.copy(held[group[0]], key)
        with TemporaryDirectory() as name:
            folder = Path(name)
            paths = {folder / f"{number:05}.parquet": piece for number, piece in enumerate(group)}
            for path, piece in paths.items():
                self._store.fetch(piece, path)
            target = folder / "packed.parquet"
            try:
                content = self._pack(list(paths), target)
            except ValueError as exc:
                text = str(exc)
                for path, piece in paths.items():
                    text = text.replace(path.name, piece.key)
                raise PackingError(text) from exc
            expected = sum(held[piece].rows for piece in group if piece in held)
            if content.rows < expected:
                raise PackingError(f"{key} has {content.rows} rows, and was packed from {expected} and more")
            return self._store.write(target, key, content.rows, content.checksum)

    def _demand_whole(self, day: date, manifest: Manifest) -> None:
        """Raise PackingError unless a version consists of exactly what its manifest says."""
        there = self._store.list_visible(self._store.packed_prefix(day, manifest.version))
        if there != sorted(each.piece for each in manifest.objects):
            raise PackingError(f"version {manifest.version} of {day} is not what its manifest says")

    def _clean(self, partition: Partition, manifest: Manifest, raw: list[Piece]) -> bool:
        """Delete what the version replaced: other versions, then the raw objects, by which the next run knows of the day.

        False where another run is at work on the day, to which it is left.
        """
        self._demand_whole(partition.day, manifest)
        others = self._store.list_others(partition.day, manifest.version)
        # In this order: whoever packs what came late listed it before the first upload. If nothing late is there now, what another run
        # swaps to after these looks was not there yet when the others were listed.
        if self._store.list_visible(self._store.raw_prefix(partition.day)) != raw:
            return False
        if self._find(partition.day) != partition:
            return False
        self._store.delete(others)
        self._store.delete([each.key for each in raw])
        return True


def _read_moment(partition: Partition) -> float:
    try:
        return float(partition.parameters[PACKED_AT])
    except (KeyError, ValueError) as exc:
        raise PackingError(f"nobody noted when {partition.day} was packed") from exc
