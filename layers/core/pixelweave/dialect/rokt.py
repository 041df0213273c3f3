"""Rokt / mParticle: `/v1/KEY/Pixel?dt=…&ct=…` with comma-separated lists of names and values.

AMP's mParticle vendor configuration sends the same with amp_id, flags, path, lc, av and consent_state
(https://github.com/ampproject/amphtml, analytics vendor «mparticle»).
"""

from __future__ import annotations

from pixelweave.catalog import read_currency, read_value
from pixelweave.consent import DENIED, parse_consent
from pixelweave.dialect.rokt_list import ListError, read_pairs
from pixelweave.identifier import is_hex
from pixelweave.instant import InstantError, parse_epoch_ms
from pixelweave.outcome import FLAGS
from pixelweave.page import split_address
from pixelweave.personal import is_personal
from pixelweave.structure import StructureError, add_entry
from pixelweave.text import clean, is_true

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixelweave.hit import Hit
    from pixelweave.params import Params
    from pixelweave.reading import Reading

_IDENTITIES = {"email": "email", "customerid": "user_id", "facebook": "fbid", "mobile_number": "phone"} | {
    f"other{number}": f"other{number}" for number in (2, 4, 5, 6, 7, 8, 9, 10)
}
_EMAIL_HASHES = ("other", "email_sha256")
_LIFTED = ("conversiontype", "confirmationref", "amount", "currency")


def read(params: Params, hit: Hit, reading: Reading, action: str | None) -> None:
    """Read a Rokt request into `reading`; `action` is unused: `dt` says what it is."""
    del action
    row = reading.row
    if is_true(params.text("dbg")):
        reading.is_test = True
    said = parse_consent(params.text("consent_state"))
    if reading.consent is None or said == DENIED:
        reading.consent = said
    moment = params.text("ct") or ""
    try:
        row["occurred_at"] = parse_epoch_ms(moment, hit.received_at)
    except InstantError:
        reading.note("ct", "invalid_timestamp", "Unix milliseconds")
    _read_page(params, hit, reading)
    try:
        _read_identities(reading, read_pairs(params, "ui_t", "ui_v"))
        reading.know("ua_k", _read_map(params, "ua_k", "ua_v"))
        attributes = _read_map(params, "attrs_k", "attrs_v")
        flags = read_pairs(params, "flags_k", "flags_v")
    except ListError as exc:
        reading.reject(exc.parameter, exc.reason)
        attributes, flags = {}, []
    _read_kind(params, reading, attributes)
    _read_props(params, reading, attributes, flags)


def _read_page(params: Params, hit: Hit, reading: Reading) -> None:
    """Page from `hn` (a host, or a whole URL in AMP), `path` and `ttl`; a Referer of the same host is more precise."""
    row = reading.row
    reading.set("title", params.text("ttl"))
    reading.set("visitor_id", params.text("amp_id"))
    named = params.text("hn")
    if named is None:
        return
    path = params.text("path") or ""
    if "://" in named:
        row["url"] = named
        return
    referer = clean(hit.headers.get("referer", ""))
    # The seed sends window.location.hostname, which has no port; the Referer has one where the page has.
    if referer and not path and split_address(referer)[0] == split_address(named)[0]:
        row["url"] = referer
    else:
        row["url"] = f"https://{named}" + (path if path.startswith("/") else "/" + path)


def _read_identities(reading: Reading, identities: list[tuple[str, str]]) -> None:
    for kind, value in identities:
        if not value:
            continue
        if kind == "other3":
            reading.row["session_id"] = value
        elif kind in _EMAIL_HASHES or kind == "mobile_sha256":
            if not is_hex(value, 64):
                reading.note("ui_v", "invalid_identifier", f"{kind}: the 64 hex digits of a SHA-256")
            elif kind == "mobile_sha256":
                # Rokt hashes the national digits, so it can only meet a hash of the same form.
                reading.identify("phone_sha256", value.lower(), scheme="rokt")
            else:
                reading.identify("email_sha256", value.lower())
        elif kind in _IDENTITIES:
            reading.identify(_IDENTITIES[kind], value)
        else:
            reading.note("ui_t", "unknown_identity_type", FLAGS["unknown_identity_type"])


def _read_map(params: Params, keys: str, values: str) -> dict[str, str]:
    """A map of attributes, whose names must differ: «All user attributes must have distinct names»."""
    pairs = read_pairs(params, keys, values)
    attributes = dict(pairs)
    if len(attributes) < len(pairs):
        raise ListError(keys, "duplicate_attribute")
    return attributes


def _read_kind(params: Params, reading: Reading, attributes: dict[str, str]) -> None:
    row = reading.row
    kind = params.text("dt")
    name = params.text("n")
    if kind == "ScreenView":
        row["type"] = "page_view"
        reading.set("name", name)
    elif kind == "AppEvent":
        is_conversion = (
            params.text("et") == "Transaction"
            or name == "conversion"
            or not attributes.keys().isdisjoint(("conversiontype", "confirmationref"))
        )
        if is_conversion:
            _read_conversion(reading, attributes)
        else:
            row["type"] = "custom"
            reading.set("name", name)
            if name is None:
                reading.note("n", "missing_event_name", "the name of the event")
        _read_money(reading, attributes)
    else:
        reading.note("dt", "missing_dt" if kind is None else "invalid_dt", "ScreenView or AppEvent")


def _read_conversion(reading: Reading, attributes: dict[str, str]) -> None:
    """A conversion: its name is conversiontype («the name of the conversion event»), its key confirmationref."""
    row = reading.row
    name = attributes.get("conversiontype")
    row["type"] = "purchase" if name and name.lower() == "purchase" else "conversion"
    if name:
        row["name"] = name
    else:
        reading.reject("attrs_k", "missing_conversiontype")
    order = attributes.get("confirmationref")
    if order:
        row["order_id"] = order
    else:
        reading.reject("attrs_k", "missing_confirmationref")


def _read_money(reading: Reading, attributes: dict[str, str]) -> None:
    read_value(reading, "attrs_v", attributes.get("amount") or None, "invalid_amount")
    read_currency(reading, attributes.get("currency") or None)


def _read_props(
    params: Params, reading: Reading, attributes: dict[str, str], flags: list[tuple[str, str]]
) -> None:
    props: dict[str, str] = {}
    try:
        for name, value in attributes.items():
            if name not in _LIFTED and value and not is_personal(name):
                add_entry(props, name, value)
        for name, value in flags:
            if value and not is_personal(name):
                add_entry(props, f"flag.{name}", value)
        for parameter, prop in (("et", "event_type"), ("av", "app_version")):
            text = params.text(parameter)
            if text is not None:
                add_entry(props, prop, text)
        event_name = params.text("n")
        if event_name is not None and event_name != reading.row.get("name"):
            add_entry(props, "event_name", event_name)
    except StructureError as exc:
        reading.reject("attrs_v", exc.reason)
    reading.add("attrs_v", "props", props)
