"""Calls about a query are authorised against its workgroup."""

import json

import pytest
from pixelweave_local import shape
from pixelweave_local.authorization import completing, taking_for_tls

ARN = "arn:aws:athena:us-east-1:000000000000:workgroup/group"


def find_arn(service: str, body: bytes, known: str = "*") -> str:
    completed = completing(lambda *call: known)
    return completed(service, "POST", "/", {}, body, {}, "us-east-1", "000000000000")


@pytest.fixture(autouse=True)
def _queries(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {
        "_executions": {"q-1": {"WorkGroup": "group"}},
        "_named_queries": {"n-1": {"WorkGroup": "group"}, "n-2": {"WorkGroup": "other"}},
    }
    monkeypatch.setattr(shape, "member", lambda module, name: known[name])


def test_a_query_is_known_by_its_id() -> None:
    assert find_arn("athena", json.dumps({"QueryExecutionId": "q-1"}).encode()) == ARN


@pytest.mark.parametrize("call", [{"NamedQueryId": "n-1"}, {"NamedQueryIds": ["n-1", "n-3"]}])
def test_a_saved_query_is_known_by_its_id(call: dict[str, object]) -> None:
    assert find_arn("athena", json.dumps(call).encode()) == ARN


def test_saved_queries_of_several_workgroups_are_of_none() -> None:
    assert find_arn("athena", b'{"NamedQueryIds": ["n-1", "n-2"]}') == "*"


@pytest.mark.parametrize(
    "body",
    [
        b'{"QueryExecutionId": "q-2"}',
        b'{"NamedQueryId": "n-3"}',
        b'{"NamedQueryIds": 1}',
        b"{}",
        b"",
        b"no json",
        b"[]",
    ],
)
def test_what_names_no_known_query_stays_unknown(body: bytes) -> None:
    assert find_arn("athena", body) == "*"


def test_what_is_known_already_and_other_services_are_left_alone() -> None:
    body = json.dumps({"QueryExecutionId": "q-1"}).encode()
    assert find_arn("athena", body, known="arn:aws:athena:x") == "arn:aws:athena:x"
    assert find_arn("glue", body) == "*"


def test_each_call_is_taken_for_one_over_tls() -> None:
    pinned: list[tuple[str, bool]] = []
    pin = taking_for_tls(lambda address, is_secure: pinned.append((address, is_secure)))
    pin("127.0.0.1", False)
    assert pinned == [("127.0.0.1", True)]
