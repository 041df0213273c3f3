"""Queries of the dashboard, composed of small texts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlglot
from pixelweave.dashboard_part import FIRST, LATE, NEVER, PARTS, REPEAT_DAYS, Column, LookBack, Part
from pixelweave.dashboard_query import QueryTextError, QueryTexts, compose_query
from pixelweave_aws.dashboard_text import read_texts

ROOT = Path(__file__).parents[3]
FIRST_DAY, LAST_DAY = date(2025, 6, 29), date(2025, 7, 1)
PART = Part("seen", dimensions=(Column("page"),), counts=(Column("views", "whole"),))
BARE = "-- What is seen.\nSELECT pixel_id, dt AS day, page, count(*) AS views\nFROM events\nGROUP BY 1, 2, 3"


def compose(part: Part = PART, select: str = BARE, *, days_back: int = 400, **sources: str) -> str:
    texts = QueryTexts({part.name: select}, sources)
    return compose_query(
        part, texts, log='"db"."events"', first=FIRST_DAY, last=LAST_DAY, days_back=days_back
    )


def test_a_query_reads_the_days_it_needs_and_gives_the_days_that_are_due() -> None:
    assert compose(replace(PART, look_back="whole"), days_back=30) == (
        "WITH events AS (\n"
        "SELECT * FROM \"db\".\"events\" WHERE dt BETWEEN '2025-05-30' AND '2025-07-01'\n"
        "),\n"
        "published AS (\n"
        "SELECT pixel_id, dt AS day, page, count(*) AS views\nFROM events\nGROUP BY 1, 2, 3\n"
        ")\n"
        "SELECT pixel_id, day, page, sum(views) AS views\n"
        "FROM (SELECT published.* FROM published WHERE day BETWEEN '2025-06-29' AND '2025-07-01') AS placed\n"
        "GROUP BY 1, 2, 3"
    )


@pytest.mark.parametrize(
    ("look_back", "days_back", "events", "past"),
    [
        ("whole", 400, "2024-05-25", ("2024-05-25", "2025-06-21")),
        ("whole", 1, "2025-06-28", ("2025-06-28", "2025-06-27")),
        ("repeats", 400, "2025-06-22", ("2024-05-25", "2025-06-21")),
        ("repeats", REPEAT_DAYS, "2025-06-22", ("2025-06-22", "2025-06-21")),
        ("repeats", REPEAT_DAYS - 1, "2025-06-23", ("2025-06-23", "2025-06-22")),
    ],
)
def test_parts_look_back_as_far_as_they_must(
    look_back: LookBack, days_back: int, events: str, past: tuple[str, str]
) -> None:
    select = "SELECT * FROM events JOIN recent ON true JOIN past ON true"
    text = compose(replace(PART, look_back=look_back), select, days_back=days_back)
    week = max(events, "2025-06-22")
    read = re.findall(
        r"(\w+) AS \(\nSELECT \* FROM \"db\".\"events\" WHERE dt BETWEEN '(.+)' AND '(.+)'", text
    )
    assert read == [("events", events, "2025-07-01"), ("recent", week, "2025-07-01"), ("past", *past)]


def test_sources_stand_before_what_reads_them_and_once() -> None:
    text = compose(
        select="SELECT * FROM hit AS h JOIN visit AS v ON true LEFT JOIN links ON true",
        visit="SELECT * FROM hit",
        hit="-- reads FROM visit, says this comment\nSELECT * FROM events",
        unused="SELECT * FROM hit",
    )
    names = [cte.alias for cte in sqlglot.parse_one(text, read="athena").find_all(sqlglot.exp.CTE)]
    assert names == ["events", "hit", "visit", "published"]


def test_a_name_that_a_text_makes_itself_is_not_the_source_of_that_name() -> None:
    text = compose(
        select="WITH visit AS (\n    SELECT * FROM events\n)\nSELECT * FROM visit", visit="SELECT 1"
    )
    assert text.count("visit AS (") == 1


def test_a_part_that_reads_no_events_is_not_given_any() -> None:
    assert '"db"."events"' not in compose(select="SELECT * FROM people", people="SELECT * FROM links")
    assert '"db"."events"' in compose(select="SELECT * FROM people", people="SELECT * FROM events")


def test_a_circle_of_texts_is_refused() -> None:
    with pytest.raises(QueryTextError, match="a reads itself, by way of a and b"):
        compose(select="SELECT * FROM a", a="SELECT * FROM b", b="SELECT * FROM a")


@pytest.mark.parametrize(
    ("folds", "shown"),
    [
        (NEVER, "page"),
        (FIRST, "CASE WHEN place_in_day <= 10 THEN page ELSE '(other)' END AS page"),
        (LATE, "CASE WHEN place_in_day <= 20 THEN page ELSE '(other)' END AS page"),
    ],
)
def test_rows_beyond_the_limit_are_folded_over_the_dimensions_that_may_be(folds: int, shown: str) -> None:
    part = replace(PART, limit=10, dimensions=(Column("page", folds=folds),))
    assert f"SELECT pixel_id, day, {shown}, sum(views) AS views" in compose(part)
    assert "PARTITION BY pixel_id, day ORDER BY views DESC, page) AS place_in_day" in compose(part)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_a_query_is_one_statement_that_athena_takes(part: Part) -> None:
    texts = read_texts(ROOT / "dashboard" / "queries", ROOT / "views")
    text = compose_query(part, texts, log='"db"."events"', first=FIRST_DAY, last=LAST_DAY, days_back=400)
    (tree,) = sqlglot.parse(text, read="athena")
    assert isinstance(tree, sqlglot.exp.Select)
    assert [column.alias_or_name for column in tree.expressions] == [
        part.owner,
        "day",
        *(column.name for column in part.columns),
    ]
    # Athena service quotas, «Query string length».
    assert len(text.encode()) < 262_144
    # The log is read by way of its restricted days only.
    known = {"events", "recent", "past", "published", *texts.sources}
    for table in tree.find_all(sqlglot.exp.Table):
        restricted = table.find_ancestor(sqlglot.exp.CTE)
        if table.db:
            assert restricted is not None
            assert restricted.alias in ("events", "recent", "past")
        elif table.name in known:
            assert any(cte.alias == table.name for cte in tree.find_all(sqlglot.exp.CTE)), table.name


def test_each_part_has_its_text_and_each_text_its_part() -> None:
    texts = read_texts(ROOT / "dashboard" / "queries", ROOT / "views")
    assert set(texts.parts) == {part.name for part in PARTS}
    assert all(
        text.startswith("-- ") and text.isascii() for text in (*texts.parts.values(), *texts.sources.values())
    )
