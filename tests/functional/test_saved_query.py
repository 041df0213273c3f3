"""Questions as saved queries of a workgroup; Athena is a fake that gives two ids a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from pixelweave_aws.question_file import Question
from pixelweave_aws.saved_query import Saved, SavedQueries, describe_query, title_query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_athena import AthenaClient


class Athena:
    """The saved queries of all workgroups, by id."""

    def __init__(self) -> None:
        self.queries: dict[str, dict[str, str]] = {}
        self.calls: list[str] = []
        self._next = 0

    def create_named_query(self, **query: str) -> dict[str, str]:
        self._next += 1
        self.calls.append(f"create {query['Name']}")
        self.queries[f"q-{self._next}"] = query
        return {"NamedQueryId": f"q-{self._next}"}

    def delete_named_query(self, *, NamedQueryId: str) -> None:  # noqa: N803 - boto3's name
        self.calls.append(f"delete {self.queries.pop(NamedQueryId)['Name']}")

    def get_paginator(self, operation: str) -> Athena:
        assert operation == "list_named_queries"
        return self

    def paginate(self, *, WorkGroup: str) -> Iterator[dict[str, Any]]:  # noqa: N803 - boto3's name
        ids = [query_id for query_id, query in self.queries.items() if query["WorkGroup"] == WorkGroup]
        for start in range(0, len(ids), 2):
            yield {"NamedQueryIds": ids[start : start + 2]}

    def batch_get_named_query(self, *, NamedQueryIds: list[str]) -> dict[str, Any]:  # noqa: N803 - boto3's name
        assert 0 < len(NamedQueryIds) <= 50
        queries = [
            {"NamedQueryId": query_id} | {k: v for k, v in self.queries[query_id].items() if v}
            for query_id in NamedQueryIds
        ]
        return {"NamedQueries": queries}

    def titles(self) -> list[str]:
        return sorted(query["Name"] for query in self.queries.values())


@pytest.fixture
def athena() -> Athena:
    return Athena()


def save(athena: Athena, *questions: Question, database: str = "lake", work_group: str = "group") -> Saved:
    return SavedQueries(cast("AthenaClient", athena), database, work_group).save(questions)


def ask(number: int, select: str = "SELECT 1", change: str = "days.") -> Question:
    return Question(
        f"{number:02}_what.sql",
        number,
        f"What of {number}?",
        change,
        (),
        select,
        f"-- What of {number}?\n{select}",
    )


def test_a_question_is_saved_with_its_number_its_title_and_its_whole_text(athena: Athena) -> None:
    assert save(athena, ask(7)) == Saved(made=1, deleted=0)
    assert list(athena.queries.values()) == [
        {
            "Name": "Pixelweave 07: What of 7?",
            "Description": "Change: days. Told in docs/queries.md. "
            "The next deploy undoes edits: save yours under another name.",
            "Database": "lake",
            "QueryString": "-- What of 7?\nSELECT 1",
            "WorkGroup": "group",
        }
    ]


def test_questions_that_are_there_already_stay_as_they_are(athena: Athena) -> None:
    questions = [ask(number) for number in range(60)]
    save(athena, *questions)
    before = dict(athena.queries)
    assert save(athena, *questions) == Saved(made=0, deleted=0)
    assert athena.queries == before


@pytest.mark.parametrize("changed", [ask(1, "SELECT 2"), ask(1, change="pixel."), ask(2)])
def test_a_question_that_changed_is_made_before_the_old_one_goes(athena: Athena, changed: Question) -> None:
    save(athena, ask(1))
    assert save(athena, changed) == Saved(made=1, deleted=1)
    assert athena.calls[1:] == [f"create {title_query(changed)}", "delete Pixelweave 01: What of 1?"]


def test_one_that_stands_there_twice_is_deleted_once(athena: Athena) -> None:
    save(athena, ask(1))
    athena.create_named_query(**next(iter(athena.queries.values())))
    assert save(athena, ask(1)) == Saved(made=0, deleted=1)
    assert athena.titles() == ["Pixelweave 01: What of 1?"]


def test_one_of_another_database_is_replaced(athena: Athena) -> None:
    save(athena, ask(1), database="old")
    assert save(athena, ask(1)) == Saved(made=1, deleted=1)
    assert [query["Database"] for query in athena.queries.values()] == ["lake"]


def test_what_a_team_saved_itself_and_other_workgroups_are_left_alone(athena: Athena) -> None:
    for name in ("My own", "Pixelweave", "Pixelweave 1: mine", "On Pixelweave 01: mine"):
        athena.create_named_query(
            Name=name, Description="", Database="lake", QueryString="", WorkGroup="group"
        )
    save(athena, ask(1), work_group="other")
    assert save(athena) == Saved(made=0, deleted=0)
    assert len(athena.queries) == 5


def test_the_description_says_that_edits_do_not_last() -> None:
    assert describe_query(ask(1)).endswith("save yours under another name.")
