"""Glue column types in DuckDB's words."""

import duckdb
import pytest
from pixelweave.field import FIELDS
from pixelweave_local.glue_type import GlueTypeError, duckdb_type, glue_type, literal, quote, split


@pytest.mark.parametrize(
    ("glue", "expected"),
    [
        ("string", "VARCHAR"),
        ("varchar(10)", "VARCHAR"),
        ("INT", "INTEGER"),
        ("timestamp", "TIMESTAMP"),
        ("decimal(18,4)", "DECIMAL(18,4)"),
        ("array<string>", "VARCHAR[]"),
        ("map<string,decimal(18,4)>", "MAP(VARCHAR, DECIMAL(18,4))"),
        ("struct<a:int,b:array<struct<c:date>>>", 'STRUCT("a" INTEGER, "b" STRUCT("c" DATE)[])'),
    ],
)
def test_a_type_is_translated_at_every_depth(glue: str, expected: str) -> None:
    assert duckdb_type(glue) == expected


@pytest.mark.parametrize("glue", ["text", "", "array<text>", "list<int>"])
def test_a_type_that_glue_does_not_know_is_refused(glue: str) -> None:
    with pytest.raises(GlueTypeError):
        duckdb_type(glue)


def test_every_column_of_the_log_is_a_type_that_duckdb_takes() -> None:
    columns = ", ".join(f"{quote(field.name)} {duckdb_type(field.glue)}" for field in FIELDS)
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE events ({columns})")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("'a'", "string"),
        ("1", "int"),
        ("sum(1)", "bigint"),
        ("NULL::TIMESTAMP", "timestamp"),
        ("NULL::VARCHAR[]", "array<string>"),
        ("NULL::MAP(VARCHAR, DECIMAL(18,4))", "map<string,decimal(18,4)>"),
        ("NULL::STRUCT(a INTEGER, b STRUCT(c DATE)[])", "struct<a:int,b:array<struct<c:date>>>"),
    ],
)
def test_a_result_of_duckdb_has_a_type_of_glue(value: str, expected: str) -> None:
    with duckdb.connect() as connection:
        ((_, kind, *_),) = connection.execute(f"SELECT {value} AS x").description or []
    assert glue_type(kind) == expected


@pytest.mark.parametrize("value", ["now()", "TIME '10:00'", "[now()]", "INTERVAL 1 DAY"])
def test_a_result_that_glue_has_no_type_for_is_refused(value: str) -> None:
    with duckdb.connect() as connection:
        ((_, kind, *_),) = connection.execute(f"SELECT {value} AS x").description or []
    with pytest.raises(GlueTypeError, match="Unsupported Hive type"):
        glue_type(kind)


def test_every_column_of_the_log_keeps_its_type_there_and_back() -> None:
    columns = ", ".join(f"NULL::{duckdb_type(field.glue)} AS {quote(field.name)}" for field in FIELDS)
    with duckdb.connect() as connection:
        described = connection.execute(f"SELECT {columns}").description or []
    assert [glue_type(column[1]) for column in described] == [field.glue for field in FIELDS]


def test_members_are_cut_only_at_the_outer_commas() -> None:
    assert split("a:int, b:map<string,int>,c:decimal(4,2)") == [
        "a:int",
        "b:map<string,int>",
        "c:decimal(4,2)",
    ]


def test_names_and_texts_cannot_leave_their_quotes() -> None:
    assert quote('a"b') == '"a""b"'
    assert literal("it's") == "'it''s'"
