"""The documents of the dashboard: a month of one part of one pixel, made of rows as Athena prints them (docs/dashboard.md).

A document that is made again from the same rows has the same bytes: days and rows are sorted, and its gzip knows no time.

PublishedRowError   a row of a query is not what its part says
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from pixelweave.dashboard_part import Column, Part

VERSION = 1

type Cell = str | int | bool | None
type DayRows = dict[str, list[list[Cell]]]


class PublishedRowError(ValueError):
    """A row lacks a column, or has another kind of value there; the text names the column."""


def read_rows(part: Part, rows: Iterable[Mapping[str, str | None]]) -> dict[str, DayRows]:
    """The rows of a part's query by owner (pixel, or workspace) and day, sorted. Raises PublishedRowError."""
    owners: defaultdict[str, DayRows] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        owner, day = row.get(part.owner), row.get("day")
        if owner is None or day is None:
            raise PublishedRowError(f"{part.name}: a row without {part.owner} or day")
        owners[owner][day].append([_read(column, row) for column in part.columns])
    return {
        owner: {day: sorted(cells, key=_rank) for day, cells in days.items()}
        for owner, days in owners.items()
    }


def merge_month(part: Part, old: bytes | None, month: str, due: tuple[date, date], fresh: DayRows) -> bytes:
    """The document of a month (`YYYY-MM`): the days from `due[0]` to `due[1]` with their fresh rows, the others as `old` has them.

    An old document of other columns is of another version of Pixelweave: none of its days is kept.
    """
    first, last = (day.isoformat() for day in due)
    days = {day: rows for day, rows in _read_days(part, old).items() if not first <= day <= last}
    days |= {day: rows for day, rows in fresh.items() if day.startswith(month) and first <= day <= last}
    document = {
        "version": VERSION,
        "part": part.name,
        "columns": [column.name for column in part.columns],
        "days": dict(sorted(days.items())),
    }
    return pack(document)


def pack(document: object) -> bytes:
    """A document as it lies in the bucket: compact JSON, gzipped."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    # A text may hold half of a surrogate pair, which is no UTF-8: what cannot be read is replaced.
    return gzip.compress(text.encode(errors="replace"), mtime=0)


def _read_days(part: Part, packed: bytes | None) -> DayRows:
    if packed is None:
        return {}
    document = json.loads(gzip.decompress(packed))
    columns = [column.name for column in part.columns]
    if document["version"] != VERSION or document["columns"] != columns:
        return {}
    days: DayRows = document["days"]
    return days


def _read(column: Column, row: Mapping[str, str | None]) -> Cell:
    try:
        text = row[column.name]
        if text is None or column.kind == "text":
            return text
        if column.kind == "truth":
            return {"true": True, "false": False}[text]
        if column.kind == "decimal":
            return f"{Decimal(text):f}"
        return int(text)
    except (KeyError, ValueError, InvalidOperation) as exc:
        raise PublishedRowError(f"column {column.name}: {row.get(column.name, 'missing')!r:.80}") from exc


def _rank(cells: list[Cell]) -> list[tuple[bool, str | int]]:
    """The order of rows: by their cells from left to right, numbers as numbers, null first."""
    return [(cell is not None, "" if cell is None else cell) for cell in cells]
