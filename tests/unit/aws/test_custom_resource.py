"""Answers to CloudFormation, over loopback: the right document, in spite of faults, and never too long."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from pixelweave_aws.custom_resource import ATTEMPTS, REASON_LIMIT, CustomResourceError, ResourceRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENT = {
    "RequestType": "Create",
    "RequestId": "request-1",
    "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/pixelweave/1",
    "ResponseURL": "http://127.0.0.1:1/answer",
    "ResourceType": "Custom::Views",
    "LogicalResourceId": "Views",
    "ResourceProperties": {"Database": "lake"},
}
# What CloudFormation takes at most (user guide, «Custom resource response objects»).
LIMIT = 4096


class Listener:
    """Takes answers as S3 does, failing first as often as it is told."""

    def __init__(self) -> None:
        self.failures = 0
        self.requests: list[tuple[str, str | None, bytes]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.requests.append((self.path, self.headers["Content-Type"], body))
                self.send_response(403 if len(listener.requests) <= listener.failures else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/answer?signature=a%2Fb"

    def document(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.requests[-1][2])
        return answer


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def make_request(url: str, **changes: Any) -> ResourceRequest:
    return ResourceRequest.read(EVENT | {"ResponseURL": url} | changes)


def test_success_is_told_with_the_ids_that_came(listener: Listener) -> None:
    make_request(listener.url).answer()
    assert listener.document() == {
        "Status": "SUCCESS",
        "Reason": "",
        "PhysicalResourceId": "Views",
        "StackId": EVENT["StackId"],
        "RequestId": "request-1",
        "LogicalResourceId": "Views",
    }


def test_the_presigned_url_is_used_as_it_is_and_without_a_content_type(listener: Listener) -> None:
    make_request(listener.url).answer()
    path, content_type, _ = listener.requests[0]
    assert path == "/answer?signature=a%2Fb"
    assert content_type == ""


def test_a_resource_keeps_its_physical_id(listener: Listener) -> None:
    make_request(listener.url, RequestType="Update", PhysicalResourceId="kept").answer()
    assert listener.document()["PhysicalResourceId"] == "kept"


@pytest.mark.parametrize("letter", ["x", "\U0001f600", "\x00", "«"])
def test_a_failure_is_told_with_its_reason_cut_to_what_fits(listener: Listener, letter: str) -> None:
    make_request(listener.url).answer(letter * 10_000)
    assert listener.document()["Status"] == "FAILED"
    assert listener.document()["Reason"] == letter * REASON_LIMIT
    assert len(listener.requests[0][2]) <= LIMIT


def test_an_answer_is_tried_again(listener: Listener) -> None:
    pauses: list[float] = []
    listener.failures = ATTEMPTS - 1
    make_request(listener.url).answer("why", sleep=pauses.append)
    assert len(listener.requests) == ATTEMPTS
    assert pauses == [1, 2]


def test_an_answer_that_is_never_taken_is_an_error(listener: Listener) -> None:
    listener.failures = ATTEMPTS
    with pytest.raises(CustomResourceError, match="403"):
        make_request(listener.url).answer(sleep=lambda _: None)
    assert len(listener.requests) == ATTEMPTS


def test_nobody_there_is_an_error_and_not_a_wait() -> None:
    pauses: list[float] = []
    with pytest.raises(CustomResourceError, match="ConnectionRefused"):
        make_request("http://127.0.0.1:1/answer").answer(sleep=pauses.append)
    assert pauses == [1, 2]
