"""What ministack's HTTP API leaves out of the event (payload format 2.0), and the laptop's own way in.

AWS moves the cookies of a request into the list `cookies` and takes the header away:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from collections.abc import Callable
from typing import Any

# What ministack would act on by itself, and wrongly, travels past it under these names.
_METHOD_HEADER = "x-local-method"
_TYPE_HEADER = "x-local-content-type"

# On a laptop every caller is 127.0.0.1; this header names another one, so that a demo has countries. It
# exists only here: on AWS it would arrive as an ordinary header and nobody would read it.
SOURCE_HEADER = "x-local-source-ip"


def complete(event: Any) -> Any:
    """Fill in `event` what AWS would have sent, when it is an HTTP API's; any other event stays as it is."""
    if not isinstance(event, dict) or event.get("version") != "2.0" or "requestContext" not in event:
        return event
    headers = event.get("headers") or {}
    cookies = headers.pop("cookie", None)
    if cookies:
        event["cookies"] = [cookie.strip() for cookie in cookies.split(";") if cookie.strip()]
    if _TYPE_HEADER in headers:
        headers["content-type"] = headers.pop(_TYPE_HEADER)
    http = event["requestContext"].get("http", {})
    for header, name in ((SOURCE_HEADER, "sourceIp"), (_METHOD_HEADER, "method")):
        if header in headers:
            http[name] = headers.pop(header)
    return event


def completing(execute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """`execute(function, event)` with the event completed first."""

    def run(func: Any, event: Any) -> Any:
        return execute(func, complete(event))

    return run


def collector_scope(scope: dict[str, Any], api_id: str, port: int) -> dict[str, Any]:
    """An ASGI scope that came to the collector's port, addressed to the HTTP API `api_id` instead.

    Two things go past ministack and are put back by `complete`. OPTIONS: without a CORS configuration, AWS hands it to the
    `$default` route like any method (developer guide, «Configure CORS for HTTP APIs»), where ministack answers 403. The type of a
    compressed body: by a type such as JSON, ministack would read the compressed bytes as text and so destroy them.
    """
    host = f"{api_id}.execute-api.localhost:{port}".encode()
    headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
    if any(name == b"content-encoding" for name, _ in headers):
        headers = [
            (_TYPE_HEADER.encode() if name == b"content-type" else name, value) for name, value in headers
        ]
    changes: dict[str, Any] = {}
    if scope["method"] == "OPTIONS":
        headers.append((_METHOD_HEADER.encode(), b"OPTIONS"))
        changes["method"] = "GET"
    return {**scope, **changes, "headers": [(b"host", host), *headers]}
