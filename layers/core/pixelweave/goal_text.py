"""Values, moments and conditions of goals as people write them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from pydantic import ValidationError

from pixelweave.catalog import POINTS
from pixelweave.goal import EVENT, VALUE, GoalValue

if TYPE_CHECKING:
    from pixelweave.goal import Condition


def read_value(text: str) -> GoalValue:
    """`5 points`, `12.50 EUR`, `5` (points), `event`, or `event EUR` for events without a currency.

    Raises ValueError.
    """
    amount, _, unit = text.strip().partition(" ")
    fields: dict[str, object] = {"unit": unit.strip() or POINTS}
    if amount.lower() != EVENT:
        fields["amount"] = read_decimal(amount)
    try:
        return GoalValue.model_validate(fields)
    except ValidationError as exc:
        raise ValueError(
            "; ".join(each["msg"].removeprefix("Value error, ") for each in exc.errors())
        ) from exc


def write_value(value: GoalValue) -> str:
    """The text that `read_value` reads."""
    if value.amount is not None:
        return f"{trim(value.amount):f} {value.unit}"
    return EVENT if value.unit == POINTS else f"{EVENT} {value.unit}"


def read_instant(text: str) -> datetime:
    """A date (midnight UTC) or an ISO 8601 time (UTC unless it says otherwise). Raises ValueError."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise ValueError(f"{text!r} is not a time; write 2025-06-30 or 2025-06-30T12:00:00Z") from exc


def write_instant(moment: datetime) -> str:
    """The text of a moment, in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def write_condition(condition: Condition) -> str:
    """A condition in one line, for people: `path: /thanks*`, `label size: big`, `value: at least 10`."""
    if condition.minimum is not None:
        return f"{VALUE}: at least {trim(condition.minimum):f}"
    subject = condition.field if condition.key is None else f"{condition.field} {condition.key}"
    return f"{subject}: {condition.pattern}"


def read_decimal(text: str) -> Decimal:
    """The number of plain decimal text. Raises ValueError."""
    try:
        # Decimal itself takes underscores and other scripts' digits.
        if not text.isascii() or "_" in text:
            raise InvalidOperation
        return Decimal(text)
    except InvalidOperation as exc:
        raise ValueError(f"{text!r} is not a number such as 12.50") from exc


def trim(amount: Decimal) -> Decimal:
    """The same number without zeros at its end."""
    return amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount.normalize()
