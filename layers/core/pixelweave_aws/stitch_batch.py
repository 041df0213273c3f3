"""stitch's work on messages: each one into the identity table, then what all of them tell in as few calls as there can be."""

from __future__ import annotations

import time
from random import uniform
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from pixelweave.emission import compose_emission
from pixelweave.identify_model import read_message
from pixelweave.stitching import Stitcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelweave.emission import Emission
    from pixelweave.hit_identity import HitReader
    from pixelweave.identify_model import HitPart

    from pixelweave_aws.identity_table import IdentityTable
    from pixelweave_aws.link_stream import LinkStream
    from pixelweave_aws.notice_bus import NoticeBus
    from pixelweave_aws.stitch_tally import StitchTally
    from pixelweave_aws.transformation import WarningLog

# Who was slower waits up to 10, 20, 40 … ms, at most 320: by chance, so that two do not meet again.
FIRST_PAUSE_SECONDS = 0.01
LONGEST_PAUSE_SECONDS = 0.32
# Hits of one message that may fail before the rest of it is left to its next delivery.
MAX_FAILURES = 3


class StitchBatch:
    """Stitches messages; what they tell is sent by `tell`. `now` gives Unix time in seconds and `sleep` takes seconds."""

    def __init__(  # noqa: PLR0913 - one keyword a collaborator
        self,
        *,
        reader: HitReader,
        table: IdentityTable,
        links: LinkStream,
        bus: NoticeBus,
        tally: StitchTally,
        log: WarningLog,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._reader = reader
        self._table = table
        self._links = links
        self._bus = bus
        self._tally = tally
        self._log = log
        self._now = now
        self._sleep = sleep
        self._stitcher = Stitcher(table, self._pause)
        self._told: dict[str, list[Emission]] = {}

    def stitch(self, message_id: str, body: str, *, is_redelivery: bool) -> None:
        """Stitch every hit of a message, and keep what they tell for `tell`.

        A hit that fails keeps its message on the queue, but not the message's other hits from being stitched and told: what is wrong
        with one of them may be so each time.

        Raises:
            MalformedMessageError: it is no identify message.
            StitchConflictError, ReadThrottledError, botocore's errors: the message must come again.
        """
        told = self._told.setdefault(message_id, [])
        failures: list[Exception] = []
        for part in read_message(body).hits:
            try:
                told.append(self._stitch_hit(part, is_redelivery=is_redelivery))
            except Exception as exc:
                failures.append(exc)
                # Nobody answers, or not in time: the rest would fare no better.
                if isinstance(exc, BotoCoreError) or len(failures) == MAX_FAILURES:
                    break
        if failures:
            raise failures[0]
        self._tally.count("MessagesStitched")

    def _stitch_hit(self, part: HitPart, *, is_redelivery: bool) -> Emission:
        identity = self._reader.read(part)
        stitched = self._stitcher.stitch(identity.hit, is_redelivery=is_redelivery)
        for unusable in identity.unusable:
            self._table.write_unusable(part.event_id, unusable)
        self._tally.count_hit(part.event_id, stitched, identity.unusable)
        return compose_emission(part, identity.hit.nodes, stitched, int(self._now() * 1000))

    def tell(self) -> set[str]:
        """Send what the messages since the last time tell, rows before notices; the ids of those whose part was not taken."""
        emissions, self._told = self._told, {}
        rows = [row for told in emissions.values() for each in told for row in each.rows]
        lost = self._try_put(self._links.put, rows)
        failed = {
            message_id
            for message_id, told in emissions.items()
            if any(lost is None or row["link_id"] in lost for each in told for row in each.rows)
        }
        taken = {message_id: told for message_id, told in emissions.items() if message_id not in failed}
        notices = [notice for told in taken.values() for each in told for notice in each.notices]
        lost = self._try_put(self._bus.put, notices)
        return failed | {
            message_id
            for message_id, told in taken.items()
            if any(lost is None or notice.detail["id"] in lost for each in told for notice in each.notices)
        }

    def _pause(self, attempt: int) -> None:
        self._tally.count("Conflicts")
        self._sleep(uniform(0, min(FIRST_PAUSE_SECONDS * 2**attempt, LONGEST_PAUSE_SECONDS)))  # noqa: S311 - no secret

    def _try_put[T](self, put: Callable[[list[T]], set[str]], entries: list[T]) -> set[str] | None:
        """The ids of what was refused; None where a call failed, so that nobody knows."""
        try:
            lost = put(entries)
        except (ClientError, BotoCoreError) as exc:
            self._log.warning("call failed", extra={"call": put.__qualname__, "error": type(exc).__name__})
            return None
        if lost:
            self._log.warning("entries refused", extra={"call": put.__qualname__, "entries": len(lost)})
        return lost
