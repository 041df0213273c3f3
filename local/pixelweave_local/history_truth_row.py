"""Rows of the dashboard's documents, added up in plain Python."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

type Cell = str | int | bool | None
type Cells = tuple[Cell, ...]
type Days = dict[str, list[list[Cell]]]
type Count = int | Decimal | None


class Told(NamedTuple):
    """What one thing that happened adds to a day: to the row with these dimensions, these counts."""

    day: str
    cells: Cells
    counts: tuple[Count, ...]


def sum_rows(told: Iterable[Told]) -> Days:
    """Rows of equal cells added up, by day. Decimals become texts; a sum of nothing but None is None."""
    sums: dict[tuple[str, Cells], list[Count]] = {}
    for day, cells, counts in told:
        key = (day, tuple(cells))
        before = sums.get(key) or [None] * len(counts)
        sums[key] = [
            own if old is None else old if own is None else old + own
            for old, own in zip(before, counts, strict=True)
        ]
    days: Days = {}
    for (day, cells), added in sums.items():
        days.setdefault(day, []).append([*cells, *map(_write, added)])
    return {day: sorted(rows, key=_rank) for day, rows in days.items()}


def _write(count: Count) -> Cell:
    if isinstance(count, Decimal):
        return f"{count:.4f}"
    return None if count is None else int(count)


def _rank(row: list[Cell]) -> list[tuple[bool, str | int]]:
    return [(cell is not None, "" if cell is None else cell) for cell in row]
