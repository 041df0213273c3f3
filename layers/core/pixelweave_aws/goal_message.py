"""goals' work on one message of its queue: each object that it names is counted, and what its events reached is told."""

from __future__ import annotations

from random import uniform
from typing import TYPE_CHECKING

from pixelweave.goal_notice import compose_reached

from pixelweave_aws.lake_object import EVENTS_PREFIX, ObjectGoneError
from pixelweave_aws.object_notice import MalformedNoticeError, read_notices

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelweave_aws.goal_tally import GoalTally
    from pixelweave_aws.notice_bus import NoticeBus
    from pixelweave_aws.object_counting import ObjectCounting, PartCount

# Who was slower waits up to 10, 20, 40 … ms, at most 1,280: by chance, so that two do not meet again.
FIRST_PAUSE_SECONDS = 0.01
LONGEST_PAUSE_SECONDS = 1.28
# Enough to count a part of an object's conversions and to tell of them.
RESERVE_MS = 90_000


class UnusableMessageError(Exception):
    """The message will never do: it is malformed, or what it names is no object of the log. The text says why, without data."""


class OutOfTimeError(Exception):
    """The invocation ends before more could be counted; what is counted stays so, the message must come again for the rest."""


class UntoldError(Exception):
    """The bus refused notices in every attempt; the message must come again."""


class Pause:
    """Waits after a conflict and counts it. `sleep` takes seconds."""

    def __init__(self, tally: GoalTally, sleep: Callable[[float], None]) -> None:
        self._tally = tally
        self._sleep = sleep

    def __call__(self, attempt: int) -> None:
        """Wait for the time that `attempt` deserves, the first being 0."""
        self._tally.count("Conflicts")
        self._sleep(uniform(0, min(FIRST_PAUSE_SECONDS * 2**attempt, LONGEST_PAUSE_SECONDS)))  # noqa: S311 - no secret


class GoalMessage:
    """Counts the objects of messages. `malformed` is what scanning raises for an object that is none of the log."""

    def __init__(
        self,
        *,
        counting: ObjectCounting,
        bus: NoticeBus,
        tally: GoalTally,
        bucket: str,
        malformed: type[Exception],
    ) -> None:
        self._counting = counting
        self._bus = bus
        self._tally = tally
        self._bucket = bucket
        self._malformed = malformed

    def count(self, body: str, *, is_redelivery: bool, read_remaining_ms: Callable[[], int]) -> None:
        """Count every object that a message names. One that is no object of the log keeps no other from being counted.

        Raises:
            UnusableMessageError: the message must be set aside.
            OutOfTimeError, UntoldError, CountingError, botocore's errors: it must come again.
        """
        try:
            notices = read_notices(body)
        except MalformedNoticeError as exc:
            self._tally.count("MessagesMalformed")
            raise UnusableMessageError(f"malformed: {exc}") from exc
        reasons = []
        for notice in notices:
            if notice.bucket != self._bucket or not notice.key.startswith(EVENTS_PREFIX):
                self._tally.count("ObjectsIgnored")
                continue
            try:
                self._count_object(
                    notice.key, is_redelivery=is_redelivery, read_remaining_ms=read_remaining_ms
                )
            except ObjectGoneError:
                reasons.append("object gone")
            except self._malformed as exc:
                reasons.append(f"object malformed: {exc}")
        if reasons:
            self._tally.count("ObjectsMalformed", len(reasons))
            raise UnusableMessageError("; ".join(reasons))

    def _count_object(self, key: str, *, is_redelivery: bool, read_remaining_ms: Callable[[], int]) -> None:
        def check_time() -> None:
            if read_remaining_ms() < RESERVE_MS:
                raise OutOfTimeError

        def tell(part: PartCount) -> None:
            self._tally.count("ConversionsCounted", len(part.won))
            self._tell(part, is_redelivery=is_redelivery)

        check_time()
        events = self._counting.count(key, before_part=check_time, after_part=tell)
        self._tally.count("ObjectsCounted")
        self._tally.count("EventsRead", events)

    def _tell(self, count: PartCount, *, is_redelivery: bool) -> None:
        # What stands already was told when it was won, unless that delivery ended before it could.
        reached = count.won + count.standing if is_redelivery else count.won
        lost = self._bus.put([compose_reached(each, count.find_name(each)) for each in reached])
        if lost:
            self._tally.count("NoticesFailed", len(lost))
            raise UntoldError(f"{len(lost)} of {len(reached)} notices")
