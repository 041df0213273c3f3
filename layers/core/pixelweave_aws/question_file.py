"""The questions that marketers ask: one SELECT a file, beneath a header of comments that says what it answers.

`dashboard/questions/09_repeat_purchases.sql`:

    -- How many customers buy again                    the question
    -- Change: pixel, goal, days.                      what to put for another pixel, goal, time
    -- purchases: how often somebody bought            one line a column of the answer, in its order
    SELECT …

A file has no question mark, not even where one belongs: clients take any for the place of a parameter.

QuestionFileError   a file is not such a question
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

_FILE_NAME = re.compile(r"([0-9]{2})_[a-z][a-z0-9_]*\.sql")
_CHANGE = "Change: "


class QuestionFileError(ValueError):
    """A file has no number, no question, nothing to change or no columns; the text says which."""


class Column(NamedTuple):
    """A column of the answer, or several with one meaning (`first_step, second_step`)."""

    name: str
    meaning: str


class Question(NamedTuple):
    """A question; `text` is the whole file, `select` the statement alone (Trino's SQL), `change` what a reader edits in it."""

    file: str
    number: int
    title: str
    change: str
    columns: tuple[Column, ...]
    select: str
    text: str


def read_questions(folder: Path) -> list[Question]:
    """Return the questions of the `*.sql` files in `folder`, by their numbers. Raises QuestionFileError."""
    questions = [_read(path) for path in sorted(folder.glob("*.sql"))]
    numbers = [question.number for question in questions]
    if len(set(numbers)) != len(numbers):
        raise QuestionFileError(f"{folder.name} has two questions of one number")
    return questions


def _read(path: Path) -> Question:
    match = _FILE_NAME.fullmatch(path.name)
    if match is None:
        raise QuestionFileError(f"{path.name} is not named NN_question.sql")
    text = path.read_text(encoding="utf-8").strip()
    lines = text.splitlines()
    length = next((place for place, line in enumerate(lines) if not line.startswith("-- ")), len(lines))
    title, change, *columns = [line[3:] for line in lines[:length]] + [""] * (2 - min(length, 2))
    if not title:
        raise QuestionFileError(f"{path.name} does not begin with a question")
    if "?" in text:
        raise QuestionFileError(f"{path.name} has a question mark, which would be a parameter")
    if not change.startswith(_CHANGE):
        raise QuestionFileError(f"the second line of {path.name} does not say what to change")
    described = tuple(Column(*column.split(": ", 1)) for column in columns if ": " in column)
    if not columns or len(described) != len(columns):
        raise QuestionFileError(f"{path.name} does not say what each column is")
    select = "\n".join(lines[length:])
    return Question(path.name, int(match[1]), f"{title}?", change[len(_CHANGE) :], described, select, text)
