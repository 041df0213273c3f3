"""The embedded AWS: ministack with batched Firehose delivery, Athena SQL and a plain port for the collector.

Run in `.local/aws` by `server.py`, which sets the environment that ministack reads. Besides the AWS
endpoint it answers `/_pixelweave/health`, `/_pixelweave/flush` (deliver what waits in every stream,
then answer) and `/_pixelweave/collector?api=ID` (send the collector's port to that HTTP API).
"""

import argparse
import asyncio
import importlib
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from pixelweave_local import authorization, event_source, gateway, notification, shape
from pixelweave_local.athena import run_query
from pixelweave_local.buffer import Limit
from pixelweave_local.delivery import Delivery

MEGABYTE = 1024 * 1024
CONTROL = "/_pixelweave/"
LOG_WAIT = 0.005  # seconds

type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]


class Application:
    """An ASGI application in front of ministack's."""

    def __init__(self, inner: Any, delivery: Delivery, port: int, collector_port: int) -> None:
        self._inner = inner
        self._delivery = delivery
        self._port = port
        self._collector_port = collector_port
        self._api_id = ""

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
        elif scope["server"][1] == self._collector_port:
            if self._api_id:
                await self._inner(gateway.collector_scope(scope, self._api_id, self._port), receive, send)
            else:
                await _answer(send, 503, {"message": "the collector is not deployed yet"})
        elif scope["path"].startswith(CONTROL):
            await self._control(scope["path"].removeprefix(CONTROL), scope["query_string"].decode(), send)
        else:
            await self._inner(scope, receive, send)

    async def _control(self, action: str, query: str, send: Send) -> None:
        match action:
            case "health":
                # Who answers: after a crash, another clone may have taken the port.
                await _answer(send, 200, {"pid": os.getpid()})
            case "flush":
                delivered = await asyncio.to_thread(self._delivery.flush)
                await _answer(send, 200, {"delivered": delivered})
            case "collector":
                self._api_id = parse_qs(query)["api"][0]
                await _answer(send, 200, {"api": self._api_id})
            case _:
                await _answer(send, 404, {"message": f"{action} is no action"})


async def _answer(send: Send, status: int, body: dict[str, Any]) -> None:
    encoded = json.dumps(body).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(encoded)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": encoded})


def wrap(delivery: Delivery, function_python: str) -> None:
    """Put this package's parts in the places of ministack's."""
    shape.replace("services.firehose", "_deliver_records_to_s3", delivery.put)
    shape.replace("services.athena", "_run_duckdb", run_query)
    extract = shape.member("core.iam_actions", "extract_resource_arn")
    shape.replace("core.iam_actions", "extract_resource_arn", authorization.completing(extract))
    pin = shape.member("app", "pin_request_origin")
    shape.replace("app", "pin_request_origin", authorization.taking_for_tls(pin))
    concurrency = shape.member("services.lambda_svc", "_sqs_esm_concurrency")
    shape.replace("services.lambda_svc", "_sqs_esm_concurrency", event_source.reading_numbers(concurrency))
    execute = shape.member("services.lambda_svc", "_execute_function_with_config_scope")
    shape.replace("services.lambda_svc", "_execute_function_with_config_scope", gateway.completing(execute))
    tell = shape.member("services.s3", "_fire_s3_event")
    shape.replace("services.s3", "_fire_s3_event_async", notification.telling_at_once(tell))
    detect = shape.member("core.lambda_runtime", "_detect_runtime_binary")

    def function_runtime(runtime: str) -> tuple[str, str]:
        # Functions must not see the emulator's own packages: what they forgot to pack would be found there.
        binary, script = detect(runtime)
        return (function_python if runtime.startswith("python") else binary), script

    shape.replace("core.lambda_runtime", "_detect_runtime_binary", function_runtime)
    drain = shape.member("core.lambda_runtime", "Worker._drain_stderr_bounded")

    def drain_soon(worker: Any) -> Any:
        # ministack waits 50 ms after each call for a first log line, and collect writes none. What comes
        # later than this is in the log all the same, after the next call.
        return drain(worker, first_line_wait=LOG_WAIT)

    shape.replace("core.lambda_runtime", "Worker._drain_stderr_bounded", drain_soon)


async def run(application: Application, ports: tuple[int, ...]) -> None:
    """Serve on 127.0.0.1 until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    # By name: hypercorn comes with ministack and is not in the environment where types are checked.
    config = importlib.import_module("hypercorn.config").Config()
    config.bind = [f"127.0.0.1:{port}" for port in ports]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.accesslog = None
    await importlib.import_module("hypercorn.asyncio").serve(application, config, shutdown_trigger=stop.wait)


def main() -> int:
    """Check, wrap and serve; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--collector-port", type=int, required=True)
    parser.add_argument(
        "--function-python", type=Path, required=True, help="the interpreter of Lambda functions"
    )
    parser.add_argument("--records", type=int, default=500, help="records in a delivery buffer")
    parser.add_argument("--seconds", type=float, default=1.0, help="the longest wait in a delivery buffer")
    options = parser.parse_args()
    # Functions inherit the environment, and this path is not theirs.
    os.environ.pop("PYTHONPATH", None)
    try:
        shape.check()
    except shape.ShapeError as exc:
        print(f"error: {exc}", file=sys.stderr)
        return 1
    from ministack.app import app  # noqa: PLC0415 - reads its environment at import, after the check

    delivery = Delivery(Limit(options.records, MEGABYTE, options.seconds))
    wrap(delivery, str(options.function_python))
    delivery.start()
    application = Application(app, delivery, options.port, options.collector_port)
    asyncio.run(run(application, (options.port, options.collector_port)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
