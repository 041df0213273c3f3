"""A goal tried on events: which would match, and of the others which condition fails."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pixelweave.goal import GoalRecord, GoalSpec
from pixelweave.goal_match import hold_conditions, list_conversions
from pixelweave.goal_text import write_condition
from pixelweave.goal_window import Window
from pixelweave.outcome import ACCEPTED

if TYPE_CHECKING:
    from collections.abc import Iterable

# What a sample shows of an event; the log holds no personal data, and labels and properties stay out all the same.
SHOWN = ("event_id", "received_at", "type", "name", "host", "path", "value", "currency")
MATCH, NO_MATCH = "✓", "✗"


@dataclass(slots=True)
class Trial:
    """What became of `rows` events. `failures` counts, by place, the first condition that does not hold; `holds` those that do."""

    spec: GoalSpec
    rows: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    matched: int = 0
    conversions: int = 0
    holds: Counter[int] = field(default_factory=Counter)
    failures: Counter[int] = field(default_factory=Counter)
    sample: list[dict[str, Any]] = field(default_factory=list)

    def to_record(self) -> dict[str, Any]:
        """Return the numbers as printed. With `match: any` every condition fails where the first one does."""
        conditions = [
            {
                "condition": write_condition(each),
                "holds": self.holds[place],
                "fails_first": self.failures[place],
            }
            for place, each in enumerate(self.spec.conditions)
        ]
        return {
            "goal": self.spec.name,
            "rows": self.rows,
            "accepted": self.outcomes[ACCEPTED],
            "not_counted": {
                name: number for name, number in sorted(self.outcomes.items()) if name != ACCEPTED
            },
            "matched": self.matched,
            "conversions": self.conversions,
            "match": self.spec.match,
            "conditions": conditions,
        }


def try_goal(spec: GoalSpec, pixel_id: str, events: Iterable[dict[str, Any]], sample: int) -> Trial:
    """Hold events, records of `event_query.read_event`, against a goal; the sample has as many that match as that do not, if possible.

    When the goal is enabled is not looked at: what it would do is asked.
    """
    record = GoalRecord(
        pixel_id=pixel_id,
        goal_id="trial",
        revisions=(spec,),
        windows=(Window(starts_at=0, revision=0),),
        created_at=0,
    )
    trial = Trial(spec)
    once: set[str] = set()
    shown: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for event in events:
        trial.rows += 1
        trial.outcomes[str(event["outcome"])] += 1
        if event["outcome"] != ACCEPTED:
            continue
        held = hold_conditions(spec, event)
        found = list_conversions(event, [record], implied=False)
        once.update(each.once for each in found)
        _count(trial, held, is_match=bool(found))
        if len(shown[bool(found)]) < sample:
            shown[bool(found)].append(_show(event, held, is_match=bool(found)))
    trial.conversions = len(once)
    spare = sample - min(len(shown[False]), sample // 2)
    matching = shown[True][:spare]
    trial.sample = matching + shown[False][: sample - len(matching)]
    return trial


def _count(trial: Trial, held: list[bool], *, is_match: bool) -> None:
    trial.matched += is_match
    trial.holds.update(place for place, holds in enumerate(held) if holds)
    if not is_match:
        trial.failures[held.index(False)] += 1


def _show(event: dict[str, Any], held: list[bool], *, is_match: bool) -> dict[str, Any]:
    return {
        "matches": is_match,
        **{name: event[name] for name in SHOWN},
        "conditions": "".join(MATCH if holds else NO_MATCH for holds in held),
    }
