"""The options that define a goal, and what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from pixelweave.goal import COLUMNS, ONCE, VALUE, GoalSpec
from pixelweave.goal_form import GoalFormError, read_goal
from pixelweave.goal_text import write_instant

from pixelweave_cli.failure import InputError
from pixelweave_cli.window import parse_moment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

GoalName = Annotated[str, typer.Argument(metavar="NAME", help="The goal's name, as reports show it.")]
GoalPixel = Annotated[str, typer.Option("--pixel", metavar="ID|KEY", help="The goal's pixel: its id or key.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]

PATTERN = "A pattern; * is any text, \\* a star."
TypeIs = Annotated[
    list[str] | None,
    typer.Option("--type", metavar="PATTERN", help=f"The event's type: purchase, lead … {PATTERN}"),
]
NameIs = Annotated[
    list[str] | None, typer.Option("--name", metavar="PATTERN", help="The event's name; repeat for more.")
]
HostIs = Annotated[
    list[str] | None, typer.Option("--host", metavar="PATTERN", help="The page's host; repeat for more.")
]
PathIs = Annotated[
    list[str] | None,
    typer.Option("--path", metavar="PATTERN", help="The page's path, such as /thanks*; repeat for more."),
]
LabelIs = Annotated[
    list[str] | None, typer.Option("--label", metavar="KEY=PATTERN", help="A label; repeat for more.")
]
PropertyIs = Annotated[
    list[str] | None, typer.Option("--property", metavar="KEY=PATTERN", help="A property; repeat for more.")
]
MinValue = Annotated[str | None, typer.Option("--min-value", metavar="NUMBER", help="The least value.")]
AnyHolds = Annotated[bool, typer.Option("--any", help="One condition is enough. (default: all must hold)")]
Worth = Annotated[
    str | None,
    typer.Option(
        "--value",
        help="What a conversion is worth: '5 points', '12.50 EUR', event, or 'event EUR' where events lack a currency. "
        "(default: nothing)",
    ),
]
Once = Annotated[str, typer.Option("--once", help=f"What counts once: {', '.join(ONCE)}.")]
From = Annotated[
    str | None, typer.Option("--from", help="Count from: 2025-06-30 or 2025-06-30T12:00:00Z. (default: now)")
]
To = Annotated[
    str | None, typer.Option("--to", help="Count to, exclusive; the same forms. (default: without end)")
]


def list_conditions(
    columns: Sequence[Sequence[str] | None],
    labels: Sequence[str] | None,
    properties: Sequence[str] | None,
    min_value: str | None,
) -> list[object]:
    """The conditions of these options in the form of a file; `columns` are the patterns for `goal.COLUMNS` in their order.

    Raises InputError.
    """
    conditions: list[object] = [
        {field: pattern}
        for field, patterns in zip(COLUMNS, columns, strict=True)
        for pattern in patterns or ()
    ]
    for field, pairs in (("label", labels), ("property", properties)):
        for pair in pairs or ():
            key, equals, pattern = pair.partition("=")
            if not equals:
                raise InputError(f"--{field}: {pair!r} is not KEY=PATTERN")
            conditions.append({field: {key: pattern}})
    if min_value is not None:
        conditions.append({VALUE: min_value})
    return conditions


def build_spec(
    name: str,
    conditions: list[object],
    *,
    any_holds: bool = False,
    value: str | None = None,
    once: str = ONCE[0],
    bounds: Sequence[datetime | None] = (None, None),
) -> GoalSpec:
    """The goal that these options define; `bounds` are --from and --to. Raises InputError."""
    if not conditions:
        raise InputError(
            "a goal needs a condition: --type, --name, --host, --path, --label, --property or --min-value"
        )
    form: dict[str, object] = {
        "name": name,
        "match": "any" if any_holds else "all",
        "conditions": conditions,
        "value": value,
        "once": once,
    }
    form |= {key: write_instant(moment) for key, moment in zip(("from", "to"), bounds, strict=True) if moment}
    try:
        return read_goal(form, f"goal {name!r}")
    except GoalFormError as exc:
        raise InputError(str(exc)) from exc


def read_bounds(since: str | None, until: str | None, now: datetime) -> list[datetime | None]:
    """The moments of --from and --to. Raises InputError."""
    return [
        None if text is None else parse_moment(text, now, option)
        for option, text in (("--from", since), ("--to", until))
    ]
