"""The links log read back: whose each identifier, session and visitor is, by what was ever said (docs/identity.md)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pixelweave.leaf_link import LeafLink
from pixelweave.link import FORGET, LINK, MERGE, NODE, REFUSAL, SESSION, VISITOR
from pixelweave.node import Leaf, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# «pn_» and the event's UUIDv7 without dashes, whose first 48 bits are Unix milliseconds (RFC 9562, 5.7).
_PREFIX = "pn_"
_UUID_DIGITS = 32
# The leaves of the table; an event that is a leaf of its own stands in the log only.
_LEAVES = (SESSION, VISITOR)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a row says of a person: which event said so, and when (Unix milliseconds). `survivor_id` is set for a merge."""

    person_id: str
    event_id: str
    since: int
    survivor_id: str | None = None


@dataclass(frozen=True, slots=True)
class LinkLog:
    """The rows of the log, each once, by what they are about."""

    nodes: dict[Node, Claim] = field(default_factory=dict)
    merges: dict[str, Claim] = field(default_factory=dict)
    links: dict[Leaf, set[LeafLink]] = field(default_factory=lambda: defaultdict(set))
    tombstones: dict[str, Claim] = field(default_factory=dict)
    # When each person was first heard of.
    persons: dict[str, Claim] = field(default_factory=dict)

    def root_id(self, person_id: str) -> str:
        """Who the person is by the log's merges."""
        seen: set[str | None] = {None, person_id}
        while (merge := self.merges.get(person_id)) and merge.survivor_id not in seen:
            person_id = str(merge.survivor_id)
            seen.add(person_id)
        return person_id

    def list_forgotten(self) -> frozenset[str]:
        """Every person that a tombstone is about, or that is one with such a person."""
        roots = {self.root_id(person_id) for person_id in self.tombstones}
        return frozenset(each for each in {*self.persons, *self.tombstones} if self.root_id(each) in roots)


def read_link_log(rows: Iterable[Mapping[str, str | None]]) -> LinkLog:
    """The log of its rows (columns of `pixelweave.link.LINK_FIELDS`, times as `YYYY-MM-DD HH:MM:SS[.fff]` in UTC), in any order,
    with repeats. Of two rows about one node or one merge the earlier holds, as in the table."""
    log = LinkLog()
    for row in rows:
        if row["kind"] == REFUSAL:  # about nobody
            continue
        claim = Claim(
            str(row["person_id"]), str(row["event_id"] or ""), _read_time(row["since"]), row["survivor_id"]
        )
        for person_id in filter(None, (claim.person_id, claim.survivor_id)):
            _keep_earlier(log.persons, person_id, claim)
        if row["kind"] == NODE:
            node = Node(
                str(row["workspace_id"]), str(row["node_type"]), row["scope"] or "", str(row["digest"])
            )
            _keep_earlier(log.nodes, node, claim)
        elif row["kind"] == MERGE:
            _keep_earlier(log.merges, claim.person_id, claim)
        elif row["kind"] == LINK and row["leaf_type"] in _LEAVES:
            leaf = Leaf(str(row["workspace_id"]), str(row["leaf_type"]), row["scope"] or "", str(row["leaf"]))
            log.links[leaf].add(LeafLink(claim.since, claim.event_id, claim.person_id))
        elif row["kind"] == FORGET:
            _keep_earlier(log.tombstones, claim.person_id, claim)
    return log


def read_birth(person_id: str, heard_of: Claim) -> tuple[int, str]:
    """When a person was created (Unix milliseconds) and by which event: as its id says, else when it was first heard of."""
    digits = person_id.removeprefix(_PREFIX)
    try:
        created_at = int(digits[:12], 16) if len(digits) == _UUID_DIGITS else heard_of.since
    except ValueError:
        return heard_of.since, heard_of.event_id
    if len(digits) != _UUID_DIGITS:
        return created_at, heard_of.event_id
    parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
    return created_at, "-".join(parts)


def _keep_earlier[T](claims: dict[T, Claim], key: T, claim: Claim) -> None:
    known = claims.get(key)
    if known is None or (claim.since, claim.event_id) < (known.since, known.event_id):
        claims[key] = claim


def _read_time(text: str | None) -> int:
    if text is None:
        return 0
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)
