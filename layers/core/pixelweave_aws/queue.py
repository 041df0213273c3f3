"""One SQS queue to send to."""

from __future__ import annotations

from json import dumps

from pixelweave_aws.call_error import CallError, TransientError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixelweave_aws.account import Port
    from pixelweave_aws.clock import Clock


class Queue:
    """Sends messages to the queue at `url`."""

    def __init__(self, client: Port, url: str, clock: Clock) -> None:
        self._client = client
        self._url = url
        self._clock = clock

    def send(self, body: str, deadline: float) -> bool:
        """Send one message, trying again until `deadline`; whether SQS took it (at least once)."""
        request = dumps({"QueueUrl": self._url, "MessageBody": body}).encode()
        for _ in self._clock.attempts(deadline):
            try:
                self._client.call("SendMessage", request, deadline)
            except TransientError:
                continue
            except CallError:
                return False
            return True
        return False
