"""Identifiers that make no node, and sessions that are everybody's, as the audit has them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unusable:
    """An identifier that was refused before it could be an edge: where it was sent, its type, the SHA-256 of the value as sent (or
    its node's digest; nothing for a trait), and the reason: `blocked_value`, `invalid_value` or `too_many_in_hit`."""

    workspace_id: str
    pixel_id: str
    kind: str
    digest: str
    reason: str
