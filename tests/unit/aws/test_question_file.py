"""Files of questions: what their headers say, and which are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from pixelweave_aws.question_file import Column, Question, QuestionFileError, read_questions
from pixelweave_aws.saved_query import describe_query, title_query

QUESTIONS = Path(__file__).parents[3] / "dashboard" / "questions"
TITLE, CHANGE, COLUMN = "-- How many\n", "-- Change: pixel, days.\n", "-- n: how many: all\n"
SELECT = "SELECT count(*) AS n\n-- of all\nFROM people"


def write(folder: Path, text: str, name: str = "03_how_many.sql") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_question_is_its_header_and_its_statement(tmp_path: Path) -> None:
    text = f"{TITLE}{CHANGE}{COLUMN}-- a, b: two of a kind\n{SELECT}"
    assert read_questions(write(tmp_path, text + "\n")) == [
        Question(
            file="03_how_many.sql",
            number=3,
            title="How many?",
            change="pixel, days.",
            columns=(Column("n", "how many: all"), Column("a, b", "two of a kind")),
            select=SELECT,
            text=text,
        )
    ]


def test_questions_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for name in ("10_b.sql", "02_c.sql", "09_a.sql"):
        write(tmp_path, TITLE + CHANGE + COLUMN + SELECT, name)
    assert [question.number for question in read_questions(tmp_path)] == [2, 9, 10]


def test_two_questions_of_one_number_are_refused(tmp_path: Path) -> None:
    write(tmp_path, TITLE + CHANGE + COLUMN + SELECT, "02_a.sql")
    with pytest.raises(QuestionFileError, match="two questions of one number"):
        read_questions(write(tmp_path, TITLE + CHANGE + COLUMN + SELECT, "02_b.sql"))


@pytest.mark.parametrize(
    "name", ["how.sql", "3_how.sql", "003_how.sql", "03-how.sql", "03_How.sql", "03_.sql"]
)
def test_a_file_without_a_number_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(QuestionFileError, match="NN_question"):
        read_questions(write(tmp_path, TITLE + CHANGE + COLUMN + SELECT, name))


@pytest.mark.parametrize(
    ("text", "lack"),
    [
        ("", "question"),
        (SELECT, "question"),
        ("-- How many?\n" + CHANGE + COLUMN + SELECT, "question mark"),
        (TITLE + CHANGE + COLUMN + SELECT + " WHERE n = ?", "question mark"),
        (TITLE, "what to change"),
        (TITLE + COLUMN + SELECT, "what to change"),
        (TITLE + CHANGE, "each column"),
        (TITLE + CHANGE + SELECT, "each column"),
        (TITLE + CHANGE + COLUMN + "-- and more\n" + SELECT, "each column"),
    ],
)
def test_a_header_that_lacks_something_is_refused(tmp_path: Path, text: str, lack: str) -> None:
    with pytest.raises(QuestionFileError, match=lack):
        read_questions(write(tmp_path, text))


def test_there_are_twenty_questions_and_athena_takes_them() -> None:
    questions = read_questions(QUESTIONS)
    assert [question.number for question in questions] == list(range(1, 21))
    for question in questions:
        # Limits of CreateNamedQuery (Athena API reference).
        assert len(title_query(question)) <= 128
        assert len(describe_query(question)) <= 1024
        assert len(question.text.encode()) <= 262_144
        assert question.text.isascii()


@pytest.mark.parametrize("question", read_questions(QUESTIONS), ids=lambda question: str(question.number))
def test_what_to_change_names_what_the_statement_has_written_out(question: Question) -> None:
    change = question.change
    assert "pixel" in change
    assert ("goal" in change) == ("goal" in question.select)
    assert ("twice" in change) == (question.select.count("'2025-06-01'") == 2)
    assert "2025-06-30" in question.select
    assert "day" in change
