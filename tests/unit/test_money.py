"""Amounts: exact on both sides of every limit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixelweave.money import MoneyError, parse_cents, parse_decimal


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("119.85", "119.85"),
        ("25", "25.00"),
        ("300.5", "300.50"),
        ("0.0001", "0.0001"),
        ("1.00005", "1.00"),
        ("1.00015", "1.0002"),
        ("-0", "0.00"),
        ("-0.00001", "0.00"),
        ("-12.5", "-12.50"),
        ("+3", "3.00"),
        (".5", "0.50"),
        ("1e3", "1000.00"),
        ("0.30000000000000004", "0.30"),
        ("99999999999999.9999", "99999999999999.9999"),
        ("0" * 30 + "7", "7.00"),
    ],
)
def test_decimal_text_is_kept_exactly(text: str, value: str) -> None:
    assert parse_decimal(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "x", "1,5", "1.2.3", "$1", "1 000", "1_000", "NaN", "sNaN", "Infinity", "-inf", "1e15", "1e999999999", "1e-999999999",
     "100000000000000", "99999999999999.99999", "٣", "9" * 41, "0x10", "--1"],
)  # fmt: skip
def test_what_is_no_amount_of_the_column_is_refused(text: str) -> None:
    with pytest.raises(MoneyError):
        parse_decimal(text)


@given(st.decimals(min_value="-99999999999999", max_value="99999999999999", places=4))
def test_four_decimals_survive(amount: Decimal) -> None:
    assert Decimal(parse_decimal(str(amount))) == amount


@given(st.integers(min_value=-(10**16) + 1, max_value=10**16 - 1))
def test_cents_are_hundredths(cents: int) -> None:
    assert Decimal(parse_cents(str(cents))) * 100 == cents
