"""The function that makes the views and saves the questions, as CloudFormation calls it; Athena and CloudFormation are fakes."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from pixelweave_aws.custom_resource import ResourceRequest

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

EVENT = {
    "RequestType": "Create",
    "RequestId": "request-1",
    "StackId": "stack-1",
    "ResponseURL": "http://127.0.0.1:1/answer",
    "LogicalResourceId": "Views",
    "ResourceProperties": {"Database": "lake", "WorkGroup": "group", "Version": "…:7"},
}


class Athena:
    """Takes statements and questions; a view named in `states` ends in that state, every other one at once in success."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.stopped: list[str] = []
        self.states: dict[str, str] = {}
        self.refuses = False
        self.saved: list[str] = []
        self.saves = True

    def start_query_execution(self, **request: Any) -> dict[str, str]:
        if self.refuses:
            raise ClientError(
                {"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "StartQueryExecution"
            )
        self.requests.append(request)
        return {"QueryExecutionId": request["QueryString"].split('"')[1]}

    def get_query_execution(self, *, QueryExecutionId: str) -> dict[str, Any]:  # noqa: N803 - boto3's name
        state = self.states.get(QueryExecutionId, "SUCCEEDED")
        return {"QueryExecution": {"Status": {"State": state, "StateChangeReason": "line 3: no such column"}}}

    def stop_query_execution(self, *, QueryExecutionId: str) -> None:  # noqa: N803 - boto3's name
        self.stopped.append(QueryExecutionId)

    def get_paginator(self, operation: str) -> Athena:
        assert operation == "list_named_queries"
        return self

    def paginate(self, *, WorkGroup: str) -> list[dict[str, list[str]]]:  # noqa: N803 - boto3's name
        assert WorkGroup == "group"
        return [{"NamedQueryIds": []}]

    def create_named_query(self, **query: str) -> None:
        if not self.saves:
            raise ClientError(
                {"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "CreateNamedQuery"
            )
        assert (query["Database"], query["WorkGroup"]) == ("lake", "group")
        self.saved.append(query["Name"])

    def made(self) -> list[str]:
        return [request["QueryString"].split('"')[1] for request in self.requests]


class Context:
    """Lambda's context with `remaining_ms` left."""

    def __init__(self, remaining_ms: int = 300_000) -> None:
        self._remaining_ms = remaining_ms

    def get_remaining_time_in_millis(self) -> int:
        return self._remaining_ms


class Deploy:
    """The function over a folder of two views, and the answers it gives."""

    def __init__(self, app: ModuleType, athena: Athena, answers: list[str]) -> None:
        self.athena = athena
        self.answers = answers
        self._app = app

    def send(self, request_type: str = "Create", context: Context | None = None, **changes: Any) -> str:
        """Call the function; the reason of the failure it answered, empty for success."""
        self._app.handler({**EVENT, "RequestType": request_type, **changes}, context or Context())
        assert len(self.answers) == 1
        return self.answers.pop()


@pytest.fixture
def deploy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Deploy:
    (tmp_path / "20_people.sql").write_text("SELECT root FROM persons", encoding="utf-8")
    (tmp_path / "10_persons.sql").write_text("SELECT 'a?b' AS root", encoding="utf-8")
    folder = tmp_path / "questions"
    folder.mkdir()
    text = "-- Who\n-- Change: nothing.\n-- root: who\nSELECT root FROM people"
    (folder / "04_who.sql").write_text(text, encoding="utf-8")
    app = importlib.import_module("functions.views.app")
    athena, answers = Athena(), list[str]()
    monkeypatch.setattr(app, "VIEWS", tmp_path)
    monkeypatch.setattr(app, "QUESTIONS", folder)
    monkeypatch.setattr(app.boto3, "client", lambda service, config: athena)
    monkeypatch.setattr(ResourceRequest, "answer", lambda request, failure="": answers.append(failure))
    return Deploy(app, athena, answers)


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_every_view_is_made_in_order_in_the_stacks_database_and_workgroup(
    deploy: Deploy, request_type: str
) -> None:
    assert deploy.send(request_type) == ""
    assert deploy.athena.made() == ["persons", "people"]
    assert deploy.athena.requests[0] == {
        "QueryString": "CREATE OR REPLACE VIEW \"persons\" AS\nSELECT 'a?b' AS root",
        "QueryExecutionContext": {"Database": "lake"},
        "WorkGroup": "group",
    }


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_the_questions_are_saved_when_the_views_they_read_are_there(
    deploy: Deploy, request_type: str
) -> None:
    assert deploy.send(request_type) == ""
    assert deploy.athena.saved == ["Pixelweave 04: Who?"]
    deploy.athena.states["people"] = "FAILED"
    assert deploy.send(request_type) != ""
    assert len(deploy.athena.saved) == 1


def test_questions_that_cannot_be_saved_fail_the_deploy_and_are_named(deploy: Deploy) -> None:
    deploy.athena.saves = False
    failure = deploy.send()
    assert failure.startswith("saved queries: ")
    assert "AccessDeniedException" in failure


def test_nothing_is_dropped_when_the_stack_goes(deploy: Deploy) -> None:
    assert deploy.send("Delete") == ""
    assert deploy.athena.requests == []
    assert deploy.athena.saved == []


def test_a_view_that_athena_refuses_fails_the_deploy_with_its_name_and_athenas_words(deploy: Deploy) -> None:
    deploy.athena.states["persons"] = "FAILED"
    failure = deploy.send()
    assert failure.startswith("view persons: ")
    assert "line 3: no such column" in failure
    assert deploy.athena.made() == ["persons"]


def test_a_missing_permission_fails_the_deploy_and_is_named(deploy: Deploy) -> None:
    deploy.athena.refuses = True
    assert "AccessDeniedException" in deploy.send()


def test_a_query_that_outlasts_the_function_is_stopped_and_answered_in_time(deploy: Deploy) -> None:
    deploy.athena.states["persons"] = "RUNNING"
    assert "was stopped" in deploy.send(context=Context(remaining_ms=1_000))
    assert deploy.athena.stopped == ["persons"]


def test_a_request_without_its_properties_is_answered_too(deploy: Deploy) -> None:
    assert "Database" in deploy.send(ResourceProperties={})


def test_a_file_that_is_no_view_is_answered_too(deploy: Deploy, tmp_path: Path) -> None:
    (tmp_path / "people.sql").write_text("SELECT 1", encoding="utf-8")
    assert "people.sql" in deploy.send()
