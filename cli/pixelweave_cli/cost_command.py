"""`pixelweave cost`: what a deployment costs a month at AWS's list prices; needs no stack."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pixelweave_cli.cost_basis import load_basis
from pixelweave_cli.cost_estimate import estimate, list_changes, sum_lines
from pixelweave_cli.cost_price import PRICE_LISTS, STATED
from pixelweave_cli.cost_workload import Workload, parse_events, parse_share
from pixelweave_cli.failure import InputError
from pixelweave_cli.option import Json  # noqa: TC001 - typer reads it at run time
from pixelweave_cli.output import Printer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelweave_cli.cost_basis import Basis
    from pixelweave_cli.cost_estimate import Change
    from pixelweave_cli.cost_line import Line

COLUMNS = ("service", "item", "quantity", "price", "usd", "share", "how")
CHANGE_COLUMNS = ("change", "usd", "saves")
TOTAL = "total"
MILLION = 1_000_000
_CENT = Decimal("0.01")
_MICRO = Decimal("0.000001")


def cost(  # noqa: PLR0913 - one argument an option
    *,
    events: Annotated[
        str, typer.Option(metavar="NUMBER", help="Events a month: 10M, 250k, 1e6, 10_000_000.")
    ],
    region: Annotated[str, typer.Option(help=f"Whose list prices: {', '.join(PRICE_LISTS)}.")] = "us-east-1",
    conversions: Annotated[
        str, typer.Option(metavar="SHARE", help="Share of the events that reach a goal.")
    ] = "2%",
    identified: Annotated[
        str, typer.Option(metavar="SHARE", help="Share of the events that say who it was.")
    ] = "5%",
    hits_per_request: Annotated[
        int, typer.Option(min=1, max=500, help="Hits that a tag sends in one request.")
    ] = 1,
    dialects: Annotated[int, typer.Option(min=1, max=6, help="Dialects in use; each has metrics.")] = 1,
    pixels: Annotated[int, typer.Option(min=1, help="Pixels with traffic all day.")] = 1,
    months: Annotated[int, typer.Option(min=1, max=240, help="Months that everything is kept.")] = 12,
    buffer_seconds: Annotated[
        int | None, typer.Option(min=60, max=900, help="HitsBufferSeconds. (default: the template's)")
    ] = None,
    collect_memory: Annotated[
        int | None, typer.Option(min=128, max=10240, help="CollectMemory in MB. (default: the template's)")
    ] = None,
    lookback_days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="LookbackDays. (default: the template's)")
    ] = None,
    event_bytes: Annotated[
        int | None, typer.Option(min=1, help="Size of a hit's record. (default: as measured)")
    ] = None,
    wait_ms: Annotated[
        int, typer.Option(min=0, help="Milliseconds that a function waits for a call of AWS; assumed.")
    ] = 10,
    as_json: Json = False,
) -> None:
    """Print the monthly bill of a deployment, line by line, and what would lower it.

    Usage comes from measurements that are part of Pixelweave, prices from AWS's lists without free tier: docs/cost.md.
    """
    basis = load_basis()
    prices = PRICE_LISTS.get(region)
    if prices is None:
        raise InputError(f"--region: there is no price list of {region!r}, only of {', '.join(PRICE_LISTS)}")
    workload = Workload(
        events=parse_events(events),
        event_bytes=basis.figures.record_bytes if event_bytes is None else Decimal(event_bytes),
        buffer_seconds=buffer_seconds or basis.deployment.hits_buffer_seconds,
        collect_memory=collect_memory or basis.deployment.collect_memory,
        lookback_days=lookback_days or basis.deployment.lookback_days,
        conversions=parse_share("--conversions", conversions),
        identified=parse_share("--identified", identified),
        hits_per_request=hits_per_request,
        dialects=dialects,
        pixels=pixels,
        months=months,
        wait_ms=Decimal(wait_ms),
    )
    lines = estimate(workload, basis, prices)
    changes = list_changes(workload, basis, prices)
    printer = Printer(as_json=as_json)
    rows = describe_lines(lines)
    rows[-1]["usd_per_million"] = f"{(sum_lines(lines) / workload.events * MILLION).quantize(_CENT)}"
    printer.print_rows(rows, COLUMNS)
    if not as_json:
        printer.print_text(_summarise(lines, workload, basis, region))
    printer.print_rows(_describe_changes(changes, sum_lines(lines)), CHANGE_COLUMNS)


def describe_lines(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The lines as printed, and their total; dollars to the cent, shares to the tenth of a percent."""
    total = sum_lines(lines)
    rows = [
        {
            "service": line.service,
            "item": line.item,
            "quantity": _show_quantity(line.quantity),
            "price": f"{line.price.usd.normalize():f} / {line.price.units:,}",
            "usd": f"{line.usd.quantize(_CENT)}",
            "share": f"{line.usd / total:.1%}",
            "how": line.how,
            "usd_exact": f"{line.usd.quantize(_MICRO)}",
            "page": line.price.page,
        }
        for line in lines
    ]
    return [
        *rows,
        {"service": TOTAL, "usd": f"{total.quantize(_CENT)}", "usd_exact": f"{total.quantize(_MICRO)}"},
    ]


def _show_quantity(quantity: Decimal) -> str:
    return f"{quantity:,.0f}" if quantity >= 100 else f"{quantity:,.3f}".rstrip("0").rstrip(".")


def _summarise(lines: Sequence[Line], workload: Workload, basis: Basis, region: str) -> str:
    total = sum_lines(lines)
    million = total / workload.events * MILLION
    services: dict[str, Decimal] = {}
    for line in lines:
        services[line.service] = services.get(line.service, Decimal(0)) + line.usd
    most = sorted(services.items(), key=lambda each: -each[1])[:3]
    dear = ", ".join(f"{service} ${usd:,.2f} ({usd / total:.0%})" for service, usd in most)
    return (
        f"\n${total:,.2f} a month, ${million:,.2f} a million events. The most goes to {dear}.\n"
        f"List prices of {region} as of {STATED}, without free tier; usage measured on {basis.measured} ({basis.machine}).\n"
    )


def _describe_changes(changes: Sequence[Change], total: Decimal) -> list[dict[str, Any]]:
    return [
        {
            "change": change.option,
            "usd": f"{change.usd.quantize(_CENT)}",
            "saves": f"{(total - change.usd).quantize(_CENT)}",
        }
        for change in changes
    ]
