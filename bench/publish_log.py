"""A log to publish from: thirty days of five busy pixels as Parquet, one object a day, as Firehose would write it.

Sessions of six events, of visitors who come back; a third of the visitors are known. Values are drawn by hash, so that a log of one size is
always the same.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from pixelweave.field import FIELDS
from pixelweave.funnel import FUNNEL_STEP_FIELDS
from pixelweave.goal_window_row import GOAL_WINDOW_FIELDS
from pixelweave.link import LINK_FIELDS
from pixelweave_local.glue_type import duckdb_type

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb
    from pixelweave.field import Field

PIXELS = 5
DAYS = 30
FIRST_DAY = date(2025, 6, 1)
LAST_DAY = FIRST_DAY + timedelta(days=DAYS - 1)
DATABASE = "lake"

# draw: a whole number below `bound`, by chance and always the same; pick: an element of a list.
_MACROS = (
    "CREATE MACRO draw(seed, turn, bound) AS (hash(seed, turn) % bound)::INTEGER",
    "CREATE MACRO pick(seed, turn, choices) AS choices[1 + draw(seed, turn, len(choices))]",
)
# `s` is the session of event `i`, `p` the event's place in it.
_EVENTS = """
SELECT uuid()::VARCHAR AS event_id, 'm' || CASE WHEN draw(i, 1, 50) = 0 THEN i - 1 ELSE i END AS message_id,
    'px_' || s % {pixels} AS pixel_id, 'acme' AS workspace_id, 'native' AS dialect,
    CASE WHEN p = 5 AND s % 20 = 0 THEN 'purchase' WHEN p = 4 AND s % 8 = 0 THEN 'conversion' ELSE 'page_view' END AS type,
    CASE WHEN type = 'conversion' THEN pick(s, 15, ['Add to basket', 'Newsletter']) END AS name,
    CASE draw(i, 2, 100) WHEN 0 THEN 'rejected' WHEN 1 THEN 'test' WHEN 2 THEN 'bot' WHEN 3 THEN 'bot' ELSE 'accepted' END AS outcome,
    CASE WHEN outcome = 'rejected' THEN 'invalid_value' END AS reason,
    TIMESTAMP '{day}' + to_milliseconds(((i - {begin}) * 86400000 / {count})::BIGINT) AS received_at,
    received_at - to_milliseconds(draw(i, 3, 5000)) AS occurred_at,
    's' || s AS session_id, 'v' || draw(s, 4, {visitors}) AS visitor_id,
    'https://www.shop.example/item/' || draw(i, 5, 800) || '?ref=list' AS url, 'www.shop.example' AS host,
    '/item/' || draw(i, 5, 800) AS path, 'Item ' || draw(i, 5, 800) || ' | Shop' AS title,
    CASE WHEN p = 0 THEN pick(s, 16, ['direct', 'organic_search', 'paid_search', 'email', 'referral']) ELSE 'internal' END AS channel,
    CASE channel WHEN 'email' THEN 'news-' || draw(s, 17, 12) END AS utm_campaign, CASE channel WHEN 'email' THEN 'email' END AS utm_medium,
    CASE WHEN type = 'purchase' THEN draw(s, 6, 20000) / 100 END AS value, CASE type WHEN 'purchase' THEN 'EUR' END AS currency,
    CASE WHEN type = 'purchase' THEN 'o' || s END AS order_id,
    CASE WHEN p = 0 THEN MAP {{'plan': 'segment ' || draw(s, 7, 8)}} END AS labels,
    MAP {{'screen': 'item', 'list': 'l' || i % 40}} AS props,
    pick(s, 8, ['NL', 'DE', 'FR', 'BE', 'GB', 'US', 'ES', 'IT']) AS country, country || '-' || draw(s, 9, 12) AS region,
    'City ' || draw(s, 10, 200) AS city, 'Europe/Amsterdam' AS time_zone, 'en-GB' AS language,
    pick(s, 12, ['Chrome', 'Firefox', 'Safari', 'Edge']) AS browser, (100 + draw(s, 11, 40)) || '.0' AS browser_version,
    pick(s, 13, ['Windows', 'macOS', 'Android', 'iOS', 'Linux']) AS os, (10 + draw(s, 13, 7)) || '.0' AS os_version,
    'Mozilla/5.0 (' || os || ') AppleWebKit/537.36 (KHTML, like Gecko) ' || browser || '/' || browser_version AS user_agent,
    pick(s, 14, ['desktop', 'mobile', 'tablet']) AS device_type, CASE outcome WHEN 'bot' THEN 'bot' ELSE 'human' END AS client_class,
    'granted' AS consent, 1 AS schema_version
