"""What failed, in groups, told without personal data."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from pixelweave.field import FIELDS

from pixelweave_cli.output import show_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixelweave_aws.error_store import FailedRecord

# What a sample may show: made by us, or of a closed list. Everything else may be personal.
_SHOWN = ("event_id", "pixel_id", "workspace_id", "dialect", "type", "outcome", "reason")
_COLUMNS = frozenset(column.name for column in FIELDS)
# In a message of Firehose or Lambda, a word with one of these may quote the record.
_QUOTING = re.compile(r"\S*[@%=\d\"'{}\[\]]\S*")
_MESSAGE_LENGTH = 160


class _Group:
    """Records that failed in the same way: their number, the span of their arrival, the first one's sample."""

    def __init__(self) -> None:
        self.count = 0
        self.first_ms: int | None = None
        self.last_ms: int | None = None
        self.sample: dict[str, Any] = {}

    def add(self, record: FailedRecord) -> None:
        """Count one more record in."""
        if not self.count:
            self.sample = describe_sample(record.data)
        self.count += 1
        if record.arrived_ms is not None:
            self.first_ms = min(record.arrived_ms, self.first_ms or record.arrived_ms)
            self.last_ms = max(record.arrived_ms, self.last_ms or 0)


def summarize_failures(records: Iterable[FailedRecord]) -> list[dict[str, Any]]:
    """Return one row for each kind, code and message of failure, the most frequent first."""
    groups: defaultdict[tuple[str, str, str], _Group] = defaultdict(_Group)
    for record in records:
        groups[record.kind, record.code, mask_message(record.message)].add(record)
    return [
        {
            "kind": kind,
            "records": group.count,
            "code": code,
            "message": message,
            "first": show_time(group.first_ms),
            "last": show_time(group.last_ms),
            "sample": group.sample,
        }
        for (kind, code, message), group in sorted(groups.items(), key=lambda entry: -entry[1].count)
    ]


def mask_message(message: str) -> str:
    """Return an error message with each word masked that may quote the record it is about."""
    return _QUOTING.sub("…", message)[:_MESSAGE_LENGTH]


def describe_sample(data: bytes) -> dict[str, Any]:
    """Return what may be shown of a record: its size, the columns it has, the values that we made ourselves."""
    try:
        row = json.loads(data)
    except ValueError:
        row = None
    if not isinstance(row, dict):
        return {"bytes": len(data), "columns": None}
    shown = {name: row[name] for name in _SHOWN if isinstance(row.get(name), str)}
    return {"bytes": len(data), "columns": [name for name in row if name in _COLUMNS], **shown}
