"""The views as statements, parsed as Athena's SQL, and the log read through them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import duckdb
import pytest
import sqlglot
from pixelweave.field import FIELDS
from sqlglot import exp

from tests.functional.link_row import make_event
from tests.functional.view_lake import TABLES, ViewLake, list_views

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.functional.link_row import Row


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        yield lake


def test_each_view_is_one_statement_that_athena_can_parse() -> None:
    assert list(list_views()) == [
        "person_root", "leaf_span", "events_attributed", "events_stitched", "people",
        "goals_reached", "conversions", "goals_report", "funnel_chains", "funnel", "sessions", "interests",
    ]  # fmt: skip
    for text in list_views().values():
        assert text.isascii()
        assert not text.rstrip().endswith(";")
        (tree,) = sqlglot.parse(text, read="athena")
        assert isinstance(tree, exp.Select)


def test_a_view_reads_tables_and_earlier_views_only_by_their_bare_names() -> None:
    known = set(TABLES)
    for name, text in list_views().items():
        tree = sqlglot.parse_one(text, read="athena")
        inside = {cte.alias for cte in tree.find_all(exp.CTE)}
        tables = [table for table in tree.find_all(exp.Table) if table.name not in inside]
        assert {table.sql() for table in (exp.table_(table.name) for table in tables)} <= known
        assert not any(table.db for table in tables)
        known.add(name)


def test_no_query_with_a_name_is_mentioned_twice() -> None:
    """Trino runs a WITH query once per mention: what is named in a chain of doublings would be read 128 times."""
    for text in list_views().values():
        tree = sqlglot.parse_one(text, read="athena")
        inside = {cte.alias for cte in tree.find_all(exp.CTE)}
        mentions = [table.name for table in tree.find_all(exp.Table) if table.name in inside]
        assert len(mentions) == len(set(mentions))


def test_stitched_events_have_every_column_of_the_log(lake: ViewLake) -> None:
    lake.fill("links", [])
    lake.fill("events", [make_event("10:00")])
    (row,) = lake.read("events_stitched")
    assert list(row) == [
        *(field.name for field in FIELDS),
        "dt", "hit_key", "person_id", "attributed", "is_back_attributed",
    ]  # fmt: skip
    assert row["event_id"] == "event-10:00"
    assert row["dt"] == "2025-06-30"


def test_repeats_are_counted_once(lake: ViewLake) -> None:
    message = {"message_id": "m", "event_id": "1"}
    rows: list[Row] = [
        make_event("10:00", **message),
        make_event("10:01", **message | {"event_id": "2"}),  # the client tried again
        make_event("10:00", **message),  # the stream delivered again
        make_event("10:02", **message | {"event_id": "3", "pixel_id": "px_two"}),
        make_event("10:03", **message | {"event_id": "4", "outcome": "rejected"}),
        make_event("10:04", **message | {"event_id": "5", "outcome": "rejected"}),
        make_event("10:04", **message | {"event_id": "5", "outcome": "rejected"}),
        make_event("10:05", event_id="6"),
        make_event("10:06", event_id="7"),
        make_event("10:06", event_id="m"),  # an event_id is no message_id
    ]
    random.Random(1).shuffle(rows)
    lake.fill("links", [])
    lake.fill("events", rows)
    assert [row["event_id"] for row in lake.read("events_stitched", ["event_id"])] == list("134567m")


@pytest.mark.parametrize(
    "condition", ["dt = '2025-06-03'", "dt BETWEEN '2025-06-03' AND '2025-06-03'", "dt IN ('2025-06-03')"]
)
def test_a_condition_on_the_day_keeps_other_partitions_unread(tmp_path: Path, condition: str) -> None:
    days = [f"2025-06-0{number}" for number in range(1, 6)]
    with ViewLake() as writer:
        for day in days:
            writer.fill("events", [make_event("10:00", event_id=day, dt=day)])
            writer.write_partition(tmp_path / f"dt={day}")
    for day in days[1:]:
        if day != "2025-06-03":
            (tmp_path / f"dt={day}" / "part.parquet").write_bytes(b"whoever opens this fails")
    statement = "SELECT event_id FROM events_stitched WHERE "
    with ViewLake(events_from=tmp_path) as lake:
        assert lake.query(statement + condition) == [("2025-06-03",)]
        with pytest.raises(duckdb.InvalidInputException, match="magic bytes"):
            lake.query(statement + "event_id = '2025-06-03'")
