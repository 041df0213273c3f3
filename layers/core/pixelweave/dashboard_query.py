"""One query a part, composed of the texts of views and of `dashboard/queries/`: for all pixels and all days that are due.

Views read the whole log. Here each is a WITH query over a restricted log instead: one of the name of a table hides the table, so the
views' texts stay as they are.

QueryTextError   a text reads, by way of others, itself, or it is not there
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pixelweave.dashboard_part import LATE, REPEAT_DAYS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pixelweave.dashboard_part import Column, Part

OTHER = "(other)"
_COMMENT = re.compile(r"^\s*--.*\n?", re.MULTILINE)
_READ = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_][a-z0-9_]*)\b")
_OWN = re.compile(r"^(?:WITH )?([a-z_][a-z0-9_]*) AS \($", re.MULTILINE)


class QueryTextError(ValueError):
    """A query cannot be composed of the texts there are."""


@dataclass(frozen=True, slots=True)
class QueryTexts:
    """SELECTs by name: those of `parts`, and the `sources` that they and each other read by bare names. Other names are tables."""

    parts: Mapping[str, str]
    sources: Mapping[str, str]


def compose_query(part: Part, texts: QueryTexts, *, log: str, first: date, last: date, days_back: int) -> str:
    """The query of a part for the days from `first` to `last`.

    `log` is the qualified and quoted name of the table of events, `days_back` how far back sessions, visitors and orders are looked for.
    Its columns are the part's owner, `day`, and the part's columns. Raises QueryTextError.
    """
    select = _clean(texts.parts[part.name])
    sources = {name: _clean(texts.sources[name]) for name in _resolve(select, texts.sources)}
    read = {name for text in (select, *sources.values()) for name in _READ.findall(text)}
    queries = {
        name: f"SELECT * FROM {log} WHERE dt BETWEEN '{begin}' AND '{end}'"  # noqa: S608 - names and dates are ours
        for name, (begin, end) in _list_logs(part, first, last, days_back).items()
        if name in read
    }
    queries |= sources | {"published": select}
    written = [f"{name} AS (\n{text}\n)" for name, text in queries.items()]
    return "WITH " + ",\n".join(written) + "\n" + _fold(part, first, last)


def _list_logs(part: Part, first: date, last: date, days_back: int) -> dict[str, tuple[date, date]]:
    """The first and last day of each restricted log: `events`, as far back as the part needs it; `recent`, the days in which repeats are
    looked for; `past`, what lies before them."""
    week = first - timedelta(days=min(REPEAT_DAYS, days_back))
    start = first - timedelta(days=days_back)
    return {
        "events": (start if part.look_back == "whole" else week, last),
        "recent": (week, last),
        "past": (start, week - timedelta(days=1)),
    }


def _fold(part: Part, first: date, last: date) -> str:
    """The rows of the days that are due, the smallest of each day folded into few: sums stay what they are."""
    keys = [part.owner, "day"]
    places = ""
    if part.limit is not None:
        order = ", ".join([f"{part.counts[0].name} DESC", *(column.name for column in part.dimensions)])
        places = f", row_number() OVER (PARTITION BY {part.owner}, day ORDER BY {order}) AS place_in_day"
    shown = [_show(column, part.limit) for column in part.dimensions]
    sums = [f"sum({column.name}) AS {column.name}" for column in part.counts]
    grouped = ", ".join(str(number) for number in range(1, len(keys) + len(shown) + 1))
    # S608: names and dates are ours.
    return (
        f"SELECT {', '.join(keys + shown + sums)}\n"  # noqa: S608
        f"FROM (SELECT published.*{places} FROM published WHERE day BETWEEN '{first}' AND '{last}') AS placed\n"
        f"GROUP BY {grouped}"
    )


def _show(column: Column, limit: int | None) -> str:
    if limit is None or not column.folds:
        return column.name
    kept = 2 * limit if column.folds == LATE else limit
    return f"CASE WHEN place_in_day <= {kept} THEN {column.name} ELSE '{OTHER}' END AS {column.name}"


def _resolve(select: str, sources: Mapping[str, str]) -> list[str]:
    """The sources that `select` needs, each after those that it reads itself."""
    ordered: list[str] = []

    def visit(text: str, way: tuple[str, ...]) -> None:
        for name in dict.fromkeys(_READ.findall(text)):
            if name in way:
                raise QueryTextError(f"{name} reads itself, by way of {' and '.join(way)}")
            if name in sources and name not in ordered and name not in _list_own(text):
                visit(_clean(sources[name]), (*way, name))
                ordered.append(name)

    visit(select, ())
    return ordered


def _list_own(text: str) -> set[str]:
    """The names that a text's own WITH queries have, each at the beginning of a line: they hide sources."""
    return set(_OWN.findall(text))


def _clean(text: str) -> str:
    """A text without its comments: they may quote anything."""
    return _COMMENT.sub("", text).strip()
