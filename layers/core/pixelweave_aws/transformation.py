"""The Firehose side of enrichment: a batch of records in, one answer for each out, whatever the records hold.

Contract: Amazon Data Firehose Developer Guide, «Transform source data» (record ids, `Ok` and `ProcessingFailed`, request
and response of at most 6 MB each) and «Handle failure in data transformation» (failed records go under the error
prefix).
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import datetime
from json import JSONEncoder, loads
from typing import TYPE_CHECKING, Any, Protocol, TypedDict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pixelweave_aws.hit_tally import HitTally

OK = "Ok"
FAILED = "ProcessingFailed"

# Lambda's limit on a synchronous answer is 6 MB; the rest is room for what encloses the records.
MAX_RESPONSE = 6_000_000
# {"recordId": "", "result": "ProcessingFailed", "data": ""}, and a separator.
_ENVELOPE = 64

_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


class ResponseTooLargeError(Exception):
    """The enriched record does not fit into the answer any more."""


class WarningLog(Protocol):
    """What this module needs of a logger."""

    def warning(self, msg: object, /, *, extra: dict[str, object]) -> None:
        """Write a line with the members of `extra`."""


class TransformedRecord(TypedDict):
    """One record of the answer; `data` is Base64."""

    recordId: str
    result: str
    data: str


def transform_batch(
    records: Sequence[dict[str, Any]],
    enrich: Callable[[object], dict[str, object]],
    tally: HitTally,
    log: WarningLog,
    max_response: int = MAX_RESPONSE,
) -> list[TransformedRecord]:
    """Answer each record of a Firehose event: enriched, or failed with its data as it came.

    A failed record is logged with its id and the class of the error, never with anything it holds. What no longer fits
    into `max_response` bytes fails too, and so keeps its data; the originals always fit, for they came in a request of
    the same limit.
    """
    size = sum(len(record["data"]) + len(record["recordId"]) + _ENVELOPE for record in records)
    answers: list[TransformedRecord] = []
    for record in records:
        record_id, data = record["recordId"], record["data"]
        try:
            row = enrich(loads(b64decode(data)))
            enriched = b64encode(_encode(row).encode("utf-8", "replace")).decode("ascii")
            grown = size + len(enriched) - len(data)
            if grown > max_response:
                raise ResponseTooLargeError
            tally.count_row(row, _measure_delay(record, row))
        except Exception as exc:
            # Nothing in a record may stop its batch.
            tally.count_failure()
            log.warning("record failed", extra={"record_id": record_id, "error": type(exc).__name__})
            answers.append({"recordId": record_id, "result": FAILED, "data": data})
        else:
            size = grown
            answers.append({"recordId": record_id, "result": OK, "data": enriched})
    return answers


def _measure_delay(record: dict[str, Any], row: dict[str, object]) -> int:
    """Milliseconds between the collector's clock and Firehose's; 0 where Firehose does not say."""
    arrived = record.get("approximateArrivalTimestamp")
    if not isinstance(arrived, int):
        return 0
    received = datetime.fromisoformat(f"{row['received_at']}+00:00")
    return arrived - round(received.timestamp() * 1000)
