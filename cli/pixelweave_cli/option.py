"""Options that several commands share, so that each is written and explained once."""

from __future__ import annotations

from typing import Annotated

import phonenumbers
import typer

from pixelweave_cli.failure import JSON_WANTED, InputError
from pixelweave_cli.runtime import Runtime
from pixelweave_cli.window import DEFAULT_SINCE


def _remember_json(ctx: typer.Context, value: bool) -> bool:  # noqa: FBT001 - typer calls it so
    # `meta` is shared by all levels of the command: an error is told in the same form as a result.
    ctx.meta[JSON_WANTED] = value
    return value


def _check_region(value: str) -> str:
    if not phonenumbers.country_code_for_region(value):
        raise InputError(f"--phone-region: {value!r} is not a country of ISO 3166, such as US")
    return value


Json = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.", callback=_remember_json)]
PixelName = Annotated[str, typer.Argument(metavar="ID|KEY", help="A pixel's id or key.")]
PixelFilter = Annotated[str | None, typer.Option("--pixel", metavar="ID", help="Only this pixel.")]
Since = Annotated[str, typer.Option(help="From: 15m, 24h, 7d (ago), 2025-06-30 or 2025-06-30T12:00:00Z.")]
Until = Annotated[str | None, typer.Option(help="To, exclusive; the same forms. (default: now)")]
OutcomeFilter = Annotated[str | None, typer.Option("--outcome", help="accepted, rejected, bot or test.")]
TypeFilter = Annotated[str | None, typer.Option("--type", help="page_view, purchase, lead …")]
PhoneRegion = Annotated[
    str,
    typer.Option(
        "--phone-region",
        "--region",
        metavar="COUNTRY",
        help="Where phones without country code are from, as the stack's DefaultPhoneRegion.",
        callback=_check_region,
    ),
]

SINCE = DEFAULT_SINCE


def runtime_of(ctx: typer.Context) -> Runtime:
    """Return the runtime that the root of the command line made (or a test put there)."""
    runtime = ctx.obj
    assert isinstance(runtime, Runtime)  # noqa: S101 - the root callback has run
    return runtime
