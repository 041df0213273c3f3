"""The hits stream: Firehose Direct PUT.

Limits (Firehose API reference, «PutRecordBatch»): 500 records and 4 MiB a call.
"""

from __future__ import annotations

from binascii import b2a_base64
from json import dumps

from pixelweave_aws.call_error import CallError, TransientError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelweave_aws.account import Port
    from pixelweave_aws.clock import Clock

MAX_RECORDS = 500
MAX_BYTES = 4 * 1024 * 1024
# What `{"Data": ""}, ` adds to each record and the rest of the request, rounded up: the limit is the whole
# request's.
_RECORD_EXTRA = 16
_REQUEST_EXTRA = 256


class HitsStream:
    """Puts records on one delivery stream."""

    def __init__(self, client: Port, name: str, clock: Clock) -> None:
        self._client = client
        # Base64 needs no quoting: the request is put together around it, a JSON encoder would read it twice.
        self._head = b'{"DeliveryStreamName":%b,' % dumps(name).encode()
        self._clock = clock

    def put(self, records: list[bytes], deadline: float) -> list[int]:
        """Put `records`, trying those that failed again until `deadline`; the indices that were not accepted.

        A record whose answer was lost may be in the stream twice; readers count an event_id once.
        """
        encoded = [b2a_base64(record, newline=False) for record in records]
        failed: list[int] = []
        for chunk in _split(encoded):
            failed += self._put_chunk(encoded, chunk, deadline)
        return failed

    def _put_chunk(self, encoded: list[bytes], chunk: list[int], deadline: float) -> list[int]:
        for _ in self._clock.attempts(deadline):
            try:
                chunk = self._put_once(encoded, chunk, deadline)
            except TransientError:
                continue
            except CallError:
                break
            if not chunk:
                break
        return chunk

    def _put_once(self, encoded: list[bytes], chunk: list[int], deadline: float) -> list[int]:
        if len(chunk) == 1:
            body = b'%b"Record":{"Data":"%b"}}' % (self._head, encoded[chunk[0]])
            self._client.call("PutRecord", body, deadline)
            return []
        batch = b'"},{"Data":"'.join([encoded[index] for index in chunk])
        body = b'%b"Records":[{"Data":"%b"}]}' % (self._head, batch)
        answer = self._client.call("PutRecordBatch", body, deadline)
        if not answer.get("FailedPutCount"):
            return []
        outcomes = answer["RequestResponses"]
        return [index for index, outcome in zip(chunk, outcomes, strict=True) if "ErrorCode" in outcome]


def _split(encoded: list[bytes]) -> Iterator[list[int]]:
    """Indices in runs that one request may carry; a record too large for any request stands alone."""
    chunk: list[int] = []
    size = _REQUEST_EXTRA
    for index, data in enumerate(encoded):
        weight = len(data) + _RECORD_EXTRA
        if chunk and (len(chunk) == MAX_RECORDS or size + weight > MAX_BYTES):
            yield chunk
            chunk, size = [], _REQUEST_EXTRA
        chunk.append(index)
        size += weight
    if chunk:
        yield chunk
