"""SendGrid: `sendgrid.page`, `sendgrid.identify` and `sendgrid.track`.

The seed defines JavaScript calls; the wire is ours, in Segment's words (https://segment.com/docs/connections/spec/): `/sendgrid/KEY` with
`type` page | identify | track, `name` (page) or `event` (track), `userId`, `traits`, `properties`, `messageId`, `anonymousId`, `timestamp`.
"""

from __future__ import annotations

from pixelweave.catalog import read_currency, read_products, read_value
from pixelweave.context import read_moment
from pixelweave.identifier import sort_email
from pixelweave.params import structure_object
from pixelweave.personal import drop_personal
from pixelweave.structure import StructureError, flatten, scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixelweave.hit import Hit
    from pixelweave.params import Params
    from pixelweave.reading import Reading

# «Purchase» alone is the seed's minimum; Lead Captured and Lead Generated are the same.
_TRACKED = {
    "purchase": "purchase",
    "purchase completed": "purchase",
    "lead captured": "lead",
    "lead generated": "lead",
}
_PAGE = ("url", "title", "referrer")


def read(params: Params, hit: Hit, reading: Reading, action: str | None) -> None:
    """Read a SendGrid call into `reading`; `action` is unused: the call is in `type`."""
    del action
    reading.set("message_id", params.text("messageId"))
    reading.set("visitor_id", params.text("anonymousId"))
    moment = params.text("timestamp")
    if moment is not None:
        read_moment(reading, "timestamp", moment, hit.received_at)
    reading.identify("user_id", params.text("userId"))
    call = params.text("type")
    reader = _CALLS.get(call or "")
    if reader is None:
        reason = "missing_event_type" if call is None else "unknown_event_type"
        reading.note("type", reason, "page, identify or track")
        return
    try:
        reader(params, reading)
    except StructureError as exc:
        reading.reject("traits" if call == "identify" else "properties", exc.reason)


def _read_page(params: Params, reading: Reading) -> None:
    reading.row["type"] = "page_view"
    reading.set("name", params.text("name"))
    properties = structure_object(params, "properties")
    for name in _PAGE:
        reading.set(name, scalar(properties.pop(name, None)))
    # The path is the URL's own; the seed sends both.
    properties.pop("path", None)
    _keep(reading, properties)


def _read_identify(params: Params, reading: Reading) -> None:
    reading.row["type"] = "identify"
    traits = structure_object(params, "traits")
    if not traits and not reading.identifiers:
        reading.note("userId", "missing_identifier", "a unique id of the user, or traits such as email")
        return
    _identify_by(reading, traits)
    reading.know("traits", flatten(traits))


def _identify_by(reading: Reading, source: dict[str, object]) -> None:
    """Take the identifiers out of traits or properties: what is left is not one."""
    email = scalar(source.pop("email", None))
    if email is not None:
        reading.identify(*sort_email(email))
    reading.identify("phone", scalar(source.pop("phone", None)))


def _read_track(params: Params, reading: Reading) -> None:
    name = params.text("event")
    if name is None:
        reading.row["type"] = "custom"
        reading.note("event", "missing_event_name", "the name of the event, such as Purchase Completed")
        return
    kind = _TRACKED.get(name.lower(), "custom")
    reading.row["type"] = kind
    reading.row["name"] = name
    properties = structure_object(params, "properties")
    if kind == "lead":
        if scalar(properties.get("email")) is None:
            reading.note("properties.email", "missing_email", "the e-mail address of the lead")
        _identify_by(reading, properties)
    elif kind == "purchase":
        read_value(reading, "properties.total", scalar(properties.pop("total", None)), "invalid_amount")
        read_currency(reading, scalar(properties.pop("currency", None)))
        read_products(reading, properties.pop("products", None))
        reading.set("order_id", scalar(properties.pop("order_id", None)))
    _keep(reading, properties)


def _keep(reading: Reading, properties: dict[str, object]) -> None:
    reading.add("properties", "props", flatten(drop_personal(properties)))


_CALLS = {"page": _read_page, "identify": _read_identify, "track": _read_track}
