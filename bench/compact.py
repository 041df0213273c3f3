"""A day of the log before and after it is packed: objects, bytes, what queries read of it, and what packing takes.

`python -m bench.compact` prints the tables. Bytes that a query reads are worked out from the objects' own metadata: the footers of all
objects, and the wanted columns of the row groups that the least and greatest values of `pixel_id` and `received_at` do not exclude. They
are those of any reader that skips row groups, such as Athena, and do not depend on the machine. Times do.
"""

from __future__ import annotations

import resource
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import duckdb
from pixelweave.packing import LAYOUTS
from pixelweave_parquet.object_packing import ObjectPacking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SIZES = (100_000, 1_000_000)
# One each five minutes, as HitsBufferSeconds has it.
OBJECTS = 288
PIXELS = 20
MEMORY_MB = 1024
DAY = "2026-03-01"
MEGABYTE = 1_000_000

# A few large pixels and many small ones; sessions of ten hits; what is said once a session repeats.
_EVENTS = """
SELECT uuid()::VARCHAR AS event_id, uuid()::VARCHAR AS message_id,
    'px_' || lpad(floor(pow(hash(s, 1) / 18446744073709551616.0, 2) * {pixels})::INT::VARCHAR, 2, '0') AS pixel_id,
    'acme' AS workspace_id, 'native' AS dialect,
    CASE WHEN hash(i, 2) % 40 = 0 THEN 'purchase' ELSE 'page_view' END AS type, 'accepted' AS outcome,
    TIMESTAMP '{day} 00:00:00' + to_milliseconds((i * 86400000.0 / {events})::BIGINT) AS received_at, received_at AS occurred_at,
    'session-' || hash(s, 3) AS session_id, 'visitor-' || hash(s // 3, 4) AS visitor_id,
    'https://www.shop.example/category/' || hash(i, 5) % 40 || '/item/' || hash(i, 6) % 800 AS url, 'www.shop.example' AS host,
    '/category/' || hash(i, 5) % 40 || '/item/' || hash(i, 6) % 800 AS path, 'Item ' || hash(i, 6) % 800 || ' of the shop' AS title,
    'https://www.search.example/?q=' || hash(s, 7) % 900 AS referrer, 'www.search.example' AS referrer_host,
    ['search', 'email', 'social', 'direct'][(1 + hash(s, 8) % 4)::INT] AS channel, 'campaign-' || hash(s, 9) % 30 AS utm_campaign,
    CASE WHEN hash(i, 2) % 40 = 0 THEN (hash(i, 10) % 20000 / 100)::DECIMAL(18,4) END AS value,
    CASE WHEN hash(i, 2) % 40 = 0 THEN 'EUR' END AS currency, CASE WHEN hash(i, 2) % 40 = 0 THEN 'order-' || i END AS order_id,
    MAP {{'segment': 'group-' || hash(s, 11) % 12}} AS labels, MAP {{'screen': 'item', 'ab': 'variant-' || hash(s, 12) % 3}} AS props,
    ['DE', 'FR', 'US', 'PL', 'IT'][(1 + hash(s, 13) % 5)::INT] AS country, 'City ' || hash(s, 14) % 300 AS city,
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/' || 100 + hash(s, 15) % 40 || '.0.0.0 Safari/537.36' AS user_agent,
    ['Chrome', 'Safari', 'Firefox'][(1 + hash(s, 16) % 3)::INT] AS browser, (100 + hash(s, 15) % 40)::VARCHAR AS browser_version,
    ['Windows', 'Android', 'iOS'][(1 + hash(s, 17) % 3)::INT] AS os, ['desktop', 'phone'][(1 + hash(s, 18) % 2)::INT] AS device_type,
    'human' AS client_class, 'granted' AS consent, 1 AS schema_version
FROM (SELECT i, (i // 3000) * 300 + hash(i) % 300 AS s FROM range({first}, {last}) AS numbers(i))
"""


class Query(NamedTuple):
    """A query: the columns it reads, and what it wants of the two that objects are sorted by."""

    name: str
    columns: tuple[str, ...]
    pixel: str | None = None
    hour: int | None = None

    @property
    def where(self) -> str:
        """The condition in SQL."""
        parts = ["true"]
        if self.pixel:
            parts.append(f"pixel_id = '{self.pixel}'")
        if self.hour is not None:
            parts.append(f"hour(received_at) = {self.hour}")
        return " AND ".join(parts)


