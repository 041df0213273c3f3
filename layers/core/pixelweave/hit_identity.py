"""From a hit of an identify message to what stitching needs of it: nodes and leaves in their normal form."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from pixelweave.attribute import normalize_attributes
from pixelweave.blocked import is_blocked
from pixelweave.canonical import Surroundings, UnusableIdentifierError, make_nodes
from pixelweave.link import SESSION, VISITOR
from pixelweave.node import Leaf, Node
from pixelweave.refusal import BLOCKED_VALUE, INVALID_VALUE, TOO_MANY_IN_HIT
from pixelweave.stitching import IdentifiedHit
from pixelweave.unusable import Unusable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pixelweave.identify_model import HitPart

# An envelope allows 20 identifiers, a phone makes six nodes: with more than these a hit could outgrow one transaction. Real hits have
# about ten.
MAX_NODES_OF_HIT = 50

ACCESS_TOKEN = "access_token"  # noqa: S105 - the name of a type


@dataclass(frozen=True, slots=True)
class HitIdentity:
    """A hit for the stitcher, and the identifiers of it that make no node."""

    hit: IdentifiedHit
    unusable: tuple[Unusable, ...]


class HitReader:
    """Reads hits. `region` is the country of phones without one (ISO 3166), `blocked` the deployment's own list (lower case);
    `resolve` finds the Facebook id of an access token, or None."""

    def __init__(
        self, region: str, blocked: frozenset[str], resolve: Callable[[str], str | None] = lambda token: None
    ) -> None:
        self._region = region
        self._blocked = blocked
        self._resolve = resolve

    def read(self, part: HitPart) -> HitIdentity:
        """The nodes, leaves and traits of a hit, without what is invalid, blocked, or too much."""
        around = Surroundings(part.workspace_id, part.pixel_id, self._region, self._blocked)
        made: list[Node] = []
        unusable: list[Unusable] = []
        for identifier in self._list_identifiers(part):
            try:
                made += make_nodes(identifier, around)
            except UnusableIdentifierError as exc:
                unusable.append(_leave_out(part, identifier["type"], identifier["value"], exc.reason))
        nodes = _rank(made)
        unusable += (
            Unusable(part.workspace_id, part.pixel_id, node.kind, node.digest, TOO_MANY_IN_HIT)
            for node in nodes[MAX_NODES_OF_HIT:]
        )
        # A session «undefined» is everybody's: what one of them did would be attributed to another.
        named = list(_list_leaves(part))
        leaves = [leaf for leaf in named if not is_blocked(leaf.value, self._blocked)]
        unusable += (
            _leave_out(part, leaf.kind, leaf.value, BLOCKED_VALUE) for leaf in named if leaf not in leaves
        )
        traits = dict(part.traits or {})
        if part.dialect == "rokt":
            traits, left_out = normalize_attributes(traits)
            # Not even a digest: those of birthdays and phones can be guessed.
            unusable += (
                Unusable(part.workspace_id, part.pixel_id, f"trait:{name}", "", INVALID_VALUE)
                for name in left_out
            )
        hit = IdentifiedHit(
            event_id=part.event_id,
            received_at=part.received_at,
            occurred_at=part.occurred_at,
            nodes=tuple(nodes[:MAX_NODES_OF_HIT]),
            leaves=tuple(leaves),
            traits=traits,
        )
        return HitIdentity(hit, tuple(unusable))

    def _list_identifiers(self, part: HitPart) -> Iterable[dict[str, str]]:
        for identifier in part.identifiers:
            if identifier.type != ACCESS_TOKEN:
                yield identifier.model_dump(exclude_none=True)
            elif fbid := self._resolve(identifier.value):
                yield {"type": "fbid", "value": fbid}


def _leave_out(part: HitPart, kind: str, value: str, reason: str) -> Unusable:
    return Unusable(part.workspace_id, part.pixel_id, kind, sha256(value.encode()).hexdigest(), reason)


def _rank(nodes: Iterable[Node]) -> list[Node]:
    """Each node once, the most believed first; with its plain form if any identifier had it."""
    once: dict[Node, Node] = {}
    for node in nodes:
        if node not in once or once[node].value is None:
            once[node] = node
    return sorted(once.values(), key=lambda node: node.rank)


def _list_leaves(part: HitPart) -> Iterable[Leaf]:
    if part.session_id:
        yield Leaf(part.workspace_id, SESSION, part.pixel_id, part.session_id)
    if part.visitor_id:
        yield Leaf(part.workspace_id, VISITOR, "", part.visitor_id)
