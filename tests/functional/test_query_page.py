"""docs/queries.md: its examples run, it shows the questions as they are, and it names every column that the views add."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from pixelweave.field import FIELDS
from pixelweave_aws.question_file import read_questions
from pixelweave_local.question_page import BEGIN, END, QuestionPageError, fill_page

from tests.functional.goal_row import make_goal, make_step_rows, make_window_rows
from tests.functional.link_row import make_event, make_link, make_node
from tests.functional.view_lake import ROOT, ViewLake, list_views

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = (ROOT / "docs" / "queries.md").read_text()
# What the other views are made of: the page says what a row is.
INNER = ("person_root", "leaf_span")
# The questions have answers of their own, in test_question.
BEFORE, _, REST = PAGE.partition(BEGIN)
AFTER = REST.partition(END)[2]
EXAMPLES = re.findall(r"```sql\n(.*?)```", BEFORE + AFTER, re.DOTALL)


CART, PAID = ({"field": "path", "pattern": path} for path in ("/cart", "/thanks"))
SHOP = {"host": "shop.example", "session_id": "s", "channel": "internal"}
PURCHASE = {"type": "purchase", "value": "9.90", "currency": "EUR", "dialect": "sendgrid"}
EVENTS = [
    make_event("09:00", **SHOP | {"path": "/cart", "channel": "email"}),
    make_event("11:00", **PURCHASE),
    make_event("11:10", event_id="4", **SHOP, path="/thanks", dialect="sendgrid", type="lead"),
    make_event("11:20", **SHOP, path="/thanks"),
]


@pytest.fixture(scope="module")
def lake() -> Iterator[ViewLake]:
    with ViewLake() as lake:
        lake.fill("links", [make_link("A", "10:00"), make_node("A", "email_sha256", "digest")])
        lake.fill("events", EVENTS)
        goals = make_goal("cart", CART), make_goal("paid", PAID, value={"amount": "2"})
        lake.fill("goal_windows", make_window_rows(*goals))
        lake.fill(
            "funnel_steps", make_step_rows(("cart", "paid"), timedelta(hours=3), name="Checkout", by="person")
        )
        yield lake


def test_each_example_of_the_page_runs(lake: ViewLake) -> None:
    rows = [[tuple(map(str, row)) for row in lake.query(example)] for example in EXAMPLES]
    assert rows == [
        [("direct", "1", "9.9000")],
        [("px_one", "4")],
        [("2025-06-30", "visitor", "False", "3"), ("2025-06-30", "visitor", "True", "1")],
        [],
        [("email", "1", "1")],
        [
            ("Lead", "built-in", "None", "1", "1", "None"),
            ("Purchase", "built-in", "None", "1", "0", "None"),
            ("Purchase", "built-in", "EUR", "1", "None", "9.9000"),
            ("cart", "defined", "None", "1", "1", "None"),
            ("paid", "defined", "None", "2", "1", "None"),
            ("paid", "defined", "points", "2", "None", "4.0000"),
        ],
        [("1", "cart", "1", "100.0", "0.0"), ("2", "paid", "1", "100.0", "7800.0")],
        [("email", "1", "8400.0", "0", "1")],
        [("A", "/cart", "0.5"), ("A", "/thanks", "0.5")],
    ]


def test_the_page_names_each_view_and_each_column_that_it_adds(lake: ViewLake) -> None:
    views = {view: lake.read(view)[0] for view in list_views()}
    for view, row in views.items():
        assert f"`{view}`" in PAGE
        for column in row.keys() - {field.name for field in FIELDS} - {"dt"}:
            assert view in INNER or f"`{column}`" in PAGE, f"{view}.{column}"


def test_the_page_shows_each_question_as_its_file_has_it() -> None:
    assert fill_page(PAGE, read_questions(ROOT / "dashboard" / "questions")) == PAGE, "run `make questions`"


def test_questions_stand_between_their_marks_and_nothing_else_is_touched() -> None:
    (question, *_) = read_questions(ROOT / "dashboard" / "questions")
    page = fill_page(f"before\n{BEGIN}old\n{END}after\n", [question])
    assert page.startswith(f"before\n{BEGIN}\n### 1. Where do buyers come from?\n")
    assert page.endswith(f"| what the purchases are worth in it |\n\n{END}after\n")
    assert f"\n```sql\n{question.select}\n```\n" in page
    assert "old" not in page
    assert fill_page(page, [question]) == page


@pytest.mark.parametrize("page", ["", BEGIN, END, f"{END}{BEGIN}"])
def test_a_page_without_the_marks_is_refused(page: str) -> None:
    with pytest.raises(QuestionPageError, match="questions -->"):
        fill_page(page, [])
