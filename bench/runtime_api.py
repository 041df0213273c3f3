"""The Lambda Runtime API on loopback, for the real awslambdaric in a process of its own.

Source: AWS Lambda developer guide, «Using the Lambda runtime API». The process is ended by SIGTERM when it
asks for the invocation after the last: valgrind then reports what it has counted up to there, and nothing of
an exit is in it.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.artefact import Artefact

VALGRIND = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")
PROCESS_SECONDS = 120.0
# The time that collect's deadlines see, long enough for a process that valgrind makes fifty times slower.
INVOCATION_SECONDS = 600


class FunctionError(Exception):
    """The function did not get through its invocations; the message has what it wrote."""


class Run:
    """What one process did: its answers, and the instructions it took if they were counted (else 0)."""

    def __init__(self, answers: list[Any], instructions: int) -> None:
        self.answers = answers
        self.instructions = instructions


class RuntimeApi:
    """Serves `events`, one an invocation, and collects the answers."""

    def __init__(self, events: Sequence[Mapping[str, Any]]) -> None:
        self.bodies = [json.dumps(event).encode() for event in events]
        self.served = 0
        self.answers: list[Any] = []
        self.errors: list[str] = []
        self.is_over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _make_handler(self))
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


def run_function(artefact: Artefact, events: Sequence[Mapping[str, Any]], *, is_counted: bool) -> Run:
    """Run a built function until it has answered `events`; raises FunctionError."""
    api = RuntimeApi(events)
    process = subprocess.Popen(
        [*(VALGRIND if is_counted else ()), *artefact.command],
        cwd=artefact.folder,
        env={**artefact.env, "AWS_LAMBDA_RUNTIME_API": api.address},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    output: list[str] = []
    reader = threading.Thread(target=_drain, args=(process, output, api.is_over))
    reader.start()
    is_in_time = api.is_over.wait(PROCESS_SECONDS)
    process.send_signal(signal.SIGTERM)
    reader.join()
    process.wait()
    api.close()
    text = "".join(output)
    if not is_in_time or api.errors or len(api.answers) != len(events):
        raise FunctionError("\n".join([f"answered {len(api.answers)} of {len(events)}", *api.errors, text]))
    count = re.search(r"I\s+refs:\s+([\d,]+)", text)
    if is_counted and count is None:
        raise FunctionError(f"valgrind counted nothing:\n{text}")
    return Run(api.answers, int(count[1].replace(",", "")) if count else 0)


def _drain(process: subprocess.Popen[str], output: list[str], is_over: threading.Event) -> None:
    """Collect what the process writes; its end is the end of the run, whatever it was told to do."""
    if process.stdout is not None:
        with process.stdout:
            output.extend(process.stdout)
    is_over.set()


def _make_handler(api: RuntimeApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_GET(self) -> None:
            """Hand out the next invocation; after the last one say that it is over and leave the process
            waiting."""
            if api.served == len(api.bodies):
                api.is_over.set()
                return
            body = api.bodies[api.served]
            api.served += 1
            self.send_response(200)
            self.send_header("Lambda-Runtime-Aws-Request-Id", f"00000000-0000-0000-0000-{api.served:012}")
            self.send_header(
                "Lambda-Runtime-Deadline-Ms", str(int((time.time() + INVOCATION_SECONDS) * 1000))
            )
            arn = "arn:aws:lambda:eu-west-1:000000000000:function:collect"
            self.send_header("Lambda-Runtime-Invoked-Function-Arn", arn)
            self.send_header("Lambda-Runtime-Trace-Id", "Root=1-00000000-000000000000000000000000;Sampled=0")
            self._end(body)

        def do_POST(self) -> None:
            """Take an answer or an error."""
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.path.endswith("/response"):
                api.answers.append(json.loads(body))
            else:
                api.errors.append(f"{self.path}: {body.decode()}")
            self.send_response(202)
            self._end(b"")

        def _end(self, body: bytes) -> None:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    return Handler
