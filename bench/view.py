"""The views on DuckDB: rows a second at 10⁵ and 10⁶ events, and what one leaf that everybody shares costs.

`python -m bench.view` prints the table. Rates depend on the machine; that ten times the events take about ten times as long does not.
The statements are those of views/, translated as the local Athena translates them.
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from pixelweave.field import FIELDS, Field
from pixelweave.funnel import FUNNEL_STEP_FIELDS
from pixelweave.goal_window_row import GOAL_WINDOW_FIELDS
from pixelweave.link import LINK_FIELDS
from pixelweave_local.athena import connect, translate
from pixelweave_local.glue_type import duckdb_type

from bench.artefact import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
DATABASE = "lake"
DAY = Field("dt")
GOALS = 20
SIZES = (100_000, 1_000_000)
# Of the links log: links of sessions and visitors, nodes, merges.
LINKS_A_HUNDRED_EVENTS = 10
START = "TIMESTAMP '2025-06-01 00:00:00'"
QUERIES = {
    "person_root": "SELECT count(*), count(DISTINCT root_id) FROM person_root",
    "leaf_span": "SELECT count(*) FROM leaf_span",
    "events_stitched": "SELECT count(*), count(person_id), count(DISTINCT person_id) FROM events_stitched",
    "events_stitched, one day": "SELECT count(person_id) FROM events_stitched WHERE dt = '2025-06-15'",
    "people": "SELECT count(*), sum(events) FROM people",
    "goals_reached": "SELECT count(*), count(DISTINCT goal_key) FROM goals_reached",
    "conversions": "SELECT count(*), count(DISTINCT goal_key) FROM conversions",
    "goals_report": "SELECT count(*), sum(conversions) FROM goals_report",
    "funnel": "SELECT min(actors), max(actors) FROM funnel",
    "sessions": "SELECT count(*), sum(events), sum(conversions) FROM sessions",
    "interests": "SELECT count(*), sum(views) FROM interests",
}

# A person has three visitors and each of them five sessions; one merge in twenty rows, in chains of up to 100.
_LINKS = """
SELECT 'l' || i AS link_id,
    CASE i % 20 WHEN 0 THEN 'merge' WHEN 1 THEN 'node' WHEN 2 THEN 'node' ELSE 'link' END AS kind,
    'acme' AS workspace_id,
    CASE WHEN i % 2 = 1 THEN 'session' ELSE 'visitor' END AS leaf_type,
    CASE WHEN i % 2 = 1 THEN 'px_one' ELSE '' END AS scope,
    {leaf} AS leaf,
    'pn_' || lpad(CASE WHEN i % 20 = 0 THEN i / 20 ELSE hash(i, 1) % {persons} END::VARCHAR, 32, '0') AS person_id,
    CASE WHEN i % 20 = 0 AND (i / 20) % 100 > 0 THEN 'pn_' || lpad((i / 20 - 1)::VARCHAR, 32, '0') END AS survivor_id,
    CASE WHEN i % 20 < 3 THEN 'email_sha256' END AS node_type, hash(i)::VARCHAR AS digest,
    {start} + to_milliseconds((hash(i, 2) % 2592000000)::BIGINT) AS since,
    since AS recorded_at, 'e' || i AS event_id, 1 AS schema_version
FROM range({links}) AS numbers(i)
"""
_EVENTS = """
SELECT uuid()::VARCHAR AS event_id, CASE WHEN i % 50 = 0 THEN 'm' || i / 100 ELSE 'm' || i END AS message_id,
    'px_one' AS pixel_id, 'acme' AS workspace_id, 'rokt' AS dialect,
    CASE WHEN i % 20 = 0 THEN 'purchase' ELSE 'page_view' END AS type, 'accepted' AS outcome,
    {start} + to_milliseconds((i * 2592000000 / {events})::BIGINT) AS received_at, received_at AS occurred_at,
    {session} AS session_id, {visitor} AS visitor_id,
    'https://www.shop.example/item/' || i % 800 AS url, 'www.shop.example' AS host, '/item/' || i % 800 AS path,
    CASE WHEN i % 7 = 0 THEN 'email' ELSE 'internal' END AS channel, MAP {{'screen': 'item'}} AS props, 1 AS schema_version,
    strftime(received_at, '%Y-%m-%d') AS dt
