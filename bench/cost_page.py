"""The tables of docs/cost.md, which are what `pixelweave cost --events 10M` prints and the data it multiplies."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from pixelweave_cli.cost_command import COLUMNS, TOTAL, describe_lines
from pixelweave_cli.cost_estimate import estimate
from pixelweave_cli.cost_price import US_EAST_1
from pixelweave_cli.cost_workload import Workload

from bench.artefact import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pixelweave_cli.cost_basis import Basis

PAGE = ROOT / "docs" / "cost.md"
EVENTS = 10_000_000


def fill_page(text: str, basis: Basis) -> str:
    """The page with its tables made anew from `basis` and the price list. Raises ValueError where a table has no place."""
    tables = {"bill": make_bill(basis), "figures": make_figures(basis), "prices": make_prices()}
    for name, table in tables.items():
        before, found, rest = text.partition(f"<!-- {name} -->")
        _, ended, after = rest.partition(f"<!-- /{name} -->")
        if not found or not ended:
            raise ValueError(f"docs/cost.md has no place for the table {name}")
        text = f"{before}{found}\n\n{table}\n\n{ended}{after}"
    return text


def make_bill(basis: Basis) -> str:
    """The bill of ten million events."""
    workload = Workload(
        events=EVENTS,
        event_bytes=basis.figures.record_bytes,
        buffer_seconds=basis.deployment.hits_buffer_seconds,
        collect_memory=basis.deployment.collect_memory,
        lookback_days=basis.deployment.lookback_days,
    )
    rows = describe_lines(estimate(workload, basis, US_EAST_1))
    marked = [row | {"service": f"**{TOTAL}**"} if row["service"] == TOTAL else row for row in rows]
    return _make_table(COLUMNS, ([row.get(column, "") for column in COLUMNS] for row in marked))


def make_figures(basis: Basis) -> str:
    """The measured figures and the deployment's, by name."""
    told: dict[str, Any] = basis.figures.model_dump() | basis.deployment.model_dump()
    sizes = told.pop("parquet")
    rows = [(f"`{name}`", f"{value:,}") for name, value in told.items()]
    rows += [(f"`parquet`, {size['rows']:,} rows an object", f"{size['bytes']:,}") for size in sizes]
    return _make_table(("figure", "value"), rows)


def make_prices() -> str:
    """The price list with its sources."""
    prices = [(field.name, getattr(US_EAST_1, field.name)) for field in fields(US_EAST_1)]
    return _make_table(
        ("price", "US dollars", "AWS's page", "checked by"),
        (
            (f"`{name}`", f"{price.usd} for {price.units:,}", price.page, price.checked)
            for name, price in prices
        ),
    )


def _make_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
