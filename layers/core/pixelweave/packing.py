"""Packing a day of a log: which objects go together, what came of them, and what arrived since (docs/compaction.md).

PackingError
└── OverwrittenError   an object that was packed is another one now
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, Self

from pixelweave.field import FIELDS
from pixelweave.link import LINK_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pixelweave.field import Field

# Of how objects are written; another one makes other versions.
FORMAT = 1


class PackingError(Exception):
    """A day is not packed, and stays as it is; the text says why and holds no data."""


class OverwrittenError(PackingError):
    """A raw object that is packed has other bytes now: its rows are neither the ones that were packed nor known to be new."""


class Layout(NamedTuple):
    """A log: its name, which is also its table's and its prefix's, its columns, and those by which packed objects are sorted."""

    name: str
    fields: Sequence[Field]
    order: Sequence[str]


# What a query asks for comes first; the id last makes the order, and so the object, the same each time.
LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout("events", FIELDS, ("pixel_id", "received_at", "event_id")),
        Layout("links", LINK_FIELDS, ("kind", "leaf", "since", "link_id")),
    )
}


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """An object of the lake: its key, its ETag as S3 tells it, its bytes."""

    key: str
    etag: str
    size: int


@dataclass(frozen=True, slots=True)
class PackedPiece:
    """An object that was packed: the piece, its rows, and the sum of the hashes of its rows."""

    piece: Piece
    rows: int
    checksum: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """A version of a packed day.

    `sources` is what it was made of, `covers` all raw objects whose rows are in it, `objects` what it consists of.
    """

    version: str
    sources: tuple[Piece, ...]
    covers: tuple[Piece, ...]
    objects: tuple[PackedPiece, ...]

    @property
    def rows(self) -> int:
        """The rows of the day in this version."""
        return sum(each.rows for each in self.objects)

    def to_json(self) -> str:
        """The manifest as a document; checksums as text, because they have more digits than JSON's numbers keep."""
        document = asdict(self) | {
            "format": FORMAT,
            "rows": self.rows,
            "objects": [
                asdict(each.piece) | {"rows": each.rows, "checksum": str(each.checksum)}
                for each in self.objects
            ],
        }
        return json.dumps(document, indent=1)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what `to_json` wrote. Raises PackingError."""
        try:
            document = json.loads(text)
            return cls(
                version=document["version"],
                sources=tuple(Piece(**each) for each in document["sources"]),
                covers=tuple(Piece(**each) for each in document["covers"]),
                objects=tuple(
                    PackedPiece(
                        Piece(each["key"], each["etag"], each["size"]), each["rows"], int(each["checksum"])
                    )
                    for each in document["objects"]
                ),
            )
        except (ValueError, KeyError, TypeError) as exc:
            raise PackingError(f"a manifest cannot be read: {exc!r}") from exc


def make_version(sources: Sequence[Piece], group_bytes: int) -> str:
    """The name of the version that these sources become: the same for the same work, another one for any other."""
    lines = [f"{FORMAT} {group_bytes}", *(f"{each.key} {each.etag}" for each in sources)]
    return sha256("\n".join(lines).encode()).hexdigest()[:32]


def choose_groups(packed: Sequence[Piece], raw: Sequence[Piece], group_bytes: int) -> list[list[Piece]]:
    """Groups of sources, of which each becomes one object: as many in their order as have `group_bytes` together.

    A packed object of half that size and more stays by itself.
    """
    alone = [each for each in packed if 2 * each.size >= group_bytes]
    groups = [[each] for each in alone]
    room = -1  # even for an object of no bytes
    for each in [*(each for each in packed if each not in alone), *raw]:
        if each.size > room:
            groups.append([])
            room = group_bytes
        groups[-1].append(each)
        room -= each.size
    return groups


def find_late(raw: Iterable[Piece], covers: Iterable[Piece]) -> list[Piece]:
    """The raw objects that are not among those that a version covers. Raises OverwrittenError."""
    known = {each.key: each for each in covers}
    late = []
    for each in raw:
        if each.key not in known:
            late.append(each)
        elif known[each.key].etag != each.etag:
            raise OverwrittenError(f"{each.key} was packed and is another object now")
    return late
