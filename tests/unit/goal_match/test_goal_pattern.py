"""Patterns of conditions: in Python, as LIKE and as a regular expression they match the same texts."""

from __future__ import annotations

import time

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelweave.goal_pattern import matches_pattern, split_pattern, to_like, to_regex

from tests.unit.goal_match.pattern_case import CASES

_SIGNS = "ab*\\%_.\n"


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def _match_in_sql(database: duckdb.DuckDBPyConnection, pattern: str, text: str) -> tuple[bool, bool]:
    statement = r"SELECT $text LIKE $like ESCAPE '\', regexp_full_match($text, $regex, 's')"
    values = {"text": text, "like": to_like(pattern), "regex": to_regex(pattern)}
    ((like, regex),) = database.execute(statement, values).fetchall()
    return like, regex


@pytest.mark.parametrize(("pattern", "text", "expected"), CASES)
def test_a_pattern_matches_what_it_says(
    database: duckdb.DuckDBPyConnection, pattern: str, text: str, expected: bool
) -> None:
    assert matches_pattern(pattern, text) is expected
    assert _match_in_sql(database, pattern, text) == (expected, expected)


@given(pattern=st.text(_SIGNS, min_size=1, max_size=8), text=st.text(_SIGNS, max_size=8))
def test_all_three_agree(pattern: str, text: str) -> None:
    with duckdb.connect() as database:
        expected = matches_pattern(pattern, text)
        assert _match_in_sql(database, pattern, text) == (expected, expected)


def test_stars_in_a_row_are_one() -> None:
    assert split_pattern("a***b") == ("a", "b")
    assert split_pattern("***") == ("", "")


def test_line_breaks_stand_for_themselves() -> None:
    assert matches_pattern("a\nb", "a\nb")
    assert not matches_pattern("a\nb", "ab")


def test_many_stars_take_no_time() -> None:
    started = time.process_time()
    assert not matches_pattern("*a" * 200 + "*b", "a" * 4096)
    assert time.process_time() - started < 1
