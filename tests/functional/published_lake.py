"""What the dashboard's queries say of rows in DuckDB, and Athena's API over the same lake."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from pixelweave.dashboard_document import read_rows
from pixelweave.dashboard_part import choose_parts
from pixelweave.dashboard_query import compose_query
from pixelweave_aws.dashboard_text import read_texts
from pixelweave_local.athena import translate
from pixelweave_local.athena_text import text

from tests.functional.athena_on_duckdb import AthenaOnDuckdb
from tests.functional.link_row import make_event
from tests.functional.view_lake import DATABASE, ROOT, ViewLake

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pixelweave.dashboard_document import DayRows
    from pixelweave.dashboard_query import QueryTexts
    from pixelweave_aws.lake import Row as Printed

    from tests.functional.link_row import Row

THE_DAY, NEXT, THIRD = "2025-06-30", "2025-07-01", "2025-07-02"
# What brought a session, and where from.
BY_EMAIL = {"utm_campaign": "june", "channel": "email", "country": "NL"}
LOG = f'"{DATABASE}"."events"'
FIRST, LAST = date(2025, 6, 1), date(2025, 7, 31)


@cache
def load_texts() -> QueryTexts:
    """The texts of the repository."""
    return read_texts(ROOT / "dashboard" / "queries", ROOT / "views")


def publish(
    lake: ViewLake, name: str, *, first: date = FIRST, last: date = LAST, days_back: int = 400
) -> dict[str, DayRows]:
    """The rows of a part by pixel (or workspace) and day."""
    (part,) = choose_parts([name])
    sql = compose_query(part, load_texts(), log=LOG, first=first, last=last, days_back=days_back)
    names = (part.owner, "day", *(column.name for column in part.columns))
    return read_rows(part, _show(names, lake._connection.execute(_translate(sql)).fetchall()))


@cache
def _translate(sql: str) -> str:
    return translate(sql, DATABASE)[0]


def _show(names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> list[Printed]:
    return [dict(zip(names, map(text, row), strict=True)) for row in rows]


def make_hit(clock: str, day: str = THE_DAY, **changes: Any) -> Row:
    """Return a page view of the session `s` that was received on a day."""
    row = make_event(
        clock, **{"session_id": "s", "visitor_id": "v", "host": "shop.example", "path": "/"} | changes
    )
    moved = timedelta(days=(date.fromisoformat(day) - date.fromisoformat(THE_DAY)).days)
    row |= {name: row[name] + moved for name in ("occurred_at", "received_at") if name not in changes}
    return row | {"event_id": changes.get("event_id", f"{day} {clock}"), "dt": day}


def count_part(
    lake: ViewLake, part: str, events: Sequence[Row], links: Sequence[Row] = (), *, pixel: str = "px_one"
) -> DayRows:
    """Return a part's rows of a pixel (or workspace) where the log has these events and links only."""
    lake.fill("events", events)
    lake.fill("links", links)
    return publish(lake, part).get(pixel, {})


class LakeAthena(AthenaOnDuckdb):
    """Athena over a lake with views; a query with a word of `broken` fails with its reason, and each scans `scanned` bytes."""

    def __init__(self, lake: ViewLake, scanned: int = 1000) -> None:
        super().__init__(lake._connection)
        self.scanned = scanned
        self.broken: dict[str, str] = {}
        self.stop_next = ""
        self.refuse_next = False

    def forget(self) -> None:
        """Let go of the database, which is the lake's."""
        del self.connection

    def start_query_execution(self, **request: Any) -> dict[str, str]:
        """Run the statement at once, unless it is to be refused."""
        if self.refuse_next:
            self.refuse_next = False
            raise ClientError({"Error": {"Code": "TooManyRequestsException"}}, "StartQueryExecution")
        return super().start_query_execution(**request)

    def translate(self, statement: str) -> str:
        """In DuckDB's words, with each table of its database."""
        for word, reason in self.broken.items():
            if word in statement:
                raise ValueError(reason)
        return translate(statement, DATABASE)[0]

    def show(self, cell: object) -> str | None:
        """As Athena prints it."""
        return text(cell)

    def get_query_execution(self, *, QueryExecutionId: str) -> dict[str, Any]:  # noqa: N803
        """With what the query scanned."""
        answer = super().get_query_execution(QueryExecutionId=QueryExecutionId)
        if self.stop_next:
            answer["QueryExecution"]["Status"] = {"State": "CANCELLED", "StateChangeReason": self.stop_next}
        answer["QueryExecution"]["Statistics"] = {
            "DataScannedInBytes": self.scanned,
            "TotalExecutionTimeInMillis": 250,
        }
        return answer
