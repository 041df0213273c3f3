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


def scope(method: str = "GET", *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"type": "http", "method": method, "headers": [(b"host", b"127.0.0.1:4567"), *headers]}


def passed_on(made: dict[str, Any]) -> dict[str, Any]:
    """The completed event that ministack makes of a scope."""
    headers = {name.decode(): value.decode() for name, value in made["headers"]}
    http = {"method": made["method"], "sourceIp": "127.0.0.1"}
    completed: dict[str, Any] = complete(
        {"version": "2.0", "headers": headers, "requestContext": {"http": http}}
    )
    return completed


def test_a_request_to_the_collectors_port_is_addressed_to_the_api() -> None:
    came = scope("POST", (b"accept", b"*/*"), (b"content-type", b"text/plain"))
    made = collector_scope(came, "abc123", 4566)
    assert made["headers"] == [(b"host", b"abc123.execute-api.localhost:4566"), *came["headers"][1:]]
    assert made["method"] == "POST"
    assert came["headers"][0] == (b"host", b"127.0.0.1:4567")


def test_a_preflight_goes_past_the_emulator_to_the_function() -> None:
    made = collector_scope(scope("OPTIONS", (b"origin", b"https://shop.example")), "abc123", 4566)
    assert made["method"] != "OPTIONS"
    event = passed_on(made)
    assert event["requestContext"]["http"]["method"] == "OPTIONS"
    assert event["headers"] == {
        "host": "abc123.execute-api.localhost:4566",
        "origin": "https://shop.example",
    }


def test_a_compressed_body_is_bytes_to_the_emulator_whatever_its_type() -> None:
    came = scope("POST", (b"content-type", b"application/json"), (b"content-encoding", b"gzip"))
    made = collector_scope(came, "abc123", 4566)
    assert b"content-type" not in dict(made["headers"])
    assert passed_on(made)["headers"]["content-type"] == "application/json"