_REPORT = ("pixel_id", "received_at", "type", "session_id", "channel", "value")
_EVERYTHING = ("pixel_id", "received_at", "event_id", "url", "title", "user_agent", "labels", "props")
QUERIES = (
    Query("report, one pixel", _REPORT, pixel="px_10"),
    Query("report, a small pixel", _REPORT, pixel="px_19"),
    Query("report, all pixels", _REPORT),
    Query("rows, one pixel", _EVERYTHING, pixel="px_10"),
    Query("rows, one pixel, one hour", _EVERYTHING, pixel="px_10", hour=12),
)


class Reading(NamedTuple):
    """What a query reads of some objects: bytes, and row groups of how many; seconds on this machine."""

    size: int
    groups: int
    of_groups: int
    seconds: float


def generate(folder: Path, events: int) -> list[Path]:
    """Write a day of events as the stream does; the objects."""
    paths = []
    with duckdb.connect() as connection:
        for number in range(OBJECTS):
            paths.append(folder / f"{number:05}.parquet")
            select = _EVENTS.format(
                pixels=PIXELS,
                day=DAY,
                events=events,
                first=number * events // OBJECTS,
                last=(number + 1) * events // OBJECTS,
            )
            connection.execute(f"COPY ({select}) TO '{paths[-1]}' (FORMAT parquet, COMPRESSION snappy)")
    return paths


def measure(query: Query, paths: Sequence[Path]) -> Reading:
    """Work out what the query reads, and run it."""
    listed = "[" + ", ".join(f"'{path}'" for path in paths) + "]"
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        chunks = connection.execute(
            "SELECT file_name, row_group_id, split_part(path_in_schema, ',', 1), stats_min_value, stats_max_value, "
            f"total_compressed_size FROM parquet_metadata({listed})"
        ).fetchall()
        started = perf_counter()
        wanted = ", ".join(f"max({name}::VARCHAR)" for name in query.columns)
        connection.execute(
            f"SELECT count(*), {wanted} FROM read_parquet({listed}) WHERE {query.where}"
        ).fetchall()
        seconds = perf_counter() - started
    groups = {(file, group) for file, group, *_ in chunks}
    skipped = {
        (file, group)
        for file, group, column, least, greatest, _ in chunks
        if _excludes(query, str(column), str(least), str(greatest))
    }
    size = sum(
        chunk
        for file, group, column, _, _, chunk in chunks
        if (file, group) not in skipped and column in query.columns
    )
    return Reading(size + sum(map(read_footer, paths)), len(groups - skipped), len(groups), seconds)


def _excludes(query: Query, column: str, least: str, greatest: str) -> bool:
    if column == "pixel_id" and query.pixel:
        return not least <= query.pixel <= greatest
    if column == "received_at" and query.hour is not None:
        # A range of the day: what a query says by BETWEEN.
        return greatest < f"{DAY} {query.hour:02}" or least >= f"{DAY} {query.hour + 1:02}"
    return False


def read_footer(path: Path) -> int:
    """The bytes of an object's footer, which every reader begins with."""
    with path.open("rb") as file:
        file.seek(-8, 2)
        return int.from_bytes(file.read(4), "little") + 8


def run(events: int) -> Iterator[str]:
    """The lines of the tables of one size."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        raw = generate(folder, events)
        target = folder / "packed.parquet"
        started = perf_counter()
        with ObjectPacking(LAYOUTS["events"], folder, memory_mb=MEMORY_MB) as packing:
            packing.pack(raw, target)
        seconds = perf_counter() - started
        before, after = (sum(path.stat().st_size for path in paths) for paths in (raw, [target]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        sizes = f"{len(raw)} objects of {before / MEGABYTE:.1f} MB → 1 of {after / MEGABYTE:.1f} MB"
        yield f"\n{events:,} events: {sizes} ({before / after:.1f} ×)"
        rate = f"{seconds:.1f} s, {events / seconds:,.0f} rows a second"
        yield f"sorted, written and checked in {rate}; DuckDB may use {MEMORY_MB} MiB, the process had {peak} MB at most"
        yield f"{'':<26}{'MB before':>10}{'after':>8}{'×':>7}{'row groups':>18}{'ms before':>11}{'after':>7}"
        for query in QUERIES:
            one, other = measure(query, raw), measure(query, [target])
            groups = f"{one.groups}/{one.of_groups} → {other.groups}/{other.of_groups}"
            yield (
                f"{query.name:<26}{one.size / MEGABYTE:>10.2f}{other.size / MEGABYTE:>8.2f}{one.size / other.size:>7.1f}"
                f"{groups:>18}{one.seconds * 1000:>11.0f}{other.seconds * 1000:>7.0f}"
            )


def main() -> None:
    """Measure and print."""
    print(f"\nA day of the log, {PIXELS} pixels, before and after it is packed (docs/compaction.md)")
    for events in SIZES:
        for line in run(events):
            print(line)


if __name__ == "__main__":
    main()
