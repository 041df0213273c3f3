"""Athena SQL on DuckDB: translation, partitions, print."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pixelweave_local.athena import QueryError, connect, translate
from pixelweave_local.athena_table import Source, partition_pattern, relation
from pixelweave_local.athena_text import athena_type, text

LOCATION = "s3://lake/events/"
DAY = dt.datetime(2026, 5, 1, 10, 0, 0, 7000)  # noqa: DTZ001 - a timestamp without a zone is what it is about


def table(template: str | None = None, keys: tuple[str, ...] = ("dt",)) -> dict[str, Any]:
    return {
        "StorageDescriptor": {
            "Location": LOCATION,
            "Columns": [{"Name": "name", "Type": "string"}, {"Name": "value", "Type": "decimal(18,4)"}],
        },
        "PartitionKeys": [{"Name": key, "Type": "string"} for key in keys],
        "Parameters": {"storage.location.template": template} if template else {},
    }


def run(sql: str) -> list[tuple[Any, ...]]:
    """Run translated SQL over a small table of the database `log`."""
    statement, _ = translate(sql, "log")
    with connect() as connection:
        connection.execute("CREATE SCHEMA log")
        connection.execute(
            "CREATE TABLE log.events AS SELECT 'a' AS name, MAP {'plan': 'pro'} AS labels, "
            "TIMESTAMP '2026-05-01 10:11:12.345' AS at, 7 AS n, '2026-05-01' AS dt"
        )
        return connection.execute(statement).fetchall()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT json_format(CAST(labels AS json)) FROM events", '{"plan":"pro"}'),
        ("SELECT element_at(labels, 'plan') FROM events", "pro"),
        ("SELECT element_at(labels, 'none') FROM events", None),
        ("SELECT cardinality(map_keys(labels)) FROM events", 1),
        ("SELECT date_format(at, '%Y-%m-%d') FROM events", "2026-05-01"),
        ("SELECT date_trunc('hour', at) FROM events", dt.datetime(2026, 5, 1, 10)),  # noqa: DTZ001 - as above
        ("SELECT date_diff('day', at, TIMESTAMP '2026-05-03 10:11:13') FROM events", 2),
        ("SELECT date_add('day', -1, at) FROM events", dt.datetime(2026, 4, 30, 10, 11, 12, 345000)),  # noqa: DTZ001
        ("SELECT n / 2 FROM events", 3),
        ("SELECT CAST(n AS decimal(18,4)) / 2 FROM events", Decimal("3.5")),
        ("SELECT count_if(name = 'a') FROM events", 1),
        ("SELECT approx_distinct(name) FROM events", 1),
        ("SELECT events.name FROM events", "a"),
        ("SELECT log.events.name FROM log.events", "a"),
        ('SELECT e.name FROM "awsdatacatalog"."log"."events" AS e', "a"),
        ("WITH events2 AS (SELECT * FROM events) SELECT count(*) FROM events2 WHERE dt >= '2026-01-01'", 1),
    ],
)
def test_trino_sql_gives_trinos_answer(sql: str, expected: object) -> None:
    assert run(sql) == [(expected,)]


def test_the_tables_of_a_query_are_named_with_their_database_and_without_its_own_ctes() -> None:
    _, tables = translate("WITH x AS (SELECT 1) SELECT * FROM x, Events, other.Links", "log")
    assert tables == {("log", "events"), ("other", "links")}


def test_unnamed_columns_are_called_by_their_position_as_athena_does() -> None:
    statement, _ = translate("SELECT name, count(*), max(n) AS top, 1 + 1 FROM events GROUP BY 1", "log")
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA log")
        connection.execute("CREATE TABLE log.events (name VARCHAR, n INT)")
        names = [column[0] for column in connection.execute(statement).description or []]
    assert names == ["name", "_col1", "top", "_col3"]


def test_sql_that_cannot_be_read_is_a_query_error() -> None:
    with pytest.raises(QueryError, match="SYNTAX_ERROR"):
        translate("SELEC 1 FROM (", "log")


@pytest.mark.parametrize(
    ("key", "template", "values"),
    [
        ("dt=2026-05-01/x.parquet", None, ("2026-05-01",)),
        ("dt=2026-05-01/x.parquet", "s3://lake/events/dt=${dt}/", ("2026-05-01",)),
        ("2026-05-01/x.parquet", "s3://lake/events/${dt}", ("2026-05-01",)),
        ("stray.parquet", "s3://lake/events/dt=${dt}/", None),
        ("day=2026-05-01/x.parquet", "s3://lake/events/dt=${dt}/", None),
    ],
)
def test_an_objects_key_tells_its_partition(key: str, template: str | None, values: object) -> None:
    match = partition_pattern(table(template)).match(key)
    assert (match.groups() if match else None) == values


def test_a_table_without_partitions_takes_every_object() -> None:
    assert partition_pattern(table(keys=())).match("any/x.parquet")


def test_a_relation_has_the_glue_columns_and_the_partition_whatever_the_files_hold(tmp_path: Path) -> None:
    folder = tmp_path / "dt=2026-05-01"
    folder.mkdir()
    file = folder / "x.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT 'a' AS name, 1.5 AS value, 9 AS extra) TO '{file}'")
        selected = relation(Source("log", "events", table(), tmp_path, [str(file)]))
        result = connection.execute(selected)
        assert [column[0] for column in result.description or []] == ["name", "value", "dt"]
        assert result.fetchall() == [("a", Decimal("1.5000"), "2026-05-01")]


def test_a_column_that_no_object_of_a_partition_has_is_null_in_it(tmp_path: Path) -> None:
    (tmp_path / "dt=2026-05-01").mkdir()
    file = tmp_path / "dt=2026-05-01" / "x.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT 'a' AS name) TO '{file}' (FORMAT parquet)")
        selected = relation(Source("log", "events", table(), tmp_path, [str(file)]))
        assert connection.execute(selected).fetchall() == [("a", None, "2026-05-01")]


def test_a_relation_without_objects_is_empty_and_has_its_columns() -> None:
    with duckdb.connect() as connection:
        result = connection.execute(relation(Source("log", "events", table(), Path(), [])))
        assert [column[0] for column in result.description or []] == ["name", "value", "dt"]
        assert result.fetchall() == []


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (None, None),
        (True, "true"),
        (7, "7"),
        (Decimal("1E+2"), "100"),
        (DAY, "2026-05-01 10:00:00.007"),
        (DAY.replace(tzinfo=dt.UTC), "2026-05-01 10:00:00.007 UTC"),
        (dt.date(2026, 5, 1), "2026-05-01"),
        ([{"name": "a", "value": None}, "b"], "[{name=a, value=null}, b]"),
        ({"plan": "pro"}, "{plan=pro}"),
        (b"\x01\xff", "01 ff"),
    ],
)
def test_a_value_is_printed_as_athena_prints_it(value: object, printed: str | None) -> None:
    assert text(value) == printed


@pytest.mark.parametrize(
    ("duckdb_name", "athena_name"),
    [
        ("VARCHAR", "varchar"),
        ("HUGEINT", "bigint"),
        ("DECIMAL(18,4)", "decimal"),
        ("TIMESTAMP WITH TIME ZONE", "timestamp with time zone"),
        ("MAP(VARCHAR, VARCHAR)", "map"),
        ("STRUCT(a INTEGER)[]", "array"),
        ("STRUCT(a INTEGER)", "row"),
        ("UUID", "varchar"),
    ],
)
def test_a_columns_type_has_athenas_name(duckdb_name: str, athena_name: str) -> None:
    assert athena_type(duckdb_name) == athena_name
