"""The AWS account that `collect` runs in: hands out one client a service, lean where possible, boto3
elsewhere."""

from __future__ import annotations

from pixelweave_aws.aws_json import Client
from pixelweave_aws.call_error import SignatureError
from pixelweave_aws.clock import Clock
from pixelweave_aws.connection import Connection
from pixelweave_aws.endpoint import Trust, resolve
from pixelweave_aws.sigv4 import Signer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from pixelweave_aws.collect_settings import Credentials, Settings

    class Port(Protocol):
        """What an adapter needs of a client; `body` is a JSON object, `deadline` on the monotonic clock."""

        def call(self, operation: str, body: bytes, deadline: float) -> dict[str, Any]:
            """Perform `operation` once; raises CallError."""


class Account:
    """Clients that share a TLS context; time-outs are seconds for one connect and for one silence."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        *,
        connect_seconds: float = 1.0,
        read_seconds: float = 1.0,
    ) -> None:
        self._settings = settings
        self.clock = clock or Clock()
        self._seconds = {"connect_seconds": connect_seconds, "read_seconds": read_seconds}
        self._trust = Trust(settings.ca_bundle)
        self._closers: list[Callable[[], None]] = []

    def client(self, service: str) -> Port:
        """A client of «firehose», «sqs» or «dynamodb»."""
        credentials = self._settings.credentials
        if credentials is None or self._settings.peculiarity is not None:
            return self._make_boto(service)
        return SwitchingClient(self._make_lean(service, credentials), lambda: self._make_boto(service))

    def close(self) -> None:
        """Drop every connection; a client that is used again connects anew."""
        for close in self._closers:
            close()

    def _make_lean(self, service: str, credentials: Credentials) -> Client:
        endpoint = resolve(service, self._settings)
        if endpoint.is_tls:
            self._trust.context()  # now, in the init phase, rather than in front of the first visitor
        signer = Signer(credentials, self._settings.region, service)
        connection = Connection(endpoint, self._trust, self.clock, **self._seconds)
        self._closers.append(connection.close)
        return Client(service, endpoint.authority, connection, signer, self.clock)

    def _make_boto(self, service: str) -> Port:
        from pixelweave_aws.fallback import BotoClient  # noqa: PLC0415 - rarely needed, never cheap

        client = BotoClient(service, self._settings, self.clock, **self._seconds)
        self._closers.append(client.close)
        return client


class SwitchingClient:
    """The lean client until its signature is refused, from then on boto3, which knows more ways to sign."""

    __slots__ = ("_client", "_is_lean", "_make_substitute")

    def __init__(self, lean: Port, make_substitute: Callable[[], Port]) -> None:
        self._client = lean
        self._is_lean = True
        self._make_substitute = make_substitute

    def call(self, operation: str, body: bytes, deadline: float) -> dict[str, Any]:
        """Perform `operation`; raises CallError."""
        try:
            return self._client.call(operation, body, deadline)
        except SignatureError:
            if not self._is_lean:
                raise
        self._client = self._make_substitute()
        self._is_lean = False
        return self._client.call(operation, body, deadline)
