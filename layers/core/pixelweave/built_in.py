"""Built-in goals: what counts for a dialect without any definition (docs/goals.md, «Built-in goals»).

The names come from the seeds: kSense's `conversion` with its conversion_name, Rokt's attribute conversiontype, PitchTarget's
revenue.gif, SendGrid's `Purchase` (`Purchase Completed`) and `Lead Captured` (`Lead Generated`). Altcraft has none.
"""

from __future__ import annotations

from typing import NamedTuple

from pixelweave.catalog import MAX_GOAL_NAME

CONVERSION, PURCHASE, LEAD = "conversion", "purchase", "lead"


class BuiltIn(NamedTuple):
    """A goal of the events of a dialect that have this type.

    Its name is the event's own where `is_named`, and `name` else or where the event has none; `name` None: without one it counts not.
    """

    dialect: str
    type: str
    name: str | None
    is_named: bool = False


BUILT_INS = (
    BuiltIn("ksense", CONVERSION, "Conversion", is_named=True),
    BuiltIn("rokt", CONVERSION, None, is_named=True),
    BuiltIn("rokt", PURCHASE, None, is_named=True),
    BuiltIn("pitchtarget", PURCHASE, "Revenue"),
    BuiltIn("sendgrid", PURCHASE, "Purchase"),
    BuiltIn("sendgrid", LEAD, "Lead"),
    BuiltIn("native", CONVERSION, "Conversion", is_named=True),
    BuiltIn("native", PURCHASE, "Purchase"),
    BuiltIn("native", LEAD, "Lead"),
)
_BY_ROW = {(goal.dialect, goal.type): goal for goal in BUILT_INS}


def name_built_in(dialect: str | None, kind: str | None, name: str | None) -> str | None:
    """The built-in goal that an event of this dialect, type and name reaches, if any; at most 128 characters."""
    goal = _BY_ROW.get((dialect or "", kind or ""))
    if goal is None:
        return None
    chosen = name if goal.is_named and name is not None else goal.name
    return None if chosen is None else chosen[:MAX_GOAL_NAME]
