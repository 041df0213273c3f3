"""Scheduled audiences evaluated, one after the other: who came and who went is told, then remembered (docs/audiences.md).

Of whom will be told is noted, then it is told, then it is remembered: an attempt after a crash tells all of these again, with the same ids
or, of who came or went meanwhile, the contrary; it never forgets to tell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pixelweave.audience_change import announce_membership, follow_membership, list_notices

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from typing import Protocol

    from pixelweave.audience import AudienceRecord
    from pixelweave.emission import Notice

    from pixelweave_aws.audience_evaluation import AudienceEvaluation
    from pixelweave_aws.audience_object import AudienceObjects

    class Bus(Protocol):
        """Where notices go: `notice_bus.NoticeBus`."""

        def put(self, notices: Collection[Notice]) -> set[str]:
            """Put notices; the ids of those that were refused."""


# What an audience may take: its query, up to five minutes, and what it tells.
NEEDED_MS = 360_000


class AudienceRunError(Exception):
    """Audiences are left that could not be evaluated; the text names them."""


class NoticeRefusedError(Exception):
    """The bus did not take all notices in any attempt."""


@dataclass(slots=True)
class Summary:
    """What a run did, by `<workspace>/<slug>`: evaluated, with how many came and went; passed over, because an earlier attempt had done
    them; failed, with the kind of error."""

    evaluated: dict[str, int] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


class AudienceRun:
    """Evaluates audiences on schedule. `read_clock` gives Unix milliseconds."""

    def __init__(
        self,
        evaluation: AudienceEvaluation,
        objects: AudienceObjects,
        bus: Bus,
        read_clock: Callable[[], int],
        report: Callable[[str, Exception], None],
    ) -> None:
        """`report` is told the name of an audience that failed, and why."""
        self._evaluation = evaluation
        self._objects = objects
        self._bus = bus
        self._read_clock = read_clock
        self._report = report

    def run(
        self, records: Iterable[AudienceRecord], scheduled_ms: int, read_remaining_ms: Callable[[], int]
    ) -> Summary:
        """Evaluate each audience that is scheduled and was not evaluated since `scheduled_ms` (Unix milliseconds). One that fails stops no
        other; one for which time is too short counts as failed."""
        summary = Summary()
        for record in records:
            if not record.is_scheduled:
                continue
            name = "/".join(record.address)
            if read_remaining_ms() < NEEDED_MS:
                summary.failed[name] = "no time left"
                continue
            try:
                changes = self.follow(record, scheduled_ms)
            except Exception as exc:  # whatever it is, the others are evaluated all the same
                self._report(name, exc)
                summary.failed[name] = type(exc).__name__
                continue
            if changes is None:
                summary.passed_over.append(name)
            else:
                summary.evaluated[name] = changes
        return summary

    def follow(self, record: AudienceRecord, scheduled_ms: int) -> int | None:
        """Tell who came and who went, and remember who is there; how many that were. None: it was done since `scheduled_ms` already.

        Raises LakeError, AudienceObjectError, NoticeRefusedError; others are botocore's.
        """
        held = self._objects.read_membership(record)
        before = held.membership
        if (
            before is not None
            and before.computed_at >= scheduled_ms
            and before.created_at == record.created_at
        ):
            return None
        found = self._evaluation.evaluate(record.spec, self._read_clock())
        notices = list_notices(record, before, found)
        if notices:
            held = self._objects.write_membership(record, announce_membership(record, before, found), held)
        if refused := self._bus.put(notices):
            raise NoticeRefusedError(f"{len(refused)} of {len(notices)} notices")
        self._objects.write_membership(record, follow_membership(record, before, found), held)
        return len(notices)
