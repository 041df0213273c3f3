"""A DuckDB that sees one object of the log, as the view `event`, and can read, write, load and change nothing else."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb

from pixelweave_parquet.event_column import MalformedObjectError, compile_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

type _Config = dict[str, str | bool | int | float | list[str]]

# Rows that are Python objects at a time.
_BATCH = 5_000
CONFIG: _Config = {
    "preserve_insertion_order": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
# Too little memory, or a statement of ours that is wrong. Damage is told by nearly every other class, also by DuckDB's binding where a
# text is not UTF-8.
_NOT_ITS_FAULT = (
    duckdb.OutOfMemoryException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
    duckdb.PermissionException,
)


@contextmanager
def telling_damage(spill: Path, *paths: Path) -> Iterator[None]:
    """Raise MalformedObjectError for what the objects at `paths` are to blame for, and not the disk where DuckDB spills."""
    try:
        yield
    except _NOT_ITS_FAULT:
        raise
    except (duckdb.Error, RuntimeError, UnicodeError) as exc:
        if str(spill) in str(exc) and not any(str(path) in str(exc) for path in paths):
            raise
        # What DuckDB says may hold data of the object, so it is not chained.
        raise MalformedObjectError("the object is not Parquet, or is cut off or damaged") from None


class ObjectConnection:
    """The object at `path` with the columns `columns` of the log.

    Raises:
        FileNotFoundError: nothing is at `path`.
        MalformedObjectError: it is not Parquet, is cut off, or has columns of other types than the log.
    """

    def __init__(
        self, path: Path, columns: Sequence[str], *, memory_mb: int, spill: Path, threads: int
    ) -> None:
        self._path = path
        self._spill = spill
        path.stat()
        limits: _Config = {
            "memory_limit": f"{memory_mb}MiB",
            "threads": threads,
            "temp_directory": str(spill),
        }
        self._connection = duckdb.connect(config=CONFIG | limits)
        try:
            self._open(columns)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the object, and empty what was spilled."""
        self._connection.close()

    def fetch(self, query: str, parameters: Mapping[str, object]) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, some at a time; several can be read side by side."""
        with self._connection.cursor() as cursor:
            with telling_damage(self._spill, self._path):
                cursor.execute(query, parameters)
            while True:
                with telling_damage(self._spill, self._path):
                    rows = cursor.fetchmany(_BATCH)
                if not rows:
                    return
                yield from rows

    def _open(self, columns: Sequence[str]) -> None:
        connection = self._connection
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        connection.execute("SET allowed_paths = ?", [[str(self._path)]])
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        with telling_damage(self._spill, self._path):
            relation = connection.read_parquet(str(self._path))
            relation.create_view("object")
            chosen = compile_columns(columns, dict(zip(relation.columns, relation.types, strict=True)))
        # S608: the columns are named in `field.py`.
        connection.execute(f"CREATE VIEW event AS SELECT {chosen} FROM object")  # noqa: S608
