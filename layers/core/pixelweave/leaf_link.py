"""Links of leaves: whose a session or a visitor was, since when (docs/identity.md, «Leaves and time»)."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_LINKS = 50


@dataclass(frozen=True, slots=True, order=True)
class LeafLink:
    """A leaf belongs to `person_id` since `since` (Unix milliseconds, the client's clock); `by` is the event that said so."""

    since: int
    by: str
    person_id: str


def find_link(links: Sequence[LeafLink], moment: int) -> LeafLink | None:
    """The link in force at `moment`: the last one since then or earlier; `links` are sorted."""
    index = bisect_right(links, moment, key=lambda link: link.since)
    return links[index - 1] if index else None


def add_link(
    links: Sequence[LeafLink], link: LeafLink, root_of: Callable[[str], str]
) -> tuple[LeafLink, ...] | None:
    """The sorted links with `link` among them, or None where it says nothing new.

    It is new where another person (by root) was in force at its time, or nobody. Of more than `MAX_LINKS` the oldest go; where that is
    `link` itself, it says nothing new. The first one stays, because earlier events are attributed to it.
    """
    current = find_link(links, link.since)
    if current is not None and root_of(current.person_id) == root_of(link.person_id):
        return None
    added = sorted((*links, link))
    if len(added) > MAX_LINKS:
        del added[1]
    return tuple(added) if link in added else None
