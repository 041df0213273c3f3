"""Rokt's recommended user attributes: each in the form that its table asks for («Recommended user attributes» of the Rokt seed).

A value of the wrong form is left out; attributes that the table does not name are kept as they came.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pixelweave.identifier import is_hex
from pixelweave.money import MoneyError, parse_decimal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_GENDERS = {"m": "M", "male": "M", "f": "F", "female": "F"}
_OLDEST = 130


class AttributeFormError(ValueError):
    """A value that has not the form of its attribute."""


def normalize_attributes(said: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The attributes in their normal form, and the names of those that were left out."""
    kept: dict[str, str] = {}
    left_out: list[str] = []
    for name, value in said.items():
        form = _FORMS.get(name.lower())
        if form is None:
            kept[name] = value
            continue
        try:
            kept[name.lower()] = form(value.strip())
        except AttributeFormError:
            left_out.append(name)
    return kept, tuple(left_out)


def _read_digest(value: str) -> str:
    # The table's own example of a SHA-256 has 32 digits.
    if not (is_hex(value, 64) or is_hex(value, 32)):
        raise AttributeFormError
    return value.lower()


def _read_mobile(value: str) -> str:
    """Digits, with the plus sign of a country code: «1112345678 or +1 (222) 345-6789»."""
    digits = "".join(sign for sign in value if sign.isascii() and sign.isdigit())
    if not 7 <= len(digits) <= 15 or any(sign.isalpha() for sign in value):
        raise AttributeFormError
    return "+" + digits if value.startswith("+") else digits


def _read_age(value: str) -> str:
    if not (value.isascii() and value.isdigit()) or len(value) > 3 or int(value) > _OLDEST:
        raise AttributeFormError
    return str(int(value))


def _read_birthday(value: str) -> str:
    try:
        datetime.strptime(value, "%Y%m%d")  # noqa: DTZ007 - a birthday has no zone
    except ValueError as exc:
        raise AttributeFormError from exc
    if len(value) != 8:
        raise AttributeFormError
    return value


def _read_gender(value: str) -> str:
    # «For example, M, Male, F, or Female»: others are people's own words.
    return _GENDERS.get(value.lower(), value)


def _read_amount(value: str) -> str:
    try:
        return parse_decimal(value)
    except MoneyError as exc:
        raise AttributeFormError from exc


def _read_language(value: str) -> str:
    return value.lower()


def _read_text(value: str) -> str:
    if not value:
        raise AttributeFormError
    return value


_FORMS: dict[str, Callable[[str], str]] = {
    "firstname": _read_text,
    "firstnamesha256": _read_digest,
    "lastname": _read_text,
    "lastnamesha256": _read_digest,
    "mobile": _read_mobile,
    "mobilesha256": _read_digest,
    "age": _read_age,
    "dob": _read_birthday,
    "gender": _read_gender,
    "city": _read_text,
    "state": _read_text,
    "zip": _read_text,
    "title": _read_text,
    "language": _read_language,
    "value": _read_amount,
    "predictedltv": _read_amount,
}
