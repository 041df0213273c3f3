"""A lean client of AWS's JSON protocols: one keep-alive connection a service, no SDK.

Errors:

    CallError                 `code` is AWS's error code or our word for what happened; never text of an
    answer
    ├── TransientError        may work when tried again: time-out, reset, 5xx
    │   └── ThrottledError    asked too often
    └── RefusedError          will not work when tried again
        └── SignatureError    the signature or the key was refused: boto3's turn

Sources: AWS SDKs reference guide, «Retry behavior» (which codes are throttling or transient); Smithy, «AWS
JSON 1.0» and «AWS JSON 1.1» (targets, content types, where the error code stands).
"""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from json import dumps, loads
from ssl import SSLCertVerificationError, SSLEOFError, SSLZeroReturnError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from pixelweave_aws.clock import Clock
    from pixelweave_aws.endpoint import Endpoint, Trust
    from pixelweave_aws.sigv4 import Signer

# Frozen sandboxes wake up with connections that the other side gave up long ago: a new one costs less than
# finding out.
IDLE_SECONDS = 30.0
MIN_SECONDS = 0.01
PROTOCOLS = {
    "firehose": ("Firehose_20150804", "application/x-amz-json-1.1"),
    "sqs": ("AmazonSQS", "application/x-amz-json-1.0"),
    "dynamodb": ("DynamoDB_20120810", "application/x-amz-json-1.0"),
}
THROTTLING = frozenset(
    (
        "BandwidthLimitExceeded",
        "KmsThrottled",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ServiceUnavailableException",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    )
)
TRANSIENT = frozenset(("InternalFailure", "InternalServerError", "RequestTimeout", "RequestTimeoutException"))
SIGNATURE = frozenset(
    (
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "InvalidToken",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    )
)
_STALE = (ConnectionError, SSLEOFError, SSLZeroReturnError)


class CallError(Exception):
    """A call that did not succeed. `code` is safe to log."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TransientError(CallError):
    """The call may work when tried again; it may also have worked, its answer being lost."""


class ThrottledError(TransientError):
    """The service was asked too often."""


class RefusedError(CallError):
    """The call will not work when tried again."""


class SignatureError(RefusedError):
    """The service did not accept the signature or the key."""


class Client:
    """Calls one service. Time-outs are seconds for one connect and for one silence of the other side."""

    def __init__(
        self,
        endpoint: Endpoint,
        signer: Signer,
        trust: Trust,
        clock: Clock,
        *,
        connect_seconds: float = 1.0,
        read_seconds: float = 1.0,
    ) -> None:
        self._endpoint = endpoint
        self._signer = signer
        self._trust = trust
        self._clock = clock
        self._connect_seconds = connect_seconds
        self._read_seconds = read_seconds
        self._prefix, self._content_type = PROTOCOLS[endpoint.service]
        self._connection: HTTPConnection | None = None
        self._used_at = 0.0

    def call(self, operation: str, payload: Mapping[str, Any], deadline: float) -> dict[str, Any]:
        """Perform `operation` once and return its answer.

        `deadline` is on the clock's monotonic scale. A kept connection that turns out to be closed is
        replaced at once, which may perform the operation twice. Raises CallError.
        """
        body = dumps(payload).encode()
        target = f"{self._prefix}.{operation}"
        headers = self._signer.sign(
            host=self._endpoint.authority,
            content_type=self._content_type,
            target=target,
            body=body,
            now=self._clock.now(),
        )
        head = f"POST / HTTP/1.1\r\n{headers}content-length: {len(body)}\r\naccept-encoding: identity\r\n\r\n"
        try:
            status, error_type, text = self._exchange(head.encode() + body, deadline)
        except TimeoutError as exc:
            raise TransientError("TimedOut") from exc
        except SSLCertVerificationError as exc:
            raise RefusedError("CertificateNotTrusted") from exc
        except (OSError, HTTPException) as exc:
            raise TransientError("ConnectionFailed") from exc
        if status == 200:
            answer: dict[str, Any] = loads(text)
            return answer
        raise judge(status, error_type, text)

    def close(self) -> None:
        """Drop the kept connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _exchange(self, request: bytes, deadline: float) -> tuple[int, str | None, str]:
        """Send `request` and read status, error type and text; a connection that failed is dropped."""
        if self._connection is not None:
            if self._clock.monotonic() - self._used_at > IDLE_SECONDS:
                self.close()
            else:
                try:
                    return self._send(self._connection, request, deadline)
                except _STALE:
                    self.close()
        return self._send(self._connect(deadline), request, deadline)

    def _send(
        self, connection: HTTPConnection, request: bytes, deadline: float
    ) -> tuple[int, str | None, str]:
        is_done = False
        try:
            sock = connection.sock
            sock.settimeout(self._left(self._read_seconds, deadline))
            sock.sendall(request)
            response = HTTPResponse(sock, method="POST")
            try:
                response.begin()
                text = response.read().decode()
                is_done = not response.will_close
            finally:
                response.close()
            self._used_at = self._clock.monotonic()
            return response.status, response.headers.get("x-amzn-errortype"), text
        finally:
            if not is_done:
                self.close()

    def _connect(self, deadline: float) -> HTTPConnection:
        try:
            self._connection = self._open(deadline)
        except SSLCertVerificationError:
            if not self._trust.widen():
                raise
            self._connection = self._open(deadline)
        return self._connection

    def _open(self, deadline: float) -> HTTPConnection:
        endpoint, timeout = self._endpoint, self._left(self._connect_seconds, deadline)
        connection = (
            HTTPSConnection(endpoint.host, endpoint.port, timeout=timeout, context=self._trust.context())
            if endpoint.is_tls
            else HTTPConnection(endpoint.host, endpoint.port, timeout=timeout)
        )
        try:
            connection.connect()
        except BaseException:
            connection.close()
            raise
        return connection

    def _left(self, limit: float, deadline: float) -> float:
        left = deadline - self._clock.monotonic()
        if left < MIN_SECONDS:
            raise TimeoutError
        return min(limit, left)


def judge(status: int, error_type: str | None, text: str) -> CallError:
    """The error that an answer with `status` other than 200 stands for."""
    code = _read_code(error_type, text)
    if code in THROTTLING or status == 429:
        return ThrottledError(code)
    if code in TRANSIENT or status >= 500:
        return TransientError(code)
    return SignatureError(code) if code in SIGNATURE else RefusedError(code)


def _read_code(error_type: str | None, text: str) -> str:
    """The bare code of `aws.namespace#Code:http://…`, from the header or else the body's `__type`."""
    if not error_type:
        try:
            error_type = str(loads(text)["__type"])
        except (ValueError, KeyError, TypeError):
            return "Unknown"
    code = error_type.partition(":")[0].rpartition("#")[2]
    return code if code.isidentifier() and len(code) <= 80 else "Unknown"