FROM (SELECT i, i // 6 AS s, i % 6 AS p FROM range({begin}, {end}) AS numbers(i)) AS numbered
"""
_LINKS = """
SELECT 'l' || i || kind AS link_id, kind, 'acme' AS workspace_id, CASE kind WHEN 'link' THEN 'visitor' END AS leaf_type, '' AS scope,
    CASE kind WHEN 'link' THEN 'v' || i * 3 END AS leaf, 'pn_' || md5('' || i) AS person_id,
    CASE kind WHEN 'node' THEN 'email_sha256' END AS node_type, CASE kind WHEN 'node' THEN sha256('' || i) END AS digest,
    TIMESTAMP '{first_day}' + to_milliseconds((hash(i) % 2592000000)::BIGINT) AS since, since AS recorded_at, 'e' || i AS event_id,
    1 AS schema_version
FROM range({links}) AS numbers(i), (VALUES ('link'), ('node')) AS kinds(kind)
"""
_GOAL_WINDOWS = """
SELECT 'px_' || i % {pixels} AS pixel_id, 'd:' || i AS goal_key, 'Goal ' || i // {pixels} AS goal, 'session' AS once, 'all' AS needed,
    [{{'field': 'path', 'key': NULL, 'pattern': '/item/' || i // {pixels} || '%', 'minimum': NULL}}] AS conditions,
    'nothing' AS worth, 0 AS starts_at, 253402300800000 AS ends_at
FROM range(4 * {pixels}) AS numbers(i)
"""
_FUNNEL_STEPS = """
SELECT 'px_' || i % {pixels} AS pixel_id, 'Buying' AS funnel, 1 + i // {pixels} AS step,
    ['Goal 0', 'Add to basket', 'Purchase'][1 + i // {pixels}] AS goal, 'session' AS actor, 86400000 AS within_ms
FROM range(3 * {pixels}) AS numbers(i)
"""


def write_log(connection: duckdb.DuckDBPyConnection, folder: Path, events: int) -> None:
    """Make the tables `events`, `links`, `goal_windows` and `funnel_steps` of the lake, the logs over Parquet in `folder`."""
    connection.execute(f"CREATE SCHEMA {DATABASE}")
    for macro in _MACROS:
        connection.execute(macro)
    for day in range(DAYS):
        begin, end = events * day // DAYS, events * (day + 1) // DAYS
        text = f"{FIRST_DAY + timedelta(days=day)}"
        numbers = {"begin": begin, "end": end, "count": end - begin, "day": text, "pixels": PIXELS}
        rows = _EVENTS.format(visitors=max(events // 12, 1), **numbers)
        _write(connection, folder / "events" / f"dt={text}", FIELDS, rows)
    links = _LINKS.format(links=max(events // 36, 1), first_day=FIRST_DAY)
    _write(connection, folder / "links" / f"dt={FIRST_DAY}", LINK_FIELDS, links)
    for table in ("events", "links"):
        reader = f"read_parquet('{folder}/{table}/*/*.parquet', hive_types = {{'dt': VARCHAR}})"
        connection.execute(f"CREATE VIEW {DATABASE}.{table} AS SELECT * FROM {reader}")
    for table, fields, rows in (
        ("goal_windows", GOAL_WINDOW_FIELDS, _GOAL_WINDOWS),
        ("funnel_steps", FUNNEL_STEP_FIELDS, _FUNNEL_STEPS),
    ):
        _fill(connection, f"{DATABASE}.{table}", fields, rows.format(pixels=PIXELS))


def _write(connection: duckdb.DuckDBPyConnection, folder: Path, fields: Sequence[Field], rows: str) -> None:
    folder.mkdir(parents=True)
    _fill(connection, "part", fields, rows)
    # Firehose's own choice of compression (OpenXJsonSerDe to Parquet, «Compression»).
    connection.execute(f"COPY part TO '{folder}/part.parquet' (FORMAT parquet, COMPRESSION snappy)")
    connection.execute("DROP TABLE part")


def _fill(connection: duckdb.DuckDBPyConnection, table: str, fields: Sequence[Field], rows: str) -> None:
    columns = ", ".join(f'"{field.name}" {duckdb_type(field.glue)}' for field in fields)
    connection.execute(f"CREATE TABLE {table} ({columns})")
    connection.execute(f"INSERT INTO {table} BY NAME {rows}")
