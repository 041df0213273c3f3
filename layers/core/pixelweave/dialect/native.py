"""The native dialect: the columns of the event row under their own names, as a GET or as JSON."""

from __future__ import annotations

from pixelweave.catalog import read_currency, read_goals, read_products, read_value
from pixelweave.dialect.ksense import read_labels
from pixelweave.identifier import is_hex, sort_email
from pixelweave.params import JsonParams, structure_object
from pixelweave.personal import drop_personal
from pixelweave.structure import StructureError, flatten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixelweave.hit import Hit
    from pixelweave.params import Params
    from pixelweave.reading import Reading

TYPES = ("page_view", "identify", "conversion", "purchase", "lead", "goal", "custom")
_HASHES = (("email_sha256", 64), ("email_md5", 32), ("phone_sha256", 64), ("phone_md5", 32))
_PLAIN = ("user_id", "uuid", "fbid", "idfa", "gaid")
_IDENTITY = (*_PLAIN, "email", "phone", *(name for name, _ in _HASHES))


def read(params: Params, hit: Hit, reading: Reading, action: str | None) -> None:
    """Read a hit of plain names into `reading`; `action` is unused: the hit names its `type`."""
    del hit, action
    row = reading.row
    reading.set("name", params.text("name"))
    read_goals(params, reading)
    kind = params.text("type") or ("goal" if "goals" in row else "custom" if "name" in row else "page_view")
    if kind not in TYPES:
        reading.note("type", "unknown_event_type", ", ".join(TYPES))
        return
    row["type"] = kind
    if kind == "custom" and "name" not in row:
        reading.note("name", "missing_event_name", "the name of the event")
    if kind == "goal" and "goals" not in row:
        reading.note("goal", "missing_goal", "the name of the goal")
    if not any(params.texts("goal")):
        # With goals, value is theirs.
        read_value(reading, "value", params.text("value"))
    read_currency(reading, params.text("currency"))
    read_identity(params, reading)
    _read_maps(params, reading)


def read_identity(params: Params, reading: Reading) -> None:
    """Identifiers under their plain names; a hash must have the length of its kind."""
    for name in _PLAIN:
        reading.identify(name, params.text(name))
    email = params.text("email")
    if email is not None:
        reading.identify(*sort_email(email))
    reading.identify("phone", params.text("phone"))
    for name, length in _HASHES:
        digest = params.text(name)
        if digest is None:
            continue
        if is_hex(digest, length):
            reading.identify(name, digest.lower())
        else:
            reading.note(name, "invalid_identifier", f"{length} hex digits")


def _read_maps(params: Params, reading: Reading) -> None:
    try:
        read_labels(params, reading)
        _read_traits(structure_object(params, "traits"), reading)
        read_products(reading, params.structure("products"))
        reading.add("props", "props", flatten(drop_personal(structure_object(params, "props"))))
    except StructureError as exc:
        reading.reject("props", exc.reason)


def _read_traits(traits: dict[str, object], reading: Reading) -> None:
    """What the hit says of the person; an identifier among it, such as `email`, is one, as with SendGrid."""
    if not traits:
        return
    identity = {name: traits.pop(name) for name in _IDENTITY if name in traits}
    read_identity(JsonParams(identity), reading)
    reading.know("traits", flatten(traits))
