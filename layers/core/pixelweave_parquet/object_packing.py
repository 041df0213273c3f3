"""Several Parquet objects of a log merged into one that is sorted, and held against them before anybody sees it (docs/compaction.md).

Objects are the streams' or packed ones. Rows are neither dropped nor counted once: what was read is what is written, in another order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

import duckdb
from pixelweave.packing import PackingError

from pixelweave_parquet.event_column import MalformedObjectError, compile_table, list_kinds
from pixelweave_parquet.object_connection import CONFIG, telling_damage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from duckdb.sqltypes import DuckDBPyType
    from pixelweave.packing import Layout

# A reader skips a row group by the least and greatest values of its columns, so small ones skip more; each has its own dictionaries, so
# large ones are smaller. `bench/compact.py` measures both.
ROW_GROUP_ROWS = 32_768


class Content(NamedTuple):
    """What is in one or more objects: their rows, and the sum of the hashes of their rows, which does not depend on their order."""

    rows: int
    checksum: int


class ObjectPacking:
    """A DuckDB that sees the files of one folder, keeps within `memory_mb`, and spills into that folder what is more."""

    def __init__(self, layout: Layout, folder: Path, *, memory_mb: int, threads: int = 2) -> None:
        self._layout = layout
        spill = folder / "spill"
        self._spill = spill
        self._connection = duckdb.connect(
            config=CONFIG
            | {
                "memory_limit": f"{memory_mb}MiB",
                "threads": threads,
                "temp_directory": str(spill),
                # Else row groups are written in the order in which they are finished.
                "preserve_insertion_order": True,
            }
        )
        self._connection.execute("SET GLOBAL TimeZone = 'UTC'")
        self._connection.execute("SET allowed_directories = ?", [[f"{folder}/"]])
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def pack(self, sources: Sequence[Path], target: Path) -> Content:
        """Write the rows of `sources` to `target`, which is not there yet, and return what it holds.

        Raises:
            MalformedObjectError: a source cannot be read, or is not of the log.
            PackingError: what was written is not what was read.
            duckdb.OutOfMemoryException, duckdb.IOException: memory and disk are not enough.
        """
        given = self._open(sources)
        with telling_damage(self._spill, *sources):
            wanted = self._measure(given)
        order = ", ".join(f'"{name}"' for name in self._layout.order)
        with telling_damage(self._spill, *sources):
            # S608: columns and their order are named in `field.py` and `link.py`, paths are ours.
            self._connection.execute(
                f"COPY (SELECT * FROM ({given}) ORDER BY {order}) TO '{target}' "  # noqa: S608
                f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP_ROWS})"
            )
        self._check(target, wanted)
        return wanted

    def _open(self, sources: Sequence[Path]) -> str:
        """A SELECT of all rows of the sources in the columns of the log; each object by itself must fit them."""
        found: dict[str, DuckDBPyType] = {}
        for source in sources:
            try:
                with telling_damage(self._spill, source):
                    relation = self._connection.read_parquet(str(source))
                columns = dict(zip(relation.columns, relation.types, strict=True))
                compile_table(self._layout.fields, columns)
            except MalformedObjectError as exc:
                raise MalformedObjectError(f"{source.name}: {exc}") from exc
            found |= columns
        paths = ", ".join(f"'{source}'" for source in sources)
        chosen = compile_table(self._layout.fields, found)
        return (
            f"SELECT {chosen} FROM read_parquet([{paths}], union_by_name = true, hive_partitioning = false)"  # noqa: S608 - as above
        )

    def _measure(self, select: str) -> Content:
        names = ", ".join(f'"{field.name}"' for field in self._layout.fields)
        query = f"SELECT count(*), coalesce(sum(hash({names})), 0) FROM ({select})"  # noqa: S608 - as above
        row = self._connection.execute(query).fetchone()
        if row is None:
            raise PackingError("nothing could be counted")
        return Content(*map(int, row))

    def _check(self, target: Path, wanted: Content) -> None:
        relation = self._connection.read_parquet(str(target))
        columns = list(zip(relation.columns, map(str, relation.types), strict=True))
        if columns != list_kinds(self._layout.fields):
            raise PackingError("a packed object has other columns than the table")
        written = self._measure(f"SELECT * FROM read_parquet('{target}')")  # noqa: S608 - as above
        if written != wanted:
            raise PackingError(
                f"a packed object has {written.rows} rows and checksum {written.checksum}, its sources {wanted.rows} and {wanted.checksum}"
            )
