"""The links stream: rows of the links log by Firehose, and from there as Parquet in the lake."""

from __future__ import annotations

from json import JSONEncoder
from typing import TYPE_CHECKING

from pixelweave_aws.batch_call import send_all

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from mypy_boto3_firehose import FirehoseClient
    from pixelweave.emission import LinkRow

# Firehose API reference, «PutRecordBatch»; rows are far from its 4 MiB.
MAX_RECORDS = 500

_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


class LinkStream:
    """Puts rows on the stream. `sleep` takes seconds; errors of a whole call are botocore's."""

    def __init__(self, client: FirehoseClient, name: str, sleep: Callable[[float], None]) -> None:
        self._client = client
        self._name = name
        self._sleep = sleep

    def put(self, rows: Collection[LinkRow]) -> set[str]:
        """Put each row once by its `link_id`; the ids of those that Firehose refused in every attempt."""
        records = {str(row["link_id"]): _encode(row).encode() for row in rows}
        return {
            link_id for link_id, _ in send_all(list(records.items()), MAX_RECORDS, self._put, self._sleep)
        }

    def _put(self, records: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        answer = self._client.put_record_batch(
            DeliveryStreamName=self._name, Records=[{"Data": data} for _, data in records]
        )
        if not answer["FailedPutCount"]:
            return []
        results = zip(records, answer["RequestResponses"], strict=True)
        return [record for record, result in results if result.get("ErrorCode")]