FROM range({events}) AS numbers(i)
"""

# Twenty goals of three kinds, of which each event meets one or two, and a funnel of four of them.
_GOAL_WINDOWS = """
SELECT 'px_one' AS pixel_id, 'd:' || i AS goal_key, 'goal ' || i AS goal,
    CASE i % 4 WHEN 0 THEN 'event' WHEN 1 THEN 'session' WHEN 2 THEN 'visitor' ELSE 'order' END AS once, 'all' AS needed,
    [{{'field': 'type', 'key': NULL, 'pattern': 'p%', 'minimum': NULL}},
     {{'field': 'path', 'key': NULL, 'pattern': '%/' || i || '%', 'minimum': NULL}}] AS conditions,
    'nothing' AS worth, 0 AS starts_at, 253402300800000 AS ends_at
FROM range({goals}) AS numbers(i)
"""
_FUNNEL_STEPS = """
SELECT 'px_one' AS pixel_id, 'funnel' AS funnel, i AS step, 'goal ' || i AS goal, 'person' AS actor,
    864000000 AS within_ms
FROM range(1, 5) AS numbers(i)
"""


def fill(connection: duckdb.DuckDBPyConnection, events: int, *, is_hot: bool) -> int:
    """Make the tables and the views; return the number of links. `is_hot`: every event and link is of one visitor."""
    links = events * LINKS_A_HUNDRED_EVENTS // 100
    leaves = links // 4
    numbers = {"events": events, "links": links, "persons": max(links // 15, 1), "start": START}
    leaf = "CASE WHEN i % 2 = 1 THEN 's' ELSE 'v' END || hash(i, 3) % " + str(leaves)
    session, visitor = f"'s' || hash(i, 4) % {leaves}", f"'v' || hash(i, 5) % {leaves}"
    if is_hot:
        leaf, session, visitor = "'v'", "NULL", "'v'"
    connection.execute(f"CREATE SCHEMA {DATABASE}")
    _create(connection, "links", (*LINK_FIELDS, DAY), _LINKS.format(leaf=leaf, **numbers))
    _create(connection, "events", (*FIELDS, DAY), _EVENTS.format(session=session, visitor=visitor, **numbers))
    _create(connection, "goal_windows", GOAL_WINDOW_FIELDS, _GOAL_WINDOWS.format(goals=GOALS))
    _create(connection, "funnel_steps", FUNNEL_STEP_FIELDS, _FUNNEL_STEPS)
    for file in sorted((ROOT / "views").glob("*.sql")):
        statement, _ = translate(file.read_text(), DATABASE)
        connection.execute(f"CREATE VIEW {DATABASE}.{file.stem.partition('_')[2]} AS {statement}")
    return links


def _create(connection: duckdb.DuckDBPyConnection, table: str, fields: Sequence[Field], rows: str) -> None:
    columns = ", ".join(f'"{field.name}" {duckdb_type(field.glue)}' for field in fields)
    connection.execute(f"CREATE TABLE {DATABASE}.{table} ({columns})")
    connection.execute(f"INSERT INTO {DATABASE}.{table} BY NAME {rows}")


def measure(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[float, tuple[object, ...]]:
    """Seconds that the query takes, and its answer."""
    statement, _ = translate(query, DATABASE)
    started = perf_counter()
    (answer,) = connection.execute(statement).fetchall()
    return perf_counter() - started, answer


def main() -> None:
    """Print the table."""
    print("views: DuckDB, two threads")
    for events, is_hot in (*((size, False) for size in SIZES), (SIZES[-1], True)):
        with connect() as connection:
            connection.execute("SET threads = 2")
            links = fill(connection, events, is_hot=is_hot)
            print(f"  {events:,} events, {links:,} links" + (", all of one visitor" if is_hot else ""))
            for name, query in QUERIES.items():
                seconds, answer = measure(connection, query)
                print(f"    {name:<26} {seconds:7.2f} s {events / seconds:>12,.0f} events/s   {answer}")


if __name__ == "__main__":
    main()
