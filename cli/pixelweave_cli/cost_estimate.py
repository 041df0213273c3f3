"""The monthly bill of a deployment, and what would change it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from pixelweave_cli.cost_line import (
    list_entrance,
    list_functions,
    list_objects,
    list_queries,
    list_queues,
    list_streams,
    list_tables,
    list_watching,
)
from pixelweave_cli.cost_usage import work_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelweave_cli.cost_basis import Basis
    from pixelweave_cli.cost_line import Line
    from pixelweave_cli.cost_price import PriceList
    from pixelweave_cli.cost_workload import Workload


@dataclass(frozen=True, slots=True)
class Change:
    """A setting that an operator may change, and what the bill is then."""

    option: str
    usd: Decimal


def estimate(workload: Workload, basis: Basis, prices: PriceList) -> list[Line]:
    """The bill, in the order in which a hit meets the services."""
    usage = work_out(workload, basis)
    return [
        *list_entrance(usage, basis, prices),
        *list_functions(usage, prices),
        *list_streams(usage, workload, prices),
        *list_objects(usage, workload, prices),
        *list_queues(usage, basis, prices),
        *list_tables(usage, workload, basis, prices),
        *list_watching(usage, workload, basis, prices),
        *list_queries(usage, prices),
    ]


def sum_lines(lines: Sequence[Line]) -> Decimal:
    """Dollars a month, unrounded."""
    return sum((line.usd for line in lines), Decimal(0))


def list_changes(workload: Workload, basis: Basis, prices: PriceList) -> list[Change]:
    """What the bill would be with one setting changed, the largest saving first; what would save nothing is left out."""
    before = sum_lines(estimate(workload, basis, prices))
    changed = {
        "--hits-per-request 10": replace(workload, hits_per_request=max(10, workload.hits_per_request)),
        "--collect-memory 256": replace(workload, collect_memory=min(256, workload.collect_memory)),
        "--buffer-seconds 900": replace(workload, buffer_seconds=max(900, workload.buffer_seconds)),
        "--lookback-days 90": replace(workload, lookback_days=min(90, workload.lookback_days)),
        "--months 3": replace(workload, months=min(3, workload.months)),
    }
    changes = [Change(option, sum_lines(estimate(other, basis, prices))) for option, other in changed.items()]
    return sorted((each for each in changes if each.usd < before), key=lambda each: each.usd)
