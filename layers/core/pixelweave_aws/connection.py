"""One kept connection to one endpoint."""

from __future__ import annotations

from socket import IPPROTO_TCP, TCP_NODELAY, create_connection
from ssl import SSLCertVerificationError, SSLEOFError, SSLZeroReturnError

from pixelweave_aws.answer import read_answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from socket import socket

    from pixelweave_aws.answer import Answer
    from pixelweave_aws.clock import Clock
    from pixelweave_aws.endpoint import Endpoint, Trust

# Frozen sandboxes wake up with connections that the other side gave up long ago: a new one costs less than
# finding out.
IDLE_SECONDS = 30.0
MIN_SECONDS = 0.01
_STALE = (ConnectionError, SSLEOFError, SSLZeroReturnError)


class Connection:
    """Exchanges requests for answers. Time-outs are seconds for one connect and for one silence of the other
    side."""

    def __init__(
        self, endpoint: Endpoint, trust: Trust, clock: Clock, *, connect_seconds: float, read_seconds: float
    ) -> None:
        self._endpoint = endpoint
        self._trust = trust
        self._clock = clock
        self._connect_seconds = connect_seconds
        self._read_seconds = read_seconds
        self._socket: socket | None = None
        self._used_at = 0.0

    def exchange(self, request: bytes, deadline: float) -> Answer:
        """Send `request`, whole HTTP/1.1 bytes, and read its answer before `deadline` on the monotonic clock.

        A kept connection that turns out to be closed is replaced at once and the request sent again, so it
        may be performed twice; no other failure is retried. Raises OSError (TimeoutError and SSL errors among
        them), AnswerError.
        """
        sock = self._socket
        if sock is not None and self._clock.monotonic() - self._used_at <= IDLE_SECONDS:
            try:
                return self._exchange_on(sock, request, deadline)
            except _STALE:
                pass
        self.close()
        return self._exchange_on(self._connect(deadline), request, deadline)

    def close(self) -> None:
        """Drop the kept connection, if there is one."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _exchange_on(self, sock: socket, request: bytes, deadline: float) -> Answer:
        answer = None
        try:
            sock.settimeout(self._limit(self._read_seconds, deadline))
            sock.sendall(request)
            answer = read_answer(sock)
        finally:
            if answer is None or not answer.keeps_alive:
                self.close()
        self._used_at = self._clock.monotonic()
        return answer

    def _connect(self, deadline: float) -> socket:
        try:
            self._socket = self._open(deadline)
        except SSLCertVerificationError:
            if not self._trust.widen():
                raise
            self._socket = self._open(deadline)
        return self._socket

    def _open(self, deadline: float) -> socket:
        # As bytes, a host name needs no IDNA codec, whose import would cost more than the rest of connecting.
        host = self._endpoint.host.encode("ascii")
        address = (host, self._endpoint.port)
        timeout = self._limit(self._connect_seconds, deadline)
        sock = create_connection(address, timeout)  # type: ignore[arg-type]  # getaddrinfo takes bytes too
        try:
            sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
            if self._endpoint.is_tls:
                return self._trust.context().wrap_socket(sock, server_hostname=host)
        except BaseException:
            sock.close()
            raise
        return sock

    def _limit(self, seconds: float, deadline: float) -> float:
        left = deadline - self._clock.monotonic()
        if left < MIN_SECONDS:
            raise TimeoutError("the deadline has passed")
        return min(seconds, left)
