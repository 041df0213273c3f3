"""PitchTarget: `/TOKEN/event.gif` and `/TOKEN/revenue.gif` with `event_token`, `amount` (cents) and `params`."""

from __future__ import annotations

from base64 import b64decode

from pixelweave.catalog import read_currency
from pixelweave.identifier import sort_email
from pixelweave.money import MoneyError, parse_cents
from pixelweave.params import decode_text
from pixelweave.personal import drop_personal
from pixelweave.structure import StructureError, decode, flatten, scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixelweave.hit import Hit
    from pixelweave.params import Params
    from pixelweave.reading import Reading

REVENUE = "revenue"
# The only currency of the seed: «To track a revenue event of USD 25, specify 2500».
DEFAULT_CURRENCY = "USD"
_FROM_URL_SAFE = str.maketrans("-_ ", "+/+", "=")


def read(params: Params, hit: Hit, reading: Reading, action: str | None) -> None:
    """Read an event or, where `action` is `revenue`, a purchase into `reading`."""
    del hit
    is_revenue = (action or params.text("category")) == REVENUE
    row = reading.row
    row["type"] = "purchase" if is_revenue else "custom"
    token = params.text("event_token")
    if token is None:
        reading.note("event_token", "missing_event_token", "a text that describes the event, such as signup")
    else:
        row["name"] = token
    _read_amount(params, reading, is_revenue=is_revenue)
    try:
        _read_custom(reading, decode_params(params))
    except StructureError as exc:
        reading.reject("params", exc.reason)


def _read_amount(params: Params, reading: Reading, *, is_revenue: bool) -> None:
    amount = params.text("amount")
    if amount is None:
        # «Only if EVENT_CATEGORY is purchase» can only mean the category revenue: there is no purchase.gif.
        if is_revenue:
            reading.note("amount", "missing_amount", "an integer number of cents, such as 2500")
        return
    try:
        reading.row["value"] = parse_cents(amount)
    except MoneyError:
        reading.note("amount", "invalid_amount", "an integer number of cents, such as 2500")
        return
    read_currency(reading, params.text("currency") or DEFAULT_CURRENCY)


def decode_params(params: Params) -> dict[str, object]:
    """The object of `params`: JSON as it is, or Base64 of it; without the fields that the seed ignores.

    Base64 may be of the standard or the URL-safe alphabet, its padding missing or unescaped, its `+` turned into a space by
    the form encoding.

    Raises:
        StructureError: `invalid_params`, or a limit of JSON.
    """
    text = _read_text(params)
    try:
        if text is None:
            found = params.structure("params")
        else:
            found = decode(text if text[0] == "{" else _decode_base64(text))
    except StructureError as exc:
        raise StructureError("invalid_params" if exc.reason == "invalid_json" else exc.reason) from exc
    if text is None and found is None:
        return {}
    if not isinstance(found, dict):
        raise StructureError("invalid_params")
    return _accept(found)


def _read_text(params: Params) -> str | None:
    """The text of `params` without line breaks: encoders of the MIME kind (Ruby's encode64, base64(1)) wrap at 60 or 76
    characters, and a break that became a space would pass for a `+`."""
    raw = params.raw("params")
    if raw is None or "%0" not in raw:
        return params.text("params")
    for escape in ("%0D", "%0d", "%0A", "%0a"):
        raw = raw.replace(escape, "")
    return decode_text(raw) or None


def _decode_base64(text: str) -> str:
    packed = text.translate(_FROM_URL_SAFE)
    try:
        return b64decode(packed + "=" * (-len(packed) % 4), validate=True).decode()
    except ValueError as exc:
        raise StructureError("invalid_params") from exc


def _accept(fields: dict[str, object]) -> dict[str, object]:
    """The fields whose names the seed accepts: the others «are simply ignored if you send them along»."""
    return {
        name: _accept(value) if isinstance(value, dict) else value
        for name, value in fields.items()
        if not name.startswith(("$", "_")) and "." not in name
    }


def _read_custom(reading: Reading, custom: dict[str, object]) -> None:
    email = scalar(custom.pop("email", None))
    if email is not None:
        reading.identify(*sort_email(email))
    reading.identify("uuid", scalar(custom.pop("uuid", None)))
    fbid = scalar(custom.pop("fbid", None))
    if fbid is not None:
        if fbid.isascii() and fbid.isdigit():
            reading.identify("fbid", fbid)
        else:
            reading.note("params.fbid", "invalid_identifier", "digits: user names are not accepted")
    # Resolved to a person by the stitcher where the operator allows it; a secret, so it is in no row.
    reading.identify("access_token", scalar(custom.pop("access_token", None)))
    reading.know("params", flatten(custom))
    reading.add("params", "props", flatten(drop_personal(custom)))
