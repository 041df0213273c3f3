"""A custom template for Google Tag Manager: the text of a `.tpl` file, for Templates → New → Import.

Its sections and permissions are those of https://developers.google.com/tag-platform/tag-manager/templates (`permissions`, `api`): sandboxed
JavaScript without `window`, `new` or `this`; Google injects scripts and sends pixels only where a permission names their https address.
"""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING

from pixelweave.snippet.manager_code import write_code
from pixelweave.snippet.manager_permission import list_permissions

if TYPE_CHECKING:
    from pixelweave.snippet.place import Place

# What a tag of the template asks for: (name, label, choices or None for text). Text takes variables of GTM too, of any type.
_DATA = ("details", "Details: JSON, or a variable that holds an object", None)
_FIELDS: dict[str, tuple[tuple[str, str, tuple[str, ...] | None], ...]] = {
    "ksense": (("call", "Call", ("pv", "conversion", "user_info", "load")), _DATA),
    "sendgrid": (
        ("call", "Call", ("load", "page", "identify", "track")),
        ("name", "Name of the page or event, or the user's id", None),
        _DATA,
    ),
    "native": (
        ("call", "Call", ("load", "page", "identify", "track", "goal")),
        ("name", "Name of the page, event or goal, or the user's id", None),
        ("value", "Value of a goal", None),
        _DATA,
    ),
    "pitchtarget": (
        ("category", "Category", ("event", "revenue")),
        ("event_token", "Event token", None),
        ("amount", "Amount in cents, of revenue", None),
        ("details", "Params: JSON, or a variable that holds an object", None),
    ),
    "altcraft": (
        ("goal", "Goal; empty: the page was shown", None),
        ("value", "Value of the goal", None),
        ("unit", "Unit: points, or a currency such as EUR", None),
    ),
    "rokt": (
        ("call", "Call", ("view", "conversion")),
        ("session", "The session's id (other3)", None),
        ("email", "SHA-256 of the lower-cased, trimmed e-mail (other)", None),
        ("details", "Attributes of a conversion: JSON, or a variable that holds an object", None),
    ),
}
# https://developers.google.com/tag-platform/tag-manager/templates/api#isconsentgranted
_CONSENT = """
The pixel requires consent. Tag Manager takes a consent type that nobody has set for granted: set a default of "denied" for
analytics_storage before this tag fires (Consent Mode)."""


def write_template(place: Place, still: str) -> str:
    """Return the template; `still` is the image that stands in for a script that could not load."""
    info = {
        "type": "TAG",
        "id": "cvt_temp_public_id",
        "version": 1,
        "securityGroups": [],
        "displayName": f"Pixelweave ({place.dialect})",
        "brand": {"id": "brand_dummy", "displayName": "Pixelweave"},
        "description": f"Sends hits to {place.origin}",
        "containerContexts": ["WEB"],
    }
    is_required = place.consent_policy == "require"
    sections = {
        "INFO": dumps(info, indent=2),
        "TEMPLATE_PARAMETERS": dumps([_write_field(*field) for field in _FIELDS[place.dialect]], indent=2),
        "SANDBOXED_JS_FOR_WEB_TEMPLATE": write_code(place, still),
        "WEB_PERMISSIONS": dumps(list_permissions(place), indent=2),
        "TESTS": "scenarios: []",
        "NOTES": f"Made by pixelweave pixels snippet for the key {place.key}.{_CONSENT if is_required else ''}",
    }
    return "\n\n\n".join(f"___{name}___\n\n{text}" for name, text in sections.items())


def _write_field(name: str, label: str, choices: tuple[str, ...] | None) -> dict[str, object]:
    if choices is None:
        return {"type": "TEXT", "name": name, "displayName": label, "simpleValueType": True}
    return {
        "type": "SELECT",
        "name": name,
        "displayName": label,
        "macrosInSelect": False,
        "selectItems": [{"value": choice, "displayValue": choice} for choice in choices],
        "simpleValueType": True,
        "defaultValue": choices[0],
    }
