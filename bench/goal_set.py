"""Twenty goals of a shop, as operators write them, and rows of the log that meet them.

Of a hundred rows 92 are accepted, five are purchases, and together they make about 35 conversions.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb
from pixelweave.field import FIELDS
from pixelweave.goal import Condition, GoalRecord, GoalSpec, GoalValue, define_goal
from pixelweave_local.glue_type import duckdb_type

if TYPE_CHECKING:
    from pathlib import Path

OWN = GoalValue()
# Name: conditions, once, value.
_GOALS: tuple[tuple[tuple[dict[str, object], ...], str, GoalValue | None], ...] = (
    (({"field": "type", "pattern": "purchase"},), "order", OWN),
    (({"field": "type", "pattern": "lead"},), "visitor", None),
    (({"field": "name", "pattern": "event_3"},), "event", None),
    (({"field": "name", "pattern": "event_13"},), "session", None),
    (({"field": "name", "pattern": "event_2*"},), "event", None),
    (({"field": "path", "pattern": "/cart"},), "session", None),
    (({"field": "path", "pattern": "/checkout/thanks"},), "session", GoalValue(amount=Decimal(5))),
    (({"field": "path", "pattern": "/blog/*/read"},), "visitor", None),
    (({"field": "path", "pattern": "/sale/*"}, {"field": "type", "pattern": "purchase"}), "order", OWN),
    (({"field": "path", "pattern": "/item/77*"},), "session", None),
    (({"field": "path", "pattern": "*/79"},), "session", None),
    (({"field": "path", "pattern": "/b*/post/*9/read"},), "session", None),
    (
        ({"field": "property", "key": "depth", "pattern": "4"}, {"field": "type", "pattern": "custom"}),
        "event",
        None,
    ),
    (
        ({"field": "label", "key": "plan", "pattern": "pro"}, {"field": "type", "pattern": "purchase"}),
        "order",
        OWN,
    ),
    (({"field": "value", "minimum": Decimal(100)},), "order", OWN),
    (
        ({"field": "value", "minimum": Decimal("499.99")}, {"field": "type", "pattern": "purchase"}),
        "order",
        OWN,
    ),
    (({"field": "host", "pattern": "other.example"},), "event", None),
    (({"field": "host", "pattern": "www.*"}, {"field": "path", "pattern": "/pricing"}), "visitor", None),
    (({"field": "property", "key": "screen", "pattern": "cart"},), "event", None),
    (({"field": "path", "pattern": "/item/5"}, {"field": "type", "pattern": "page_view"}), "session", None),
)

# The columns of the log that a page view has, and what the goals look at.
_ROWS = """
SELECT printf('01934f3c-%04x-7%03x-9000-%012x', i % 65536, i % 4096, i) AS event_id,
    CASE WHEN i % 50 = 0 THEN 'm' || i // 100 ELSE printf('%032x', hash(i)) END AS message_id,
    'px_' || hash(i, 1) % $pixels AS pixel_id, 'acme' AS workspace_id, 'native' AS dialect,
    CASE WHEN i % 20 = 0 THEN 'purchase' WHEN i % 33 = 0 THEN 'lead' WHEN i % 10 = 3 THEN 'custom' ELSE 'page_view' END AS type,
    CASE WHEN i % 10 = 3 THEN 'event_' || i % 37 WHEN i % 20 = 0 THEN 'Purchase' END AS name,
    CASE WHEN i % 100 < 3 THEN 'rejected' WHEN i % 100 > 94 THEN 'bot' ELSE 'accepted' END AS outcome,
    TIMESTAMP '2025-06-01 00:00:00' + to_milliseconds((i * 86400000 / $events)::BIGINT) AS received_at,
    received_at AS occurred_at,
    's' || hash(i // 7, 4) % ($events // 6 + 1) AS session_id, printf('%032x', hash(i // 7, 5) % ($events // 12 + 1)) AS visitor_id,
    CASE hash(i, 6) % 24 WHEN 0 THEN '/pricing' WHEN 1 THEN '/sale/' || i % 800 WHEN 2 THEN '/cart' WHEN 3 THEN '/checkout/thanks'
        WHEN 4 THEN '/blog/post/' || i % 90 || '/read' ELSE '/item/' || i % 800 END AS path,
    'www.shop.example' AS host, 'https://www.shop.example' || path AS url, 'Product ' || i % 800 || ' – Shop' AS title,
    'https://www.google.com/' AS referrer, 'www.google.com' AS referrer_host, 'organic_search' AS channel,
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/' || 100 + i % 30
        || '.0.0.0 Safari/537.36' AS user_agent,
    'Chrome' AS browser, 'Windows' AS os, 'desktop' AS device_type, 'human' AS client_class, 'GB' AS country, 'en-GB' AS language,
    CASE WHEN i % 20 = 0 THEN ((i % 50000) / 100)::DECIMAL(18,4) END AS value, CASE WHEN i % 20 = 0 THEN 'EUR' END AS currency,
    CASE WHEN i % 20 = 0 THEN 'o' || i // 20 END AS order_id,
    CASE WHEN i % 50 = 1 THEN [{'name': 'signup', 'value': 5::DECIMAL(18,4), 'unit': 'points'}] END AS goals,
    MAP {'plan': CASE WHEN i % 3 = 0 THEN 'pro' ELSE 'free' END} AS labels,
    MAP {'screen': 'item', 'depth': (i % 5)::VARCHAR} AS props, 1 AS schema_version
FROM range($events) AS numbers(i)
"""


def make_records(pixel_id: str) -> list[GoalRecord]:
    """The twenty goals of a pixel."""
    specs = [
        GoalSpec.model_validate(
            {
                "name": f"goal {number}",
                "conditions": [Condition.model_validate(each) for each in conditions],
                "once": once,
                "value": value,
            }
        )
        for number, (conditions, once, value) in enumerate(_GOALS)
    ]
    return [define_goal(spec, pixel_id=pixel_id, goal_id=spec.name, now=0) for spec in specs]


def write_object(path: Path, events: int, pixels: int = 1) -> None:
    """Write rows of the log, spread over so many pixels `px_0`, `px_1` …, to the object `path`."""
    with _open_rows(events, pixels) as connection:
        connection.execute(f"COPY event TO '{path}' (FORMAT parquet, COMPRESSION snappy)")


def write_lines(path: Path, events: int) -> None:
    """Write the rows that `write_object` writes as JSON lines, as `enrich` makes them: without nulls, amounts and times as text."""
    texts = "value::VARCHAR AS value, strftime(received_at, '%Y-%m-%d %H:%M:%S.%g') AS received_at"
    with _open_rows(events, 1) as connection:
        connection.execute(f"COPY (SELECT * REPLACE ({texts}) FROM event) TO '{path}' (FORMAT json)")
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line, parse_float=str) for line in lines]
    with path.open("w", encoding="utf-8") as lines:
        for row in rows:
            kept = {name: value for name, value in row.items() if value is not None}
            lines.write(json.dumps(kept, ensure_ascii=False, separators=(",", ":")) + "\n")


def _open_rows(events: int, pixels: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    declared = ", ".join(f'"{field.name}" {duckdb_type(field.glue)}' for field in FIELDS)
    connection.execute(f"CREATE TABLE event ({declared})")
    connection.execute(f"INSERT INTO event BY NAME {_ROWS}", {"events": events, "pixels": pixels})
    return connection
