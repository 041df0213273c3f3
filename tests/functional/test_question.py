"""The twenty questions of dashboard/questions on a month with known answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlglot
from pixelweave_aws.question_file import Question, read_questions
from sqlglot import exp

from tests.functional.question_log import EVENTS, LINKS
from tests.functional.view_lake import ROOT, TABLES, ViewLake, list_views

if TYPE_CHECKING:
    from collections.abc import Iterator

QUESTIONS = read_questions(ROOT / "dashboard" / "questions")

# By the question's number: the rows of the answer, their values as text.
ANSWERS: dict[int, list[str]] = {
    1: ["email 2 2 EUR 38.0000", "direct 1 1 EUR 12.0000", "unknown 1 0 EUR 7.0000", "direct 2 1 USD 5.0000"],
    2: ["/ 5 3 60.0", "/shoes 2 1 50.0", "/blog 1 0 0.0"],
    3: ["2025-06-02 june 2 EUR 38.0000", "2025-06-09 (none) 2 EUR 19.0000", "2025-06-16 (none) 2 USD 5.0000"],
    4: ["new 5 4 80.0", "returning 3 2 66.7"],
    5: ["1 within an hour 2 66.7", "2 within a day 1 33.3"],
    6: ["/pricing 2 100.0 1", "/blog 1 50.0 0", "/shoes 1 50.0 1"],
    7: ["2025-06-02 1 0 0.0 0", "2025-06-03 2 2 100.0 1", "2025-06-15 1 1 100.0 0"],
    8: ["plan pro 2 1 50.0", "tier gold 1 1 100.0", "plan free 2 0 0.0"],
    9: ["1 1 33.3", "2 2 66.7"],
    10: ["shoe 2 3.0000 EUR 32.0000", "sock 1 1.0000 EUR 10.0000", "p-9 1 1.0000 EUR 8.0000"],
    11: ["email 3 1 33.3", "direct 2 0 0.0", "referral 2 0 0.0", "paid_search 1 0 0.0"],
    12: ["1 3 75.0 0", "2 1 25.0 1"],
    13: ["2025-06-02 3 3 100.0", "2025-06-09 2 1 50.0", "2025-06-16 2 1 50.0", "2025-06-30 1 0 0.0"],
    14: [
        "bot None 3 7.1 2025-06-09 08:02:00",
        "rejected missing_amount 2 4.8 2025-06-07 08:01:00",
        "rejected missing_dt 1 2.4 2025-06-08 08:00:00",
        "test None 1 2.4 2025-06-11 08:00:00",
    ],
    15: ["june 2 1 1 50.0", "(none) 1 1 0 100.0"],
    16: ["1 12 3", "2 13 1", "3 1 1", "4 12 1"],
    17: ["NL 2 2 EUR 38.0000 19.0", "unknown 2 1 EUR 19.0000 9.5", "NL 2 1 USD 5.0000 2.5"],
    18: ["desktop 2 2 1 100.0 50.0", "mobile 1 0 0 0.0 None", "tablet 1 0 0 0.0 None"],
    19: [
        "email EUR 50.0000 38.0000",
        "unknown EUR 7.0000 7.0000",
        "direct USD 5.0000 5.0000",
        "direct EUR None 12.0000",
    ],
    20: ["1 up to 30 days 2 2 2", "3 up to 180 days 1 1 0"],
}


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        lake.fill("events", EVENTS)
        lake.fill("links", LINKS)
        yield lake


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.title)
def test_a_question_has_the_answer_that_was_worked_out_by_hand(lake: ViewLake, question: Question) -> None:
    rows = [" ".join(map(str, row)) for row in lake.query(question.text)]
    assert rows == ANSWERS[question.number]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.title)
def test_the_header_says_what_each_column_is_in_its_order(question: Question) -> None:
    tree = sqlglot.parse_one(question.select, read="athena")
    assert isinstance(tree, exp.Select)
    described = [name for column in question.columns for name in column.name.split(", ")]
    assert described == tree.named_selects


def test_an_empty_log_answers_nothing() -> None:
    with ViewLake() as empty:
        assert [empty.query(question.select) for question in QUESTIONS] == [[]] * len(QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.title)
def test_a_question_reads_tables_and_views_by_their_bare_names_and_no_with_query(question: Question) -> None:
    # Trino runs a WITH query once per mention, and a saved query belongs to whatever database it is saved for.
    tree = sqlglot.parse_one(question.select, read="athena")
    assert not list(tree.find_all(exp.CTE))
    tables = list(tree.find_all(exp.Table))
    assert {table.name for table in tables} <= {*TABLES, *list_views()}
    assert not any(table.db for table in tables)
