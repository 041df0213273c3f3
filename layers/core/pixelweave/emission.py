"""What stitching a hit tells: rows of the links log, and notices for those who listen.

Both are made of what the table says this hit wrote, now or in an earlier delivery, so they may be told twice: the `link_id` of a
row and the `id` of a notice are the same each time. Neither holds anything plain, only ids and digests.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from pixelweave.column import format_instant
from pixelweave.leaf_link import LeafLink
from pixelweave.link import EVENT, LINK, MERGE, NODE, REFUSAL, SCHEMA_VERSION
from pixelweave.node import Leaf
from pixelweave.refusal import SUPPRESSED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pixelweave.identify_model import HitPart
    from pixelweave.node import Node
    from pixelweave.person import Person, Refusal
    from pixelweave.stitching import Stitched

PERSON_IDENTIFIED = "PersonIdentified"
PERSON_MERGED = "PersonMerged"
LEAD_CAPTURED = "LeadCaptured"
MERGE_REFUSED = "MergeRefused"

type LinkRow = dict[str, object]


@dataclass(frozen=True, slots=True)
class Notice:
    """One EventBridge event: its detail-type and its detail."""

    name: str
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Emission:
    """What one hit tells."""

    rows: tuple[LinkRow, ...]
    notices: tuple[Notice, ...]


def compose_emission(part: HitPart, nodes: Sequence[Node], stitched: Stitched, recorded_at: int) -> Emission:
    """Everything that `stitched` tells of a hit with these nodes; `recorded_at` is now (Unix milliseconds)."""
    return Emission(
        tuple(_list_rows(part, stitched, recorded_at)),
        tuple(_list_notices(part, nodes, stitched, recorded_at)),
    )


def make_merge_row(
    person: Person, *, workspace_id: str, event_id: str, since: int, recorded_at: int
) -> LinkRow:
    """The row that a person was merged into its owner."""
    row = _make_row(MERGE, f"merge:{person.person_id}", workspace_id, person.by or event_id)
    row |= {"person_id": person.person_id, "survivor_id": person.owner}
    return row | _make_times(since if person.merged_at is None else person.merged_at, recorded_at)


def make_node_row(node: Node, person_id: str, *, event_id: str, since: int, recorded_at: int) -> LinkRow:
    """The row that a person has an identifier."""
    row = _make_row(NODE, f"node:{node.key}", node.workspace_id, event_id)
    row |= {"person_id": person_id, "node_type": node.kind, "scope": node.scope, "digest": node.digest}
    return row | _make_times(since, recorded_at)


def make_link_row(leaf: Leaf, link: LeafLink, recorded_at: int) -> LinkRow:
    """The row that a session, a visitor or an event belongs to a person since a moment."""
    row = _make_row(LINK, f"link:{leaf.kind}:{link.by}", leaf.workspace_id, link.by)
    row |= {"leaf_type": leaf.kind, "scope": leaf.scope, "leaf": leaf.value, "person_id": link.person_id}
    return row | _make_times(link.since, recorded_at)


def _list_rows(part: HitPart, stitched: Stitched, recorded_at: int) -> Iterator[LinkRow]:
    since = min(part.occurred_at, part.received_at)
    if stitched.person_id is not None:
        for node in stitched.nodes:
            yield make_node_row(
                node, stitched.person_id, event_id=part.event_id, since=since, recorded_at=recorded_at
            )
    for person in stitched.merges:
        yield make_merge_row(
            person,
            workspace_id=part.workspace_id,
            event_id=part.event_id,
            since=since,
            recorded_at=recorded_at,
        )
    for leaf, link in stitched.links:
        yield make_link_row(leaf, link, recorded_at)
    if stitched.person_id is not None and stitched.is_leafless:
        # Nothing in its row of the log would lead to the person: the event is a leaf of its own.
        leaf = Leaf(part.workspace_id, EVENT, part.pixel_id, part.event_id)
        yield make_link_row(leaf, LeafLink(since, part.event_id, stitched.person_id), recorded_at)
    for refusal in _list_told(stitched):
        yield _make_refusal_row(part, refusal, recorded_at)


def _make_refusal_row(part: HitPart, refusal: Refusal, recorded_at: int) -> LinkRow:
    """The row that an identifier was kept apart: which type and why, but not which one, because it may be somebody else's."""
    which = sha256(f"{part.event_id}:{refusal.node.key}".encode()).hexdigest()[:16]
    row = _make_row(REFUSAL, f"refusal:{part.event_id}:{which}", part.workspace_id, part.event_id)
    row |= {"node_type": refusal.node.kind, "reason": refusal.reason}
    return row | _make_times(min(part.occurred_at, part.received_at), recorded_at)


def _list_told(stitched: Stitched) -> list[Refusal]:
    """The refusals that are told. A person at its limit meets the same one with every hit: it is told once. What was forgotten never is:
    each hit would tell whose it is, by the digest that was to be forgotten."""
    return [refusal for refusal in stitched.new_refusals if refusal.reason != SUPPRESSED]


def _list_notices(
    part: HitPart, nodes: Sequence[Node], stitched: Stitched, recorded_at: int
) -> Iterator[Notice]:
    about: dict[str, object] = {
        "event_id": part.event_id,
        "workspace_id": part.workspace_id,
        "pixel_id": part.pixel_id,
        "dialect": part.dialect,
        "occurred_at": part.occurred_at,
        "recorded_at": recorded_at,
    }
    known = about | {"person_id": stitched.person_id}
    # A repeat tells nothing: it would cost as much as everything else about it.
    if stitched.person_id is not None and (stitched.is_new or stitched.nodes or stitched.links):
        yield Notice(
            PERSON_IDENTIFIED,
            known
            | {
                "id": f"{PERSON_IDENTIFIED}:{part.event_id}",
                "is_new": stitched.is_new,
                "identifiers": [_describe(node) for node in stitched.nodes],
            },
        )
    for person in stitched.merges:
        told = {
            "event_id": person.by or part.event_id,
            "person_id": person.person_id,
            "survivor_id": person.owner,
        }
        yield Notice(PERSON_MERGED, about | told | {"id": f"{PERSON_MERGED}:{person.person_id}"})
    # Of the identifiers that were refused the person is not.
    refused = {refusal.node for refusal in stitched.refusals}
    if part.type == "lead" and stitched.person_id is not None:
        yield Notice(
            LEAD_CAPTURED,
            known
            | {
                "id": f"{LEAD_CAPTURED}:{part.event_id}",
                "is_new": stitched.is_new,
                "identifiers": [_describe(node) for node in nodes if node not in refused],
            },
        )
    for refusal in _list_told(stitched):
        yield Notice(
            MERGE_REFUSED,
            known
            | {
                "id": f"{MERGE_REFUSED}:{part.event_id}:{refusal.node.kind}:{refusal.node.digest}",
                "reason": refusal.reason,
                "identifier": _describe(refusal.node),
                "against": None if refusal.against is None else _describe(refusal.against),
            },
        )


def _describe(node: Node) -> dict[str, str]:
    return {"type": node.kind, "scope": node.scope, "digest": node.digest}


def _make_row(kind: str, link_id: str, workspace_id: str, event_id: str) -> LinkRow:
    return {
        "link_id": link_id,
        "kind": kind,
        "workspace_id": workspace_id,
        "event_id": event_id,
        "schema_version": SCHEMA_VERSION,
    }


def _make_times(since: int, recorded_at: int) -> LinkRow:
    return {"since": format_instant(since), "recorded_at": format_instant(recorded_at)}
