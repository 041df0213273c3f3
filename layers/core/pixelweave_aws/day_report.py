"""What became of a day that `compact` looked at."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pixelweave.packing import Manifest, Piece

PACKED, CLEANED = "packed", "cleaned"
WAITING = "waiting"  # packed, and what was replaced is within the grace
LEFT = "left"  # one object
ARRIVING = "arriving"  # an object came while it was packed
UNFINISHED = "unfinished"  # no time; the next run goes on
REFUSED = "refused"  # it stays as it is, `reason` says why
WOULD_PACK, WOULD_CLEAN = "would pack", "would clean"


@dataclass(frozen=True, slots=True)
class DayReport:
    """What became of a day of a log: `before` and `after` are what readers open of it."""

    log: str
    day: date
    state: str
    objects_before: int = 0
    bytes_before: int = 0
    objects_after: int = 0
    bytes_after: int = 0
    rows: int | None = None
    reason: str | None = None

    def measure(self, pieces: Sequence[Piece]) -> DayReport:
        """With what readers open now; until it is packed, that is what they will open too."""
        objects, size = len(pieces), sum(each.size for each in pieces)
        return replace(
            self, objects_before=objects, bytes_before=size, objects_after=objects, bytes_after=size
        )

    def finish(self, manifest: Manifest) -> DayReport:
        """With what readers open from now on."""
        pieces = [each.piece for each in manifest.objects]
        size = sum(each.size for each in pieces)
        return replace(self, state=PACKED, objects_after=len(pieces), bytes_after=size, rows=manifest.rows)

    def to_record(self) -> dict[str, Any]:
        """The report as JSON has it."""
        return asdict(self) | {"day": str(self.day)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Read what `to_record` gave."""
        return cls(**{**record, "day": date.fromisoformat(record["day"])})
