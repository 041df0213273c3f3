"""One Parquet object of the event log, scanned for what it says about hits and goals."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import duckdb
from pixelweave.conversion import BUILT_IN, HIT, Conversion, GoalRef
from pixelweave.goal_match import OWN_VALUE, settle_value
from pixelweave.goal_rule import Scope
from pixelweave.goal_sql import COLUMNS, compile_conversions
from pixelweave.goal_store import HitTally
from pixelweave.outcome import OUTCOMES

from pixelweave_parquet.event_column import MalformedObjectError, compile_columns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from pixelweave.goal import GoalRecord
    from pixelweave.goal_rule import Rule, Stretch

# Rows that are Python objects at a time.
_BATCH = 5_000
_TALLY = """
SELECT pixel_id, strftime(received_at, '%Y-%m-%d') AS day, strftime(received_at, '%H') AS hour, outcome, count(*)
FROM event
WHERE pixel_id IS NOT NULL AND received_at IS NOT NULL AND list_contains($outcomes, outcome)
GROUP BY ALL ORDER BY ALL
"""
_PIXELS = "SELECT DISTINCT pixel_id FROM event WHERE pixel_id IS NOT NULL"
# Too little memory, or a statement of ours that is wrong. Damage is told by nearly every other class, also by DuckDB's binding where a
# text is not UTF-8.
_NOT_ITS_FAULT = (
    duckdb.OutOfMemoryException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
    duckdb.PermissionException,
)
# An object decides nothing but what is read of it.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "preserve_insertion_order": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
}


class ObjectScan:
    """An object of the log at `path`, open in a DuckDB that can read nothing else.

    DuckDB itself keeps within `memory_mb` and puts what is more into `spill`, a folder of its own whose parent exists. Not for several
    threads.

    Raises (on entering, and by every method):
        FileNotFoundError: nothing is at `path`.
        MalformedObjectError: it is not Parquet, is cut off, or has columns of other types than the log.
        duckdb.OutOfMemoryException, duckdb.IOException: memory is not enough, and `spill` is not either or cannot be written.
    """

    def __init__(self, path: Path, *, memory_mb: int = 256, spill: Path, threads: int = 1) -> None:
        self._path = path
        self._spill = spill
        self._memory_mb = memory_mb
        self._threads = threads
        self._connection: duckdb.DuckDBPyConnection | None = None

    def __enter__(self) -> Self:
        self._path.stat()
        self._connection = duckdb.connect(
            config=_CONFIG
            | {
                "memory_limit": f"{self._memory_mb}MiB",
                "threads": self._threads,
                "temp_directory": str(self._spill),
            }
        )
        try:
            self._open(self._connection)
        except BaseException:
            self._connection.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()

    def pixel_ids(self) -> frozenset[str]:
        """The pixels that have rows in the object, whatever their outcome."""
        return frozenset(pixel_id for (pixel_id,) in self._fetch(_PIXELS, {}))

    def tally(self) -> list[HitTally]:
        """The object's rows by outcome, hour and UTC day of each pixel."""
        rows: dict[tuple[str, str], dict[tuple[str, str], int]] = {}
        for pixel_id, day, hour, outcome, number in self._fetch(_TALLY, {"outcomes": list(OUTCOMES)}):
            rows.setdefault((pixel_id, day), {})[hour, outcome] = number
        return [HitTally(pixel_id, day, numbers) for (pixel_id, day), numbers in rows.items()]

    def find_conversions(
        self,
        records: Mapping[str, Sequence[GoalRecord]],
        *,
        implied: bool = True,
        pixels: Collection[str] | None = None,
        between: Stretch | None = None,
    ) -> Iterator[Conversion]:
        """The conversions of these goals, by pixel_id, in accepted rows; of one once key only the one of least rank.

        Args:
            implied: goals that hits name and built-in ones too.
            pixels: only of these pixels.
            between: only received at these epoch milliseconds, from inclusive to exclusive.
        """
        present = self.pixel_ids()
        wanted = present if pixels is None else present.intersection(pixels)
        known = [record for pixel_id in sorted(wanted) for record in records.get(pixel_id, ())]
        if not wanted or not (known or implied):
            return
        query = compile_conversions(known, Scope(implied, None if pixels is None else wanted, between))
        for row in self._fetch(query.text, query.parameters):
            yield _read_conversion(row, query.rules)

    def _open(self, connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        connection.execute("SET allowed_paths = ?", [[str(self._path)]])
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        with self._telling_damage():
            relation = connection.read_parquet(str(self._path))
            relation.create_view("object")
            columns = compile_columns(COLUMNS, dict(zip(relation.columns, relation.types, strict=True)))
        # S608: the columns are named in `field.py`.
        connection.execute(f"CREATE VIEW event AS SELECT {columns} FROM object")  # noqa: S608

    @contextmanager
    def _telling_damage(self) -> Iterator[None]:
        """Raise MalformedObjectError for what the object is to blame for."""
        try:
            yield
        except _NOT_ITS_FAULT:
            raise
        except (duckdb.Error, RuntimeError, UnicodeError) as exc:
            if str(self._spill) in str(exc) and str(self._path) not in str(exc):
                raise
            # What DuckDB says may hold data of the object, so it is not chained.
            raise MalformedObjectError("the object is not Parquet, or is cut off or damaged") from None

    def _fetch(self, query: str, parameters: Mapping[str, object]) -> Iterator[tuple[Any, ...]]:
        if self._connection is None:
            raise RuntimeError("the object is not open; use the scan in a with statement")
        # A cursor of its own, so that several results can be read side by side.
        with self._connection.cursor() as cursor:
            with self._telling_damage():
                cursor.execute(query, parameters)
            while True:
                with self._telling_damage():
                    rows = cursor.fetchmany(_BATCH)
                if not rows:
                    return
                yield from rows


def _read_conversion(row: tuple[Any, ...], rules: Sequence[Rule]) -> Conversion:
    number, pixel_id, label, once, moment, event_id, session, value, unit, workspace_id = row
    if number > 0:
        goal, worth = rules[number - 1].goal, rules[number - 1].spec.value
    else:
        goal, worth = GoalRef.make(pixel_id, HIT if number < 0 else BUILT_IN, label), OWN_VALUE
    settled, settled_unit = settle_value(worth, value, unit)
    return Conversion(goal, once, moment, event_id, session, settled, settled_unit, workspace_id or "")
