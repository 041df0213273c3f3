"""Where the rows and identify messages of a request go, and where they go when that fails.

Firehose first; what it does not take goes to the spill queue, which a redrive empties later. An identify
message goes to its own queue, else to the spill queue too. Only what the spill queue refuses as well is lost,
and the caller is told.
"""

from __future__ import annotations

from json import dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelweave_aws.clock import Clock
    from pixelweave_aws.firehose import HitsStream
    from pixelweave_aws.queue import Queue

SPILL_SCHEMA = "pixelweave.spill/1"
# SQS takes 256 KiB; ARCHITECTURE.md keeps the message well below.
MAX_SPILL_BYTES = 240 * 1000
HITS = "hits"
IDENTIFY = "identify"
# Time kept for answering, and the shares of the rest after which Firehose, then the identify queue, is given
# up.
RESERVE_SECONDS = 0.3
HITS_SHARE = 0.5
IDENTIFY_SHARE = 0.75
# Longer than this no visitor should wait for a healthy-looking stream, however much time the function has.
HITS_SECONDS = 2.0
IDENTIFY_SECONDS = 3.0
SPILL_SECONDS = 6.0
# After a put that took nothing, Firehose is left alone this long: waiting for it with every hit would use up the
# concurrency that the next hits need.
REST_SECONDS = 5.0


class Stored:
    """What became of the pieces (records and identify messages) of one request."""

    __slots__ = ("lost", "spilled", "stored")

    def __init__(self, stored: int = 0, spilled: int = 0, lost: int = 0) -> None:
        self.stored = stored
        self.spilled = spilled
        self.lost = lost


class Sink:
    """Stores what a request brought."""

    def __init__(self, hits: HitsStream, identify: Queue, spill: Queue, clock: Clock) -> None:
        self._hits = hits
        self._identify = identify
        self._spill = spill
        self._clock = clock
        self._rested_at = clock.monotonic()

    def store(self, records: list[bytes], identify: list[str], remaining_seconds: float) -> Stored:
        """Store `records` (UTF-8 JSON, one row each) and `identify` messages within `remaining_seconds`.

        A hit whose calls succeed costs one Firehose call and one SQS call a message. Never raises for a fault
        of AWS: `lost` counts the pieces that nothing took.
        """
        now = self._clock.monotonic()
        budget = max(remaining_seconds - RESERVE_SECONDS, 0.0)
        deadline = now + min(budget, SPILL_SECONDS)
        result = Stored()
        is_resting = now < self._rested_at
        failed = records if is_resting else self._put(records, now + min(budget * HITS_SHARE, HITS_SECONDS))
        result.stored = len(records) - len(failed)
        unsent: list[str] = []
        for message in identify:
            if self._identify.send(message, now + min(budget * IDENTIFY_SHARE, IDENTIFY_SECONDS)):
                result.stored += 1
            else:
                unsent.append(message)
        if failed:
            left = self._spill_all(HITS, [record.decode() for record in failed], deadline, result)
            if left and is_resting:
                # Better to wake Firehose than to lose what it was never asked to take.
                refused = self._put([text.encode() for text in left], deadline)
                result.stored += len(left) - len(refused)
                result.lost += len(refused)
            else:
                result.lost += len(left)
        if unsent:
            result.lost += len(self._spill_all(IDENTIFY, unsent, deadline, result))
        return result

    def _put(self, records: list[bytes], deadline: float) -> list[bytes]:
        """The records that Firehose did not take; when it took none, it is left alone for a while."""
        failed = self._hits.put(records, deadline) if records else []
        if failed and len(failed) == len(records):
            self._rested_at = self._clock.monotonic() + REST_SECONDS
        return [records[index] for index in failed]

    def _spill_all(self, target: str, texts: list[str], deadline: float, result: Stored) -> list[str]:
        """Spill `texts`; those that the spill queue did not take."""
        left: list[str] = []
        start = 0
        for body, count in make_spill_messages(target, texts):
            if self._spill.send(body, deadline):
                result.spilled += count
            else:
                left += texts[start : start + count]
            start += count
        return left


def make_spill_messages(target: str, texts: list[str]) -> Iterator[tuple[str, int]]:
    """Spill messages (ARCHITECTURE.md, «Spill message») of at most MAX_SPILL_BYTES, each with its number of
    records.

    Characters stand as they are: escaped, a row of 100,000 bytes that are not English would outgrow any message. A record
    that is larger by itself stands alone in its message: SQS may still take it.
    """
    head, tail = f'{{"schema": "{SPILL_SCHEMA}", "target": "{target}", "records": [', "]}"
    frame = len(head) + len(tail)
    chunk: list[str] = []
    size = frame
    for text in texts:
        quoted = dumps(text, ensure_ascii=False)
        weight = len(quoted.encode()) + 2
        if chunk and size + weight > MAX_SPILL_BYTES:
            yield head + ", ".join(chunk) + tail, len(chunk)
            chunk, size = [], frame
        chunk.append(quoted)
        size += weight
    if chunk:
        yield head + ", ".join(chunk) + tail, len(chunk)
