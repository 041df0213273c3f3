"""What a night of publishing scans for each event, as `bench/publish.py` reads it off the plans of the queries."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from pixelweave.dashboard_part import PARTS, REPEAT_DAYS, choose_parts
from pixelweave.dashboard_query import compose_query
from pixelweave_aws.dashboard_text import read_texts
from pixelweave_local.athena import connect, translate

from bench.artefact import ROOT
from bench.publish import DAYS_DUE, describe_table, measure_scan
from bench.publish_log import DATABASE, DAYS, LAST_DAY, write_log

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelweave.dashboard_part import Part

EVENTS = 100_000


class Scanned(NamedTuple):
    """Bytes that a night scans for each event: of those that are only looked back at, of those of the last ten days, and of the first
    ones by `reach` alone."""

    past: float
    recent: float
    reach: float


def measure_publishing() -> Scanned:
    """All parts over a log of thirty days, once with a look-back of the repeats alone and once with all of it: the events that only the
    second one looks at tell of the past. About two seconds."""
    texts = read_texts(ROOT / "dashboard" / "queries", ROOT / "views")
    first = LAST_DAY - timedelta(days=DAYS_DUE - 1)
    log = f'"{DATABASE}"."events"'
    with TemporaryDirectory() as name, connect() as connection:
        folder = Path(name)
        write_log(connection, folder, EVENTS)
        tables = {table: describe_table(connection, folder / table) for table in ("events", "links")}

        def scan(days_back: int, parts: Sequence[Part] = PARTS) -> int:
            composed = (
                compose_query(part, texts, log=log, first=first, last=LAST_DAY, days_back=days_back)
                for part in parts
            )
            return sum(
                measure_scan(connection, translate(sql, DATABASE)[0], tables).bytes for sql in composed
            )

        recent, every = scan(REPEAT_DAYS), scan(DAYS)
        reach = choose_parts(["reach"])
        of_reach = scan(DAYS, reach) - scan(REPEAT_DAYS, reach)
    days = DAYS_DUE + REPEAT_DAYS
    events_past = EVENTS * (DAYS - days) / DAYS
    return Scanned((every - recent) / events_past, recent / (EVENTS * days / DAYS), of_reach / events_past)
