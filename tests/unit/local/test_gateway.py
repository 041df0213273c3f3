"""What the gateway completes in an HTTP API's event."""

from typing import Any

import pytest
from pixelweave_local.gateway import collector_scope, complete, completing


def event(**headers: str) -> dict[str, Any]:
    return {
        "version": "2.0",
        "headers": {name.replace("_", "-"): value for name, value in headers.items()},
        "requestContext": {"http": {"method": "GET", "sourceIp": "127.0.0.1"}},
    }


def test_cookies_become_a_list_and_their_header_goes() -> None:
    completed = complete(event(cookie="a=1; b=x=y;c=", accept="*/*"))
    assert completed["cookies"] == ["a=1", "b=x=y", "c="]
    assert completed["headers"] == {"accept": "*/*"}


def test_an_event_without_cookies_has_no_list() -> None:
    assert "cookies" not in complete(event(accept="*/*"))


def test_the_local_header_names_the_callers_address_and_goes() -> None:
    completed = complete(event(x_local_source_ip="193.0.6.139"))
    assert completed["requestContext"]["http"]["sourceIp"] == "193.0.6.139"
    assert completed["headers"] == {}


@pytest.mark.parametrize(
    "other", [{"Records": []}, {"version": "1.0", "headers": {"cookie": "a=1"}}, [], None, "text"]
)
def test_any_other_event_stays_as_it_is(other: Any) -> None:
    before = repr(other)
    assert repr(complete(other)) == before


def test_a_completing_executor_hands_on_the_completed_event_and_the_answer() -> None:
    seen: list[Any] = []

    def execute(func: Any, event: Any) -> str:
        seen.append((func, event.get("cookies")))
        return "answer"

    assert completing(execute)("collect", event(cookie="a=1")) == "answer"
    assert seen == [("collect", ["a=1"])]


def test_a_request_to_the_collectors_port_is_addressed_to_the_api() -> None:
    scope = {"type": "http", "headers": [(b"host", b"127.0.0.1:4567"), (b"accept", b"*/*")]}
    made = collector_scope(scope, "abc123", 4566)
    assert made["headers"] == [(b"host", b"abc123.execute-api.localhost:4566"), (b"accept", b"*/*")]
    assert scope["headers"][0] == (b"host", b"127.0.0.1:4567")
