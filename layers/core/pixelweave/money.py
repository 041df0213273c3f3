"""Amounts: decimal text from the wire to the report, never a binary float."""

from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation

# decimal(18,4) of the event row: fourteen digits before the point, four behind it.
_FRACTION = Decimal("0.0001")
_LIMIT = Decimal(10) ** 14
_LONGEST = 40
# A context of our own: the thread's default would round sums of 28 digits and keep flags between hits.
_CONTEXT = Context(prec=60, rounding=ROUND_HALF_EVEN)


class MoneyError(ValueError):
    """Text that is not an amount that the event row can hold."""


def parse_decimal(text: str) -> str:
    """The plain decimal text of an amount in units (`119.85`); negative and fractional values are legal (Altcraft).

    More than four decimals are rounded half to even, in decimal.

    Raises:
        MoneyError: not a finite number, or too large for decimal(18,4).
    """
    # Decimal itself takes underscores, «Infinity» and other scripts' digits.
    if len(text) > _LONGEST or not text.isascii() or "_" in text:
        raise MoneyError(text[:_LONGEST])
    try:
        amount = Decimal(text)
    except InvalidOperation as exc:
        raise MoneyError(text) from exc
    if not amount.is_finite() or amount.adjusted() > 14 or amount.adjusted() < -_LONGEST:
        raise MoneyError(text)
    rounded = amount.quantize(_FRACTION, context=_CONTEXT)
    if abs(rounded) >= _LIMIT:
        raise MoneyError(text)
    return _plain(rounded)


def parse_cents(text: str) -> str:
    """The decimal text of an integer number of cents: PitchTarget's `amount`, where 2500 is 25.00.

    Raises:
        MoneyError: not an integer, or too large for decimal(18,4).
    """
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits.lstrip("0")) > 16:
        raise MoneyError(text[:_LONGEST])
    return str(Decimal(text).scaleb(-2, context=_CONTEXT))


def _plain(amount: Decimal) -> str:
    """The amount without the zeros that rounding to four decimals added beyond cents."""
    text = f"{amount:f}"
    if text.endswith("00"):
        text = text[:-2]
    return "0.00" if text == "-0.00" else text
