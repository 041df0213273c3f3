"""Goals as commands print them: for scripts whole, for people in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pixelweave.goal_form import write_goal
from pixelweave.goal_text import write_condition

from pixelweave_cli.output import show_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pixelweave.goal import GoalRecord, GoalSpec

_JOINTS = {"all": " and ", "any": " or "}


def describe_goal(record: GoalRecord) -> dict[str, Any]:
    """Return the present definition for JSON."""
    form = write_goal(record.spec)
    return {
        "name": record.name,
        "goal_id": record.goal_id,
        "pixel_id": record.pixel_id,
        **_describe_rule(record.spec),
        "from": form.get("from"),
        "to": form.get("to"),
        "in_force": [[show_time(window.starts_at), show_time(window.ends_at)] for window in record.windows],
        "created_at": show_time(record.created_at),
        "revisions": len(record.revisions),
    }


def describe_windows(record: GoalRecord) -> list[dict[str, Any]]:
    """Return, for JSON, each stretch of time and the revision in force in it."""
    return [
        {
            "from": show_time(window.starts_at),
            "to": show_time(window.ends_at),
            "revision": window.revision + 1,
            **_describe_rule(record.revisions[window.revision]),
        }
        for window in record.windows
    ]


def tell_rule(described: Mapping[str, Any]) -> dict[str, Any]:
    """Return for people what is described: `match` and the conditions in one line, and the times in force in words."""
    told = {name: value for name, value in described.items() if name != "match"}
    told["conditions"] = _JOINTS[described["match"]].join(described["conditions"])
    if "in_force" in told:
        told["in_force"] = ", ".join(map(_tell_stretch, described["in_force"])) or "never"
    return told


def tell_values(values: Mapping[str, str]) -> str:
    """Return amounts by unit in one line, such as `12.50 EUR, 5 points`."""
    return ", ".join(f"{amount} {unit}" for unit, amount in values.items())


def _describe_rule(spec: GoalSpec) -> dict[str, Any]:
    return {
        "match": spec.match,
        "conditions": [write_condition(condition) for condition in spec.conditions],
        "value": write_goal(spec).get("value"),
        "once": spec.once,
    }


def _tell_stretch(bounds: Sequence[str | None]) -> str:
    # To the second, and with a space at which a narrow table can break it.
    start, end = (None if each is None else each[:19].replace("T", " ") for each in bounds)
    return f"from {start}" if end is None else f"{start} to {end}"
