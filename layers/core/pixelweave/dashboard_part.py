"""The parts of the dashboard: what each publishes, column by column (docs/dashboard.md, «The parts»).

A part is one query, `dashboard/queries/<name>.sql`, whose columns are the pixel (or workspace), the day, the dimensions and the counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection

# A repeat of a hit comes within minutes, of a browser that was closed meanwhile within days; a session ends within hours.
REPEAT_DAYS = 7
# Later than that an identify message is lost: SQS keeps it for 14 days.
IDENTITY_SETTLES = timedelta(days=15)
# A day is complete when the next one is over, by which its sessions are told, and the stream has delivered that.
SETTLES = timedelta(hours=25)
# Who becomes known was an actor before: days that counted them as anonymous stay open for so long that the last 30 days, and the 30
# before them, know of everybody what is known today.
PEOPLE_SETTLE = timedelta(days=61)

type Kind = Literal["text", "whole", "truth", "decimal"]
type LookBack = Literal["repeats", "whole"]

NEVER, LATE, FIRST = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a part; `folds` of a dimension says when rows beyond the part's limit are folded over it: FIRST, LATE (beyond twice the
    limit) or NEVER."""

    name: str
    kind: Kind = "text"
    folds: int = FIRST


@dataclass(frozen=True, slots=True)
class Part:
    """A part: its dimensions, its counts, how many rows a pixel and day may have (None: they are few by their nature), how far back it
    needs whole rows of the log, how long after its end a day may still change, and whether rows are of a workspace instead of a pixel."""

    name: str
    dimensions: tuple[Column, ...]
    counts: tuple[Column, ...]
    limit: int | None = None
    look_back: LookBack = "repeats"
    settles: timedelta = SETTLES
    is_by_workspace: bool = False

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of a published row, in their order."""
        return self.dimensions + self.counts

    @property
    def owner(self) -> str:
        """The query's first column."""
        return "workspace_id" if self.is_by_workspace else "pixel_id"


def _texts(*names: str, folds: int = FIRST) -> tuple[Column, ...]:
    return tuple(Column(name, folds=folds) for name in names)


def _counts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "whole") for name in names)


PARTS = (
    Part(
        "activity",
        dimensions=(Column("hour", "whole"),),
        counts=_counts("events", "page_views"),
    ),
    Part(
        "reach",
        dimensions=(Column("kind"), Column("gap", "whole")),
        counts=_counts("actors"),
        look_back="whole",
        settles=PEOPLE_SETTLE,
    ),
    Part(
        "sessions",
        dimensions=(
            *_texts("channel", folds=NEVER),
            *_texts("campaign", "country", "browser", "os", "device", "landing"),
            Column("is_known", "truth", folds=NEVER),
        ),
        counts=_counts("sessions", "engaged", "page_views", "seconds"),
        limit=500,
    ),
    Part(
        "dimensions",
        dimensions=(Column("dimension", folds=NEVER), Column("value")),
        counts=_counts("sessions"),
        limit=300,
    ),
    Part(
        "goals",
        dimensions=(
            *_texts("goal", "source", folds=LATE),
            *_texts("unit", folds=NEVER),  # what is worth different units does not add up
            *_texts("channel", folds=LATE),
            *_texts("campaign", "country", "browser", "device", "landing"),
        ),
        counts=(*_counts("conversions", "sessions"), Column("value", "decimal")),
        limit=500,
        look_back="whole",
    ),
    Part(
        "funnels",
        dimensions=(Column("funnel"), Column("step", "whole"), Column("goal")),
        counts=_counts("entries"),
        look_back="whole",
    ),
    Part(
        "content",
        dimensions=_texts("host", "path", "title"),
        counts=_counts("page_views", "entries", "exits"),
        limit=300,
    ),
    Part(
        "interests",
        dimensions=_texts("label", "value"),
        counts=_counts("events", "sessions"),
        limit=300,
    ),
    Part(
        "technology",
        dimensions=_texts("browser", "browser_version", "os", "os_version", "device"),
        counts=_counts("sessions", "events"),
        limit=300,
    ),
    Part(
        "geography",
        dimensions=_texts("country", "region", "city", "time_zone"),
        counts=_counts("sessions", "events"),
        limit=300,
    ),
    Part(
        "quality",
        dimensions=_texts("dialect", "outcome", "reason", "client_class"),
        counts=_counts("hits", "duplicates", "late"),
    ),
    Part(
        "identity",
        dimensions=_texts("kind", "detail"),
        counts=_counts("count"),
        settles=IDENTITY_SETTLES,
        is_by_workspace=True,
    ),
)


def choose_parts(names: Collection[str] = ()) -> tuple[Part, ...]:
    """The parts of these names in their order, all of them where none is named. Raises ValueError for a name that is no part's."""
    unknown = set(names) - {part.name for part in PARTS}
    if unknown:
        known = ", ".join(part.name for part in PARTS)
        raise ValueError(f"{', '.join(sorted(unknown))} is no part of the dashboard; there are {known}")
    return tuple(part for part in PARTS if part.name in names or not names)
