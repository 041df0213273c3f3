"""The goals that the history reaches, and how far it gets in its funnels, worked out in plain Python by docs/goals.md."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from pixelweave_local.history_pixel import FUNNELS
from pixelweave_local.history_truth_visit import write_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pixelweave.funnel import FunnelSpec

    from pixelweave_local.history_truth_visit import Happening


class Reached(NamedTuple):
    """A goal that a hit reaches: what makes it the same conversion as another (`once`), its value and unit (None: worth nothing)."""

    goal: str
    source: str
    once: str
    value: Decimal | None
    unit: str | None
    hit: Happening

    @property
    def day(self) -> str:
        """The day of the hit that stands for it."""
        return self.hit.day


def list_conversions(happenings: Iterable[Happening]) -> list[Reached]:
    """All conversions of accepted hits (in the order of receipt, repeats included), in that order."""
    first: dict[tuple[str, str, str], Reached] = {}
    for hit in happenings:
        if hit.row["outcome"] == "accepted":
            for each in _match(hit):
                first.setdefault((each.goal, each.source, each.once), each)
    return list(first.values())


def _match(hit: Happening) -> Iterator[Reached]:
    """The definitions of `history_pixel`, said again in Python; and what is built in, and what a hit names."""
    row, key = hit.row, hit.hit_key
    kind, name = row.get("type"), row.get("name")
    value = Decimal(row["value"]) if "value" in row else None
    if kind == "custom" and name == "add_to_basket":
        yield Reached("Add to basket", "defined", key, None, None, hit)
    if kind == "page_view" and row.get("path", "").startswith("/checkout"):
        yield Reached("Checkout", "defined", _once(hit, "session"), None, None, hit)
    if name == "newsletter_signup":
        yield Reached("Newsletter", "defined", _once(hit, "visitor"), Decimal(5), "points", hit)
    if kind in {"purchase", "lead"}:
        goal = "Purchase" if kind == "purchase" else "Lead"
        unit = None if value is None else row.get("currency", "points")
        yield Reached(goal, "built-in", _once(hit, "order"), value, unit, hit)
    for place, own in enumerate(row.get("goals", ()), start=1):
        worth = Decimal(own["value"]) if "value" in own else None
        yield Reached(
            own["name"], "hit", f"{key}#{place}", worth, own["unit"] if worth is not None else None, hit
        )


def _once(hit: Happening, rule: str) -> str:
    named = hit.row.get(f"{rule}_id")
    return hit.hit_key if named is None else f"{rule}:{named}"


def list_entries(
    conversions: Iterable[Reached], find_actor: Callable[[Happening, str], str | None]
) -> dict[tuple[str, str, int, str], int]:
    """How many entered a funnel on a day and got to a step: (day, funnel, step, goal) → actors.

    `find_actor(hit, by)` says who goes through a funnel of that kind; None: nobody.
    """
    entered: defaultdict[tuple[str, str, int, str], set[str]] = defaultdict(set)
    reached = sorted(conversions, key=lambda each: each.hit.order)
    for funnel in FUNNELS:
        actors: defaultdict[str, list[Reached]] = defaultdict(list)
        for each in reached:
            actor = find_actor(each.hit, funnel.by)
            if actor is not None and each.goal in funnel.steps:
                actors[actor].append(each)
        for actor, own in actors.items():
            for begun, step in _list_chains(funnel, own):
                entered[write_day(begun), funnel.name, step, funnel.steps[step - 1]].add(actor)
    return {cell: len(those) for cell, those in entered.items()}


def _list_chains(funnel: FunnelSpec, own: list[Reached]) -> Iterator[tuple[int, int]]:
    """For each conversion of an actor that ends a chain of steps: when the latest such chain began, and the step."""
    within = funnel.within.total_seconds() * 1000
    for end, last in enumerate(own):
        for step, goal in enumerate(funnel.steps, start=1):
            if goal != last.goal:
                continue
            begun = next(
                (start for start in range(end, -1, -1) if _leads(funnel, own, start, end, step)), None
            )
            if begun is not None and last.hit.received_at - own[begun].hit.received_at <= within:
                yield own[begun].hit.received_at, step


def _leads(funnel: FunnelSpec, own: list[Reached], start: int, end: int, step: int) -> bool:
    """Whether the first `step` goals, all different ones, are reached in order, the first one at `start` and the last one at `end`."""
    if own[start].goal != funnel.steps[0]:
        return False
    between = iter(own[start + 1 : end])
    return all(any(each.goal == goal for each in between) for goal in funnel.steps[1 : step - 1])
