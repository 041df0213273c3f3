"""What the page must show, worked out in plain Python from the history, with none of the page's code."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.browser.dashboard.documents import History

type Days = tuple[date, date]

JUNE: Days = (date(2025, 6, 1), date(2025, 6, 30))
MAY: Days = (date(2025, 5, 2), date(2025, 5, 31))


def write_count(count: int) -> str:
    """As the page writes counts."""
    return f"{count:,}"


def write_money(amount: Decimal, decimals: int = 2) -> str:
    """As the page writes amounts: every decimal there is, and at least so many."""
    exponent = amount.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return f"{amount:,.{max(decimals, -exponent)}f}"


def write_share(part: int, whole: int) -> str:
    """A percentage with one decimal, halves up as the browser rounds them; «–» of nothing."""
    if not whole:
        return "–"
    return f"{Decimal(part / whole * 100).quantize(Decimal('0.1'), 'ROUND_HALF_UP')}%"


def write_change(now: int, before: int) -> str:
    """How the page writes that a number changed."""
    if not before:
        return "new" if now else "–"
    change = Decimal((now - before) / abs(before) * 100).quantize(Decimal("0.1"), "ROUND_HALF_UP")
    return f"{change:+,}%" if change else "0.0%"


def name_channel(channel: str | None) -> str | None:
    """As the page writes a channel that is known."""
    return channel and channel.replace("_", " ")


def list_days(days: Days) -> list[date]:
    """Every day of a range."""
    return [days[0] + timedelta(days=number) for number in range((days[1] - days[0]).days + 1)]


def sum_column(history: History, part: str, column: str, days: Days, pixel: str | None = None) -> int:
    """The sum of a column's counts."""
    return sum(row[column] for _, row in history.list_rows(part, *days, pixel))


def sum_days(history: History, part: str, column: str, days: Days) -> list[int]:
    """The same, day by day."""
    return [sum_column(history, part, column, (day, day)) for day in list_days(days)]


def count_people(history: History, days: Days, *, known: bool | None = None) -> int:
    """Different visitors who were there on a day of the range, each pixel's for themselves: by looking at each of them."""
    wanted = set(list_days(days))
    return sum(
        bool(seen & wanted)
        for pixel, people in history.active.items()
        for seen, is_known in zip(people, history.known[pixel], strict=True)
        if known in (None, is_known)
    )


def sum_money(rows: Iterable[dict[str, Any]]) -> dict[str, Decimal]:
    """The value of conversions, by unit."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row["value"] is not None:
            sums[row["unit"]] += Decimal(row["value"])
    return dict(sums)


def group(
    history: History, part: str, days: Days, key: Callable[[dict[str, Any]], Any], *columns: str
) -> dict[Any, tuple[int, ...]]:
    """Sums of columns by what `key` gives."""
    sums: dict[Any, list[int]] = {}
    for _, row in history.list_rows(part, *days):
        found = sums.setdefault(key(row), [0] * len(columns))
        for place, column in enumerate(columns):
            found[place] += row[column]
    return {value: tuple(found) for value, found in sums.items()}
