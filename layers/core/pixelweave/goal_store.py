"""The port between counting and where counts are kept (one adapter: `pixelweave_aws.goal_table`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from decimal import Decimal

    from pixelweave.conversion import GoalRef

SHARDS = 4
# TransactWriteItems takes 100 parts (DynamoDB API reference).
MAX_PARTS = 100


class CountConflictError(Exception):
    """A condition did not hold: somebody was faster, or it was ourselves and the answer was lost; or the store is too busy. Read again."""


class EntryKey(NamedTuple):
    """A conversion in the ledger: its goal and the digest of its once key."""

    goal: GoalRef
    once: str


@dataclass(frozen=True, slots=True)
class Entry:
    """The event that stands for a conversion: see `conversion.Conversion`. `stamp` is the digest of the rest."""

    event_id: str
    received_at: int
    session: str | None
    value: Decimal | None
    unit: str

    @property
    def rank(self) -> tuple[int, str]:
        """Of two entries for one key the one of lesser rank stands."""
        return self.received_at, self.event_id


class MarkKey(NamedTuple):
    """A session with conversions of a goal: on one UTC day (`YYYY-MM-DD`), or, where `day` is None, at all."""

    goal: GoalRef
    session: str
    day: str | None


@dataclass(frozen=True, slots=True)
class Mark:
    """How many entries a session has: by hour (`00` … `23`) in a day's mark; in the session's own, `{"": number of days}`.

    Numbers are never negative, zeros are left out. `version` 0: it does not exist yet.
    """

    counts: Mapping[str, int]
    version: int = 0


class CounterKey(NamedTuple):
    """A counter of a goal in one unit: of a UTC day (`YYYY-MM-DD`), or, where `day` is None, of all time."""

    goal: GoalRef
    day: str | None
    unit: str


@dataclass(frozen=True, slots=True)
class CountPlan:
    """One transaction: what was read (None: nothing) and what shall be, and what is added to counters.

    Increments go by attribute: `n`, `v`, `s` (conversions, value, unique sessions) and the same with the hour behind (`n07`) on a day's
    counter. No increment is zero.
    """

    entries: Mapping[EntryKey, tuple[Entry | None, Entry | None]] = field(default_factory=dict)
    marks: Mapping[MarkKey, tuple[Mark, Mark]] = field(default_factory=dict)
    increments: Mapping[CounterKey, Mapping[str, Decimal]] = field(default_factory=dict)

    @property
    def parts(self) -> int:
        """Items that the transaction writes."""
        return len(self.entries) + len(self.marks) + len(self.increments)


@dataclass(frozen=True, slots=True)
class HitTally:
    """Rows that one object gave for a pixel and UTC day: (hour `00` … `23`, outcome) → number."""

    pixel_id: str
    day: str
    rows: Mapping[tuple[str, str], int]


class GoalStore(Protocol):
    """Consistent reads, and transactions that hold their conditions; each may raise CountConflictError."""

    def read_entries(self, keys: Collection[EntryKey]) -> dict[EntryKey, Entry]:
        """Those of the entries that exist."""

    def read_marks(self, keys: Collection[MarkKey]) -> dict[MarkKey, Mark]:
        """Those of the marks that exist."""

    def commit(self, plan: CountPlan, shard: int) -> None:
        """All of a plan that changes something, or nothing (NEW, ENTRY_UNCHANGED, MARK_UNCHANGED); counters of `shard` are changed."""

    def count_hits(self, object_key: str, tally: HitTally, shard: int) -> bool:
        """Add the rows of an object to the hits of its pixel and day, once (NEW); whether it was done now."""
