"""The page's pure modules, held against Python's own decimals, dates and YAML."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.browser.dashboard.oracle import list_days

if TYPE_CHECKING:
    from tests.browser.dashboard.kit import Kit

# BigInts do not leave the browser by themselves.
_ADD = """async texts => {
    const { readMoney, writeMoney, writePlain } = await import(new URL('app/money.js', location.origin));
    const sum = texts.reduce((total, text) => total + readMoney(text), 0n);
    return [String(sum), writeMoney(sum, 'EUR'), writePlain(sum, 'points'), writeMoney(sum, 'JPY'), writeMoney(sum, 'KWD')];
}"""
_READ = "async text => String((await import(new URL('app/money.js', location.origin))).readMoney(text))"


def write(amount: Decimal, decimals: int) -> str:
    exponent = amount.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return f"{amount:,.{max(decimals, -exponent)}f}"


def test_sums_of_money_are_exact(kit: Kit) -> None:
    chance = random.Random(4)
    for size in (1, 2, 10, 500):
        texts = [f"{chance.randrange(-(10**14), 10**14)}.{chance.randrange(10_000):04}" for _ in range(size)]
        total = sum(map(Decimal, texts))
        assert isinstance(total, Decimal)
        expected = [
            str(int(total * 10_000)),
            write(total, 2),
            write(total, 0).replace(",", ""),
            write(total, 0),
            write(total, 3),
        ]
        assert kit.run(_ADD, texts) == expected


def test_tenths_that_floats_cannot_hold_add_up(kit: Kit) -> None:
    assert kit.run(_ADD, ["0.1000"] * 3 + ["9007199254740993.0001"])[1] == "9,007,199,254,740,993.3001"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("0", "0"), ("1", "10000"), ("-1.5", "-15000"), ("-0.0001", "-1"), ("1.2345", "12345"), ("1.234500000", "12345"), ("007", "70000"),
        ("1.23456", "null"), ("", "null"), ("-", "null"), ("1.", "null"), (".5", "null"), ("1e3", "null"), ("+1", "null"), (" 1", "null"),
        ("1,000", "null"), ("NaN", "null"), ("Infinity", "null"), ("1" * 35, "null"), (None, "null"), (5, "null"),
    ],
)  # fmt: skip
def test_only_decimals_are_read_as_money(kit: Kit, text: Any, read: str) -> None:
    assert kit.run(_READ, text) == read


@pytest.mark.parametrize(
    ("today", "name", "first", "last"),
    [
        ("2025-07-01", "today", "2025-07-01", "2025-07-01"),
        ("2025-07-01", "yesterday", "2025-06-30", "2025-06-30"),
        ("2024-03-01", "yesterday", "2024-02-29", "2024-02-29"),
        ("2025-07-01", "7d", "2025-06-24", "2025-06-30"),
        ("2025-01-01", "28d", "2024-12-04", "2024-12-31"),
        ("2025-07-01", "90d", "2025-04-02", "2025-06-30"),
        ("2025-07-31", "month", "2025-07-01", "2025-07-31"),
        ("2025-01-31", "lastmonth", "2024-12-01", "2024-12-31"),
        ("2024-03-31", "lastmonth", "2024-02-01", "2024-02-29"),
        ("2025-07-15", "13m", "2024-07-01", "2025-07-15"),
        ("2025-07-01", "2025-02-28..2025-03-01", "2025-02-28", "2025-03-01"),
        ("2025-07-01", "2024-01-01..2025-02-03", "2024-01-01", "2025-02-03"),
    ],
)
def test_a_range_has_its_days(kit: Kit, today: str, name: str, first: str, last: str) -> None:
    days = kit.call("range", "resolveRange", name, today)
    assert days == {"from": first, "to": last}
    length = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    before = {
        "from": (date.fromisoformat(first) - timedelta(days=length)).isoformat(),
        "to": (date.fromisoformat(first) - timedelta(days=1)).isoformat(),
    }
    assert kit.call("range", "findPrevious", days) == before
    every = [day.isoformat() for day in list_days((date.fromisoformat(first), date.fromisoformat(last)))]
    assert kit.call("range", "listDays", days) == every
    assert kit.call("range", "listMonths", days) == sorted({day[:7] for day in every})


@pytest.mark.parametrize(
    "name",
    [
        "",
        "8d",
        "d",
        "2025-02-29..2025-03-01",
        "2025-03-02..2025-03-01",
        "2025-03-01",
        "2025-03-01..",
        "2024-01-01..2025-02-04",
        "a..b",
        "2025-3-1..2025-3-2",
    ],
)
def test_what_is_no_range_has_none(kit: Kit, name: str) -> None:
    assert kit.call("range", "resolveRange", name, "2025-07-01") is None


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "",
        " ",
        'a "b" \\c',
        "a: b # c",
        "- x",
        "true",
        "~",
        "{}",
        "\n\r\t\x00\x1b\x7f\x85\u2028\ufeff",
        "\ufffe\uffff",
        "🛒 émoji 字",
        "\U0010ffff",
        "%%",
    ],
)
def test_any_text_is_the_same_after_yaml(kit: Kit, text: str) -> None:
    assert yaml.safe_load(f"x: {kit.call('yaml', 'quote', text)}") == {"x": text}


@pytest.mark.parametrize(
    ("now", "before", "written"),
    [
        (110, 100, "+10.0%"), (90, 100, "-10.0%"), (100, 100, "0.0%"), (5, 0, "new"), (0, 0, "–"), (0, 5, "-100.0%"), (1, -2, "+150.0%"),
        (3_000, 1, "+299,900.0%"), (1, None, "new"),
    ],
)  # fmt: skip
def test_a_change_is_a_share_of_what_was(kit: Kit, now: int, before: int | None, written: str) -> None:
    assert kit.call("text", "writeChange", now, before) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (None, "–"), (0, "0m 00s"), (59.4, "0m 59s"), (59.5, "1m 00s"), (65, "1m 05s"), (3_600, "60m 00s"), (72_000, "1,200m 00s"),
    ],
)  # fmt: skip
def test_a_time_is_minutes_and_seconds(kit: Kit, seconds: float | None, written: str) -> None:
    assert kit.call("text", "writeDuration", seconds) == written


@pytest.mark.parametrize(
    ("lowest", "highest", "whole", "ticks"),
    [
        (0, 0, True, [0, 1]), (0, 1, True, [0, 1]), (0, 4, True, [0, 1, 2, 3, 4]), (0, 66, True, [0, 20, 40, 60, 80]),
        (0, 100, True, [0, 50, 100]),
        (-30, 50, True, [-40, -20, 0, 20, 40, 60]), (0, 0.4, False, [0, 0.1, 0.2, 0.3, 0.4]), (0, 1e9, True, [0, 5e8, 1e9]),
    ],
)  # fmt: skip
def test_ticks_are_round_and_reach_around_the_numbers(
    kit: Kit, lowest: float, highest: float, whole: bool, ticks: list[float]
) -> None:
    found = kit.call("axis", "listTicks", lowest, highest, whole)
    assert found == pytest.approx(ticks)
    assert found[0] <= lowest
    assert found[-1] >= highest


@pytest.mark.parametrize("count", [1, 2, 30, 100, 101, 400])
@pytest.mark.parametrize("room", [2, 5, 12])
def test_dates_are_at_most_as_many_as_have_room(kit: Kit, count: int, room: int) -> None:
    days = [(date(2024, 6, 1) + timedelta(days=number)).isoformat() for number in range(count)]
    found = kit.call("axis", "listDates", days, room)
    assert 1 <= len(found) <= room
    assert all(0 <= place < count for place, _ in found)
