"""Goals and products that a hit lists by itself."""

from __future__ import annotations

from pixelweave.errors import RejectionError
from pixelweave.money import MoneyError, parse_decimal
from pixelweave.structure import MAX_TEXT, scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixelweave.params import Params
    from pixelweave.reading import Reading

POINTS = "points"
MAX_GOALS = 20
MAX_GOAL_NAME = 128
MAX_PRODUCTS = 100
_PRODUCT_TEXTS = ("product_id", "name", "sku", "category")
_PRODUCT_NUMBERS = ("price", "quantity")


class ListingError(RejectionError):
    """A goal or product that cannot be used."""


def is_currency(text: str) -> bool:
    """Whether `text` has the form of an ISO 4217 code."""
    return len(text) == 3 and text.isascii() and text.isalpha()


def read_goals(params: Params, reading: Reading) -> None:
    """Fill `goals` from repeated `goal`, `value` and `unit`, or from `goals`, a JSON list of objects.

    Altcraft: several goals in one hit, each with its own value in points or a currency, negative and fractional
    values legal. The lists are matched by position; one `unit` serves all goals, one `value` only a single goal.
    A `goal` that is empty is absent, as a tag without one sends it.
    """
    try:
        goals = _listed_goals(params) + _repeated_goals(params)
        if len(goals) > MAX_GOALS:
            raise ListingError("too_many_goals")
    except RejectionError as exc:
        reading.reject("goal", exc.reason)
        return
    if goals:
        reading.row["goals"] = goals


def _repeated_goals(params: Params) -> list[dict[str, str]]:
    names = params.texts("goal")
    if not any(names):
        return []
    if len(names) > MAX_GOALS:
        raise ListingError("too_many_goals")
    values = params.texts("value") or [""] * len(names)
    units = params.texts("unit") or [params.text("currency") or ""]
    if len(units) == 1:
        units *= len(names)
    if not len(names) == len(values) == len(units):
        raise ListingError("unequal_lists")
    return [_goal(*each) for each in zip(names, values, units, strict=True)]


def _listed_goals(params: Params) -> list[dict[str, str]]:
    listed = params.structure("goals")
    if listed is None:
        return []
    if not isinstance(listed, list):
        raise ListingError("invalid_goal")
    if len(listed) > MAX_GOALS:
        raise ListingError("too_many_goals")
    goals = []
    for item in listed:
        source = item if isinstance(item, dict) else {"name": item}
        name, value, unit = (scalar(source.get(key)) or "" for key in ("name", "value", "unit"))
        goals.append(_goal(name, value, unit))
    return goals


def _goal(name: str, value: str, unit: str) -> dict[str, str]:
    if not name:
        raise ListingError("invalid_goal")
    if len(name) > MAX_GOAL_NAME:
        raise ListingError("goal_too_long")
    if unit and unit.lower() != POINTS and not is_currency(unit):
        raise ListingError("invalid_unit")
    goal = {"name": name}
    if value:
        try:
            goal["value"] = parse_decimal(value)
        except MoneyError as exc:
            raise ListingError("invalid_value") from exc
        goal["unit"] = unit.upper() if is_currency(unit) else POINTS
    return goal


def read_products(reading: Reading, listed: object) -> None:
    """Fill `products` from a JSON list of objects (SendGrid's purchase properties); unknown keys are left out."""
    if listed is None:
        return
    try:
        reading.row["products"] = _products(listed)
    except ListingError as exc:
        reading.reject("products", exc.reason)


def _products(listed: object) -> list[dict[str, str]]:
    if not isinstance(listed, list):
        raise ListingError("invalid_products")
    if len(listed) > MAX_PRODUCTS:
        raise ListingError("too_many_products")
    return [_product(item) for item in listed]


def _product(item: object) -> dict[str, str]:
    if not isinstance(item, dict):
        raise ListingError("invalid_products")
    product = {}
    for key in _PRODUCT_TEXTS:
        text = scalar(item.get(key))
        if text is None:
            continue
        if len(text) > MAX_TEXT:
            raise ListingError("field_too_long")
        product[key] = text
    for key in _PRODUCT_NUMBERS:
        number = scalar(item.get(key))
        if number is None:
            continue
        try:
            product[key] = parse_decimal(number)
        except MoneyError as exc:
            raise ListingError("invalid_products") from exc
    return product


def read_value(reading: Reading, parameter: str, text: str | None, reason: str = "invalid_value") -> None:
    """Fill `value` from decimal text; what is no amount rejects the hit with `reason`."""
    if text is None:
        return
    try:
        reading.row["value"] = parse_decimal(text)
    except MoneyError:
        reading.note(parameter, reason, "a decimal number such as 300.5")


def read_currency(reading: Reading, text: str | None) -> None:
    """Fill `currency` in upper case; anything but three letters rejects the hit."""
    if text is None:
        return
    if is_currency(text):
        reading.row["currency"] = text.upper()
    else:
        reading.reject("currency", "invalid_currency")
