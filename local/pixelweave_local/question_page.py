"""`make questions`: write the questions of dashboard/questions/*.sql into docs/queries.md, where people read them.

A test fails while the page says something else than the files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelweave_aws.question_file import read_questions

from pixelweave_local.place import ROOT

if TYPE_CHECKING:
    from pixelweave_aws.question_file import Question

PAGE = ROOT / "docs" / "queries.md"
QUESTIONS = ROOT / "dashboard" / "questions"
BEGIN, END = "<!-- questions -->\n", "<!-- /questions -->\n"


class QuestionPageError(Exception):
    """The page has no place for the questions."""


def fill_page(page: str, questions: list[Question]) -> str:
    """Return the page with these questions between its two marks. Raises QuestionPageError where it lacks them."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise QuestionPageError(f"the page lacks {BEGIN.strip()} or {END.strip()}")
    return before + begin + "\n" + "\n".join(map(render_question, questions)) + "\n" + end + after


def render_question(question: Question) -> str:
    """Return the question as a piece of Markdown: what it is, its statement, and a table of its columns."""
    columns = "\n".join(
        f"| {', '.join(f'`{name}`' for name in column.name.split(', '))} | {column.meaning} |"
        for column in question.columns
    )
    return (
        f"### {question.number}. {question.title}\n\n"
        f"`{question.file}`. Change: {question.change}\n\n"
        f"```sql\n{question.select}\n```\n\n| column | |\n|---|---|\n{columns}\n"
    )


def main() -> None:
    """Write the page anew."""
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(fill_page(page, read_questions(QUESTIONS)), encoding="utf-8")


if __name__ == "__main__":
    main()
