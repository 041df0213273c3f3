"""A conversion: a goal reached once, and what says that two events are the same one (docs/goals.md)."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

DEFINED, HIT, BUILT_IN = "defined", "hit", "built-in"
_PREFIXES = {DEFINED: "d", HIT: "h", BUILT_IN: "b"}
_SOURCES = {prefix: source for source, prefix in _PREFIXES.items()}

# Unit of conversions that have no value.
NO_UNIT = ""
_DIGEST_LENGTH = 32


@dataclass(frozen=True, slots=True, order=True)
class GoalRef:
    """A goal of a pixel: `key` is `d:<goal_id>`, `h:<name>` or `b:<name>`."""

    pixel_id: str
    key: str

    @property
    def source(self) -> str:
        """DEFINED, HIT or BUILT_IN."""
        return _SOURCES[self.key[0]]

    @property
    def label(self) -> str:
        """The goal_id of a defined goal, the name of any other."""
        return self.key[2:]

    @staticmethod
    def make(pixel_id: str, source: str, label: str) -> GoalRef:
        """The goal of this source with this goal_id (defined) or name (any other)."""
        return GoalRef(pixel_id, f"{_PREFIXES[source]}:{label}")


@dataclass(frozen=True, slots=True)
class Conversion:
    """What an event says about a goal.

    `once` is the digest of its once key, `session` that of its session_id, if any; `received_at` is Unix milliseconds; `value` None:
    it has none, and `unit` is then NO_UNIT.
    """

    goal: GoalRef
    once: str
    received_at: int
    event_id: str
    session: str | None = None
    value: Decimal | None = None
    unit: str = NO_UNIT
    workspace_id: str = ""

    @property
    def rank(self) -> tuple[int, str]:
        """Of conversions with one once key the one of least rank counts."""
        return self.received_at, self.event_id


def make_digest(text: str) -> str:
    """The first 32 hexadecimal digits of the SHA-256 of `text`: ids are compared, never read."""
    return sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]


def make_hit_key(message_id: str | None, event_id: str) -> str:
    """What the repeats of one accepted hit have in common, as in the view events_stitched."""
    return f"message:{message_id}" if message_id is not None else f"event:{event_id}"
