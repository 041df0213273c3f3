"""Traits of a person: per attribute the latest word wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_TRAITS = 100
# An item of DynamoDB holds 400 KB; a hundred values of 1,024 characters of four bytes are more.
MAX_BYTES = 300_000


@dataclass(frozen=True, slots=True)
class Trait:
    """A value, and when it was said (Unix milliseconds, `occurred_at` of its hit)."""

    value: str
    occurred_at: int

    @property
    def weight(self) -> tuple[int, str]:
        """The heavier one wins; of two said at the same moment the greater text, so that any order ends alike."""
        return (self.occurred_at, self.value)


def fold_traits(
    known: Mapping[str, Trait], said: Mapping[str, str], occurred_at: int
) -> dict[str, Trait] | None:
    """The traits after a hit that said `said`, or None where it changes nothing.

    The same value again is no change, so that a repeated identify call costs no write. Past `MAX_TRAITS` new names are left out, and
    so is what would make all names and values longer than `MAX_BYTES` in UTF-8.
    """
    news = {name: Trait(value, occurred_at) for name, value in said.items()}
    news = {name: new for name, new in news.items() if _is_news(known.get(name), new)}
    folded = dict(known)
    size = sum(map(_measure, folded, folded.values())) if news else 0
    for name, new in news.items():
        grown = size + _measure(name, new) - (_measure(name, folded[name]) if name in folded else 0)
        if grown <= MAX_BYTES and (name in folded or len(folded) < MAX_TRAITS):
            folded[name], size = new, grown
    return folded if folded != known else None


def _is_news(old: Trait | None, new: Trait) -> bool:
    return old is None or (old.value != new.value and new.weight > old.weight)


def _measure(name: str, trait: Trait) -> int:
    return len(name.encode()) + len(trait.value.encode())


def merge_traits(one: Mapping[str, Trait], other: Mapping[str, Trait]) -> dict[str, Trait]:
    """The traits of two persons that became one."""
    merged = dict(one)
    for name, trait in other.items():
        if name not in merged or trait.weight > merged[name].weight:
            merged[name] = trait
    return merged
