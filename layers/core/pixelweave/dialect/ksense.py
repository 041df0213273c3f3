"""kSense: `kpix('track', 'pv' | 'conversion', {…})` and `kpix('user_info', {…})`.

The seed defines JavaScript calls; the wire is ours: `/ksense/KEY?track=pv&user_id=…&labels=…&user_info=…&conversion_name=…`, or a POST
of the same names as JSON. `labels` is a JSON list of `name=value` or an object, or the parameter repeated.
"""

from __future__ import annotations

from pixelweave.identifier import split_hash
from pixelweave.outcome import FLAGS
from pixelweave.params import structure_object
from pixelweave.personal import is_personal
from pixelweave.structure import MAX_ENTRIES, StructureError, flatten, scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixelweave.hit import Hit
    from pixelweave.params import Params
    from pixelweave.reading import Reading

_TYPES = {"pv": "page_view", "conversion": "conversion", "user_info": "identify"}


def read(params: Params, hit: Hit, reading: Reading, action: str | None) -> None:
    """Read a kSense call into `reading`; `action` is unused: the call is in `track`."""
    del hit, action
    track = params.text("track")
    if track is None:
        reading.note("track", "missing_event_type", "pv, conversion or user_info")
        return
    kind = _TYPES.get(track)
    if kind is None:
        reading.note("track", "unknown_event_type", "pv, conversion or user_info")
        return
    reading.row["type"] = kind
    if kind == "conversion":
        reading.set("name", params.text("conversion_name"))
    reading.identify("user_id", params.text("user_id"))
    try:
        read_user_info(reading, structure_object(params, "user_info"))
    except StructureError as exc:
        reading.reject("user_info", exc.reason)
    try:
        read_labels(params, reading)
    except StructureError as exc:
        reading.reject("labels", exc.reason)


def read_user_info(reading: Reading, user_info: dict[str, object]) -> None:
    """Identity of a `user_info` object: internal_id, e-mail and phone (plain, `md5:` or `hash1:`), the rest as traits."""
    traits = {}
    for name, value in user_info.items():
        text = scalar(value)
        if name in ("email", "phone"):
            if text is not None:
                _identify_hashed(reading, name, text)
        elif name in ("internal_id", "user_id"):
            # The seed's own example sends internal_id: '' for a visitor without one.
            reading.identify("user_id", text)
        else:
            traits[name] = value
    if traits:
        reading.know("user_info", flatten(traits))


def _identify_hashed(reading: Reading, kind: str, text: str) -> None:
    sorted_out = split_hash(kind, text)
    if sorted_out is None:
        reading.note(f"user_info.{kind}", "invalid_identifier", "md5: and 32 hex digits, or hash1: and 64")
        return
    found, value = sorted_out
    if found in ("phone_md5", "phone_sha256"):
        # A hash of a phone can only meet one of the same normal form; kSense hashes «+» and E.164.
        reading.identify(found, value, scheme="ksense")
    else:
        reading.identify(found, value)


def read_labels(params: Params, reading: Reading) -> None:
    """Fill `labels` from a list of `name=value`, an object, or the repeated parameter.

    Raises:
        StructureError: the parameter looks like JSON and is not, or is past a map's limits.
    """
    first = params.text("labels")
    if first is None and params.raw("labels") is not None:
        # Of a repeated parameter the first one may be empty.
        first = next(filter(None, params.texts("labels")), None)
    looks_plain = first is not None and first[0] not in "[{"
    listed = params.texts("labels") if looks_plain else params.structure("labels")
    if isinstance(listed, dict):
        _keep_labels(reading, flatten(listed))
    elif isinstance(listed, list):
        _keep_labels(reading, _split_labels(reading, listed))


def _keep_labels(reading: Reading, labels: dict[str, str]) -> None:
    """A label such as `phone=…` is about the person: it goes where traits go."""
    personal = {name: text for name, text in labels.items() if is_personal(name)}
    reading.know("labels", personal)
    reading.add("labels", "labels", {name: text for name, text in labels.items() if name not in personal})


def _split_labels(reading: Reading, listed: list[object] | list[str]) -> dict[str, str]:
    if len(listed) > MAX_ENTRIES:
        raise StructureError("too_many_properties")
    labels = {}
    for item in listed:
        name, equals, value = (scalar(item) or "").partition("=")
        if equals and name.strip():
            labels[name.strip()] = value.strip()
        else:
            reading.note("labels", "invalid_label", FLAGS["invalid_label"])
    return labels
