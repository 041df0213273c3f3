"""What a file of goals would change: forms that are wanted, held against those that are stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pixelweave.goal_form import Form

ADDED, CHANGED, UNCHANGED, REMOVED = "added", "changed", "unchanged", "removed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a form before and after; None: it is not there."""

    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one form: ADDED, CHANGED (with its fields), UNCHANGED or REMOVED."""

    kind: str
    name: str
    fields: tuple[FieldChange, ...] = ()


def compare_forms(stored: Iterable[Form], wanted: Iterable[Form], *, prune: bool) -> list[Change]:
    """What becomes of each wanted form in its order, and with `prune` of those that are stored and not wanted."""
    before = {str(form["name"]): form for form in stored}
    after = {str(form["name"]): form for form in wanted}
    changes = [_compare(name, before.get(name), form) for name, form in after.items()]
    if prune:
        changes += [Change(REMOVED, name) for name in before if name not in after]
    return changes


def _compare(name: str, before: Form | None, after: Form) -> Change:
    if before is None:
        return Change(ADDED, name, tuple(_list_fields({}, after)))
    fields = tuple(_list_fields(before, after))
    return Change(CHANGED if fields else UNCHANGED, name, fields)


def _list_fields(before: Form, after: Form) -> Iterator[FieldChange]:
    for field in dict.fromkeys((*before, *after)):
        if field != "name" and before.get(field) != after.get(field):
            yield FieldChange(field, before.get(field), after.get(field))
