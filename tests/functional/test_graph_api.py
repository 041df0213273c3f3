"""The Graph API's `/me` against a server of this machine: the token stays a secret, and a failure is no more than a failure."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from pixelweave_aws.graph_api import (
    FAILURES_IN_A_ROW,
    MAX_ANSWER_BYTES,
    REST_SECONDS,
    GraphApi,
    GraphApiError,
    InsecureUrlError,
    fetch_body,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TOKEN = "EAAB-secret-token"


class FakeGraph:
    """Answers every request with `status` and `body`; remembers path and token."""

    def __init__(self) -> None:
        self.status = 200
        self.body = json.dumps({"id": "10158"}).encode()
        self.location: str | None = None
        self.seen: list[tuple[str, str | None]] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                fake.seen.append((self.path, self.headers["Authorization"]))
                self.send_response(fake.status)
                if fake.location:
                    self.send_header("Location", fake.location)
                self.send_header("Content-Length", str(len(fake.body)))
                self.end_headers()
                self.wfile.write(fake.body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v23.0"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def graph() -> Iterator[FakeGraph]:
    fake = FakeGraph()
    yield fake
    fake.close()


def test_a_token_is_resolved_and_travels_in_the_header_only(graph: FakeGraph) -> None:
    failures: list[None] = []
    assert GraphApi(graph.url + "/", lambda: failures.append(None)).resolve(TOKEN) == "10158"
    assert graph.seen == [("/v23.0/me?fields=id", f"Bearer {TOKEN}")]
    assert failures == []


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b'{"id": "10158"}'),
        (500, b""),
        (200, b""),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"id": ""}'),
        (200, b'{"id": 10158}'),
        (200, b'{"id": "10158", "x": "' + b"x" * MAX_ANSWER_BYTES + b'"}'),
    ],
)
def test_any_other_answer_is_a_failure_and_no_id(graph: FakeGraph, status: int, body: bytes) -> None:
    graph.status, graph.body = status, body
    failures: list[None] = []
    assert GraphApi(graph.url, lambda: failures.append(None)).resolve(TOKEN) is None
    assert len(failures) == 1


def test_a_redirect_is_not_followed_it_would_carry_the_token_elsewhere(graph: FakeGraph) -> None:
    graph.status, graph.location = 302, graph.url + "/elsewhere"
    assert GraphApi(graph.url, lambda: None).resolve(TOKEN) is None
    assert len(graph.seen) == 1


def test_a_server_that_is_not_there_is_a_failure(graph: FakeGraph) -> None:
    graph.close()
    failures: list[None] = []
    assert GraphApi(graph.url, lambda: failures.append(None)).resolve(TOKEN) is None
    assert len(failures) == 1


@pytest.mark.parametrize("token", ["a\r\nX-Other: b", "жетон"])
def test_a_token_that_no_header_takes_is_a_failure(graph: FakeGraph, token: str) -> None:
    assert GraphApi(graph.url, lambda: None).resolve(token) is None
    assert [path for path, sent in graph.seen if sent and "X-Other" in sent] == []


class BrokenFetch:
    def __init__(self) -> None:
        self.calls = 0
        self.works = False

    def __call__(self, url: str, headers: Mapping[str, str]) -> bytes:
        self.calls += 1
        if not self.works:
            raise GraphApiError(url)
        assert TOKEN in headers["Authorization"]
        return b'{"id": "4"}'


def test_an_api_that_keeps_failing_is_left_alone_for_a_while() -> None:
    now, fetch = [0.0], BrokenFetch()
    api = GraphApi("https://graph.example", lambda: None, fetch=fetch, monotonic=lambda: now[0])
    for _ in range(FAILURES_IN_A_ROW + 5):
        assert api.resolve(TOKEN) is None
    assert fetch.calls == FAILURES_IN_A_ROW
    fetch.works = True
    now[0] = REST_SECONDS - 0.001
    assert api.resolve(TOKEN) is None
    now[0] = REST_SECONDS
    assert api.resolve(TOKEN) == "4"


@pytest.mark.parametrize(("status", "is_asked"), [(400, True), (401, True), (403, False), (500, False)])
def test_bad_tokens_do_not_turn_off_the_good_ones(graph: FakeGraph, status: int, is_asked: bool) -> None:
    failures: list[None] = []
    api = GraphApi(graph.url, lambda: failures.append(None), monotonic=lambda: 0.0)
    graph.status = status
    for _ in range(FAILURES_IN_A_ROW):
        assert api.resolve("bogus") is None
    assert len(failures) == FAILURES_IN_A_ROW
    graph.status = 200
    assert (api.resolve(TOKEN) == "10158") is is_asked


def test_an_answer_ends_a_row_of_failures() -> None:
    fetch = BrokenFetch()
    api = GraphApi("https://graph.example", lambda: None, fetch=fetch, monotonic=lambda: 0.0)
    for works in (False, False, True, False, False, True):
        fetch.works = works
        api.resolve(TOKEN)
    assert fetch.calls == 6


@pytest.mark.parametrize("url", ["http://graph.example/v23.0", "ftp://graph.example", "graph.example"])
def test_a_token_is_never_sent_in_the_clear(url: str) -> None:
    with pytest.raises(InsecureUrlError):
        GraphApi(url, lambda: None)


def test_an_error_does_not_name_the_token(graph: FakeGraph) -> None:
    graph.status = 401
    with pytest.raises(GraphApiError) as caught:
        fetch_body(graph.url + "/me?fields=id", {"Authorization": f"Bearer {TOKEN}"})
    assert str(caught.value) == "401"
