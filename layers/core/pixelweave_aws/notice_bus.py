"""The event bus: who was identified, merged, captured or kept apart, and which goals were reached, for those who listen."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING

from pixelweave_aws.batch_call import send_all

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef
    from pixelweave.emission import Notice

SOURCE = "pixelweave"
# EventBridge API reference, «PutEvents».
MAX_ENTRIES = 10


class NoticeBus:
    """Puts notices on a bus. `sleep` takes seconds; errors of a whole call are botocore's."""

    def __init__(self, client: EventBridgeClient, name: str, sleep: Callable[[float], None]) -> None:
        self._client = client
        self._name = name
        self._sleep = sleep

    def put(self, notices: Collection[Notice]) -> set[str]:
        """Put each notice once by its `id`; the ids of those that EventBridge refused in every attempt."""
        entries = {str(notice.detail["id"]): self._make_entry(notice) for notice in notices}
        return {each for each, _ in send_all(list(entries.items()), MAX_ENTRIES, self._put, self._sleep)}

    def _make_entry(self, notice: Notice) -> PutEventsRequestEntryTypeDef:
        return {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": notice.name,
            "Detail": dumps(dict(notice.detail)),
        }

    def _put(
        self, entries: Sequence[tuple[str, PutEventsRequestEntryTypeDef]]
    ) -> list[tuple[str, PutEventsRequestEntryTypeDef]]:
        answer = self._client.put_events(Entries=[entry for _, entry in entries])
        if not answer["FailedEntryCount"]:
            return []
        results = zip(entries, answer["Entries"], strict=True)
        return [entry for entry, result in results if result.get("ErrorCode")]
