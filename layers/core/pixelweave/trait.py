"""Traits of a person: per attribute the latest word wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_TRAITS = 100


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

    The same value again is no change, so that a repeated identify call costs no write. Past `MAX_TRAITS` new names are left out.
    """
    folded = dict(known)
    for name, value in said.items():
        new, old = Trait(value, occurred_at), folded.get(name)
        if old is None:
            if len(folded) < MAX_TRAITS:
                folded[name] = new
        elif old.value != value and new.weight > old.weight:
            folded[name] = new
    return folded if folded != known else None


def merge_traits(one: Mapping[str, Trait], other: Mapping[str, Trait]) -> dict[str, Trait]:
    """The traits of two persons that became one."""
    merged = dict(one)
    for name, trait in other.items():
        if name not in merged or trait.weight > merged[name].weight:
            merged[name] = trait
    return merged
