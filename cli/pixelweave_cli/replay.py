"""Second chances: records under the error prefix and in the spill queue go where they should have gone.

At least once, like the first time: what was accepted by a delivery that then failed half-way is accepted
again with the next, under the same event_id. An object or message is removed only after every record of it
was accepted.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from pixelweave.field import FIELDS
from pixelweave_aws.error_store import ErrorObjectError
from pixelweave_aws.redelivery import UndeliveredError
from pixelweave_aws.spill_message import SpillMessage, SpillMessageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pixelweave_aws.drained_queue import DrainedQueue
    from pixelweave_aws.error_store import ErrorStore
    from pixelweave_aws.redelivery import Redelivery

_TIMES = tuple(column.name for column in FIELDS if column.glue == "timestamp")
# What enrich found out about the place, under the names in which it takes it.
_PLACE = ("country", "region", "city")
SPILL_SCHEMA: Final = "pixelweave.spill/1"
# PutRecordBatch takes 4 MiB (Firehose API reference), which Base64 makes of this.
MAX_BATCH_BYTES = 3_000_000
TALLY_COLUMNS = ("places", "records", "accepted", "emptied", "unreadable")


@dataclass(slots=True)
class Tally:
    """What a replay did, or (`dry run`) would do; `places` are objects or messages."""

    places: int = 0
    records: int = 0
    accepted: int = 0
    emptied: int = 0
    unreadable: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether nothing stays behind that was meant to go."""
        return not self.unreadable and self.emptied == self.places

    def to_record(self) -> dict[str, Any]:
        """Return the numbers by name."""
        return asdict(self)


def replay_errors(store: ErrorStore, redelivery: Redelivery, *, dry_run: bool) -> Tally:
    """Put every record under the error prefix on the hits stream again; with `dry_run` only count."""
    tally = Tally()
    # Listed before the first put: what fails again at once must not be picked up by this very run.
    for key in list(store.list()):
        tally.places += 1
        try:
            records = [restore_record(record.data).decode() for record in store.read(key)]
        except (ErrorObjectError, UnicodeDecodeError):
            tally.unreadable.append(key)
            continue
        tally.records += len(records)
        if not dry_run and all(_deliver(redelivery, batch, tally) for batch in _make_batches(records)):
            store.delete(key)
            tally.emptied += 1
    return tally


def replay_spill(queue: DrainedQueue, redelivery: Redelivery) -> Tally:
    """Deliver every message of a spill queue; what is not wholly accepted comes back after the visibility time-out."""
    tally = Tally()
    for message in queue.receive():
        tally.places += 1
        try:
            spill = SpillMessage.read(message.body)
        except SpillMessageError as exc:
            tally.unreadable.append(str(exc))
            continue
        tally.records += len(spill.records)
        if _deliver(redelivery, spill, tally):
            queue.delete(message)
            tally.emptied += 1
    return tally


def redrive_identities(queue: DrainedQueue, redelivery: Redelivery, *, malformed: bool) -> Tally:
    """Send the dead letters of the identify queue there again; those set aside as malformed only where told to."""
    tally = Tally()
    for message in queue.receive():
        tally.places += 1
        if message.reason is not None and not malformed:
            tally.unreadable.append(message.reason)
            continue
        tally.records += 1
        if _deliver(
            redelivery, SpillMessage(schema=SPILL_SCHEMA, target="identify", records=(message.body,)), tally
        ):
            queue.delete(message)
            tally.emptied += 1
    return tally


def _deliver(redelivery: Redelivery, message: SpillMessage, tally: Tally) -> bool:
    try:
        redelivery.deliver(message)
    except UndeliveredError:
        return False
    tally.accepted += len(message.records)
    return True


def _make_batches(records: Iterable[str]) -> Iterator[SpillMessage]:
    """Yield the records as messages for the hits stream, none larger than one Firehose call."""
    batch: list[str] = []
    size = 0
    for record in records:
        length = len(record.encode())
        if batch and size + length > MAX_BATCH_BYTES:
            yield SpillMessage(schema=SPILL_SCHEMA, target="hits", records=tuple(batch))
            batch, size = [], 0
        batch.append(record)
        size += length
    if batch:
        yield SpillMessage(schema=SPILL_SCHEMA, target="hits", records=tuple(batch))


def restore_record(data: bytes) -> bytes:
    """Return a record in the form that enrich takes (ARCHITECTURE.md, «Records between the parts»).

    Where the conversion to Parquet failed, `rawData` is what enrich had made of the record: its times are
    text and become Unix milliseconds again, and the place that was found goes back into `client`. Anything
    else is returned as it is.
    """
    try:
        row = json.loads(data)
        texts = {name: row[name] for name in _TIMES if isinstance(row.get(name), str)}
        times = {name: _read_milliseconds(text) for name, text in texts.items()}
    except (ValueError, AttributeError):
        return data
    if not times:
        return data
    client = {name: row[name] for name in _PLACE if row.get(name)}
    return json.dumps({"client": client} | row | times, separators=(",", ":")).encode()


def _read_milliseconds(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)
