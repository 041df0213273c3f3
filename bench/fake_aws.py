"""Firehose, SQS and DynamoDB on loopback, as far as `collect` speaks to them, with faults on request.

Benchmarks and tests share it. A fault is consumed by the next call of its service; without one the call
succeeds.
"""

from __future__ import annotations

import base64
import json
import socket
import ssl
import struct
import threading
from collections import defaultdict, deque
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from bench.certificate import Chain

SERVICES = {"Firehose_20150804": "firehose", "AmazonSQS": "sqs", "DynamoDB_20120810": "dynamodb"}


class Breakdown(Enum):
    """A call that gets no proper answer."""

    HANG = "accepts the call and never answers"
    RESET = "resets the connection without performing the call"
    LOSE_ANSWER = "performs the call and closes the connection instead of answering"
    CLOSE_AFTER = "answers, promises to keep the connection, and closes it"


class Refusal:
    """An error answer."""

    def __init__(self, status: int, code: str, *, in_header: bool = False) -> None:
        self.status = status
        self.code = code
        self.in_header = in_header


class Partial:
    """A PutRecordBatch that fails for the records at `indices`."""

    def __init__(self, *indices: int) -> None:
        self.indices = indices


type Fault = Breakdown | Refusal | Partial
THROTTLED = Refusal(400, "ThrottlingException")
BROKEN = Refusal(500, "InternalFailure")


class Call:
    """One request as it arrived; `headers` have lower-case names."""

    def __init__(
        self, service: str, operation: str, payload: dict[str, Any], headers: dict[str, str]
    ) -> None:
        self.service = service
        self.operation = operation
        self.payload = payload
        self.headers = headers


class FakeAws:
    """A running fake; `records`, `messages` (by queue URL) and `items` (by key) are what it has stored."""

    def __init__(self, chain: Chain | None = None) -> None:
        self.calls: list[Call] = []
        self.connections = 0
        self.records: list[bytes] = []
        self.messages: dict[str, list[str]] = defaultdict(list)
        self.items: dict[str, dict[str, Any]] = {}
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.closing = threading.Event()
        self._server = _Server(self, chain)
        self.url = f"{'https' if chain else 'http'}://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def fail(self, service: str, *faults: Fault) -> None:
        """Let the next calls of `service` meet `faults`, one each."""
        self.faults[service].extend(faults)

    def operations(self, service: str) -> list[str]:
        """The operations that were asked of `service`, in order."""
        return [call.operation for call in self.calls if call.service == service]

    def perform(self, call: Call, failed: tuple[int, ...] = ()) -> dict[str, Any]:
        """Do what `call` asks for, except for the records at the indices `failed`, and return the answer."""
        match call.operation:
            case "PutRecord":
                self.records.append(base64.b64decode(call.payload["Record"]["Data"]))
                return {"RecordId": "1", "Encrypted": True}
            case "PutRecordBatch":
                return self._put_batch(call.payload["Records"], failed)
            case "SendMessage":
                self.messages[call.payload["QueueUrl"]].append(call.payload["MessageBody"])
                return {"MessageId": "1", "MD5OfMessageBody": ""}
            case "GetItem":
                item = self.items.get(call.payload["Key"]["pk"]["S"])
                return {} if item is None else {"Item": item}
        raise NotImplementedError(call.operation)

    def _put_batch(self, records: list[dict[str, str]], failed: tuple[int, ...]) -> dict[str, Any]:
        answers: list[dict[str, str]] = []
        for index, record in enumerate(records):
            if index in failed:
                answers.append({"ErrorCode": "ServiceUnavailableException", "ErrorMessage": "Slow down."})
            else:
                self.records.append(base64.b64decode(record["Data"]))
                answers.append({"RecordId": str(index)})
        return {"FailedPutCount": len(failed), "Encrypted": True, "RequestResponses": answers}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, aws: FakeAws, chain: Chain | None) -> None:
        self.aws = aws
        self._context: ssl.SSLContext | None = None
        if chain is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(chain.server)
        super().__init__(("127.0.0.1", 0), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.aws.connections += 1
        if self._context is not None:
            connection = self._context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return connection, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent: clients that hang up are what this server is for."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self) -> None:
        """Answer one call."""
        aws = self.server.aws
        body = self.rfile.read(int(self.headers["content-length"]))
        prefix, _, operation = self.headers["x-amz-target"].partition(".")
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = Call(SERVICES[prefix], operation, json.loads(body), headers)
        aws.calls.append(call)
        faults = aws.faults[call.service]
        self._answer(call, faults.popleft() if faults else None)

    def _answer(self, call: Call, fault: Fault | None) -> None:
        aws = self.server.aws
        match fault:
            case Refusal():
                self._write_refusal(fault)
                return
            case Partial():
                self._write(200, aws.perform(call, fault.indices))
                return
            case Breakdown.HANG:
                aws.closing.wait()
            case Breakdown.RESET:
                # A linger of zero seconds makes close() send RST instead of FIN.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
            case Breakdown.LOSE_ANSWER:
                aws.perform(call)
            case _:
                self._write(200, aws.perform(call))
        self.close_connection = fault is not None

    def _write_refusal(self, refusal: Refusal) -> None:
        if refusal.in_header:
            self._write(refusal.status, {}, {"x-amzn-ErrorType": f"{refusal.code}:http://amazon.com/coral/"})
        else:
            self._write(refusal.status, {"__type": f"com.amazonaws.fake#{refusal.code}", "message": "No."})

    def _write(self, status: int, answer: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("x-amzn-RequestId", "00000000-0000-0000-0000-000000000000")
        self.send_header("x-amz-id-2", "x" * 76)
        self.send_header("Content-Type", self.headers["content-type"])
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Stay silent."""
