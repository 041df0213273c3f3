"""A lean client of AWS's JSON protocols: a signature and a connection, no SDK.

Source: Smithy, «AWS JSON 1.0» and «AWS JSON 1.1»; the target prefixes are the services' API references'.
"""

from __future__ import annotations

from json import loads
from ssl import SSLCertVerificationError

from pixelweave_aws.answer import AnswerError
from pixelweave_aws.call_error import RefusedError, TransientError, judge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pixelweave_aws.answer import Answer
    from pixelweave_aws.clock import Clock
    from pixelweave_aws.connection import Connection
    from pixelweave_aws.sigv4 import Signer

PROTOCOLS = {
    "firehose": ("Firehose_20150804", "application/x-amz-json-1.1"),
    "sqs": ("AmazonSQS", "application/x-amz-json-1.0"),
    "dynamodb": ("DynamoDB_20120810", "application/x-amz-json-1.0"),
}


class Client:
    """Calls one service, `host` being what its Host header says."""

    def __init__(self, service: str, host: str, connection: Connection, signer: Signer, clock: Clock) -> None:
        self._prefix, self._content_type = PROTOCOLS[service]
        self._host = host
        self._connection = connection
        self._signer = signer
        self._clock = clock

    def call(self, operation: str, body: bytes, deadline: float) -> dict[str, Any]:
        """Perform `operation` once with `body`, a JSON object, and return its answer.

        `deadline` is on the clock's monotonic scale. An answer that gets lost leaves open whether the
        operation was performed. Raises CallError.
        """
        headers = self._signer.sign(
            host=self._host,
            content_type=self._content_type,
            target=f"{self._prefix}.{operation}",
            body=body,
            now=self._clock.now(),
        )
        head = f"POST / HTTP/1.1\r\n{headers}content-length:{len(body)}\r\naccept-encoding:identity\r\n\r\n"
        answer = self._exchange(head.encode() + body, deadline)
        text = answer.body.decode("utf-8", "replace")
        if answer.status != 200:
            raise judge(answer.status, answer.error_type, text)
        try:
            result: dict[str, Any] = loads(text)
        except ValueError as exc:
            raise TransientError("AnswerNotJson") from exc
        return result

    def _exchange(self, request: bytes, deadline: float) -> Answer:
        try:
            return self._connection.exchange(request, deadline)
        except TimeoutError as exc:
            raise TransientError("TimedOut") from exc
        except SSLCertVerificationError as exc:
            raise RefusedError("CertificateNotTrusted") from exc
        except (OSError, AnswerError) as exc:
            raise TransientError("ConnectionFailed") from exc
