"""What a template of Google Tag Manager may do: the JSON of its section WEB_PERMISSIONS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelweave.snippet.script import SCRIPTS

if TYPE_CHECKING:
    from pixelweave.snippet.place import Place

_TEXT, _LIST, _MAP, _TRUTH = 1, 2, 3, 8


def list_permissions(place: Place) -> list[dict[str, object]]:
    """Return the permissions that the template's code needs, and no more."""
    permissions = [_permit("send_pixel", allowedUrls=_text("specific"), urls=_list(_text(f"{place.base}/*")))]
    spoken = SCRIPTS.get(place.dialect)
    if spoken is not None:
        keys = [
            _map({"key": name, "read": True, "write": True, "execute": True})
            for name in (spoken.name, f"{spoken.name}.q")
        ]
        permissions += [
            _permit("inject_script", urls=_list(_text(f"{place.base}/t/*"))),
            _permit("access_globals", keys=_list(*keys)),
        ]
    elif place.dialect == "rokt":
        permissions += [
            _permit("get_url", urlParts=_text("any"), queriesAllowed=_text("any")),
            _permit("read_title"),
        ]
    if place.consent_policy == "require":
        consent = _map({"consentType": "analytics_storage", "read": True, "write": False})
        permissions.append(_permit("access_consent", consentTypes=_list(consent)))
    return permissions


def _permit(name: str, **parameters: dict[str, object]) -> dict[str, object]:
    return {
        "instance": {
            "key": {"publicId": name, "versionId": "1"},
            "param": [{"key": key, "value": value} for key, value in parameters.items()],
        },
        "clientAnnotations": {"isEditedByUser": True},
        "isRequired": True,
    }


def _text(value: str) -> dict[str, object]:
    return {"type": _TEXT, "string": value}


def _list(*items: dict[str, object]) -> dict[str, object]:
    return {"type": _LIST, "listItem": list(items)}


def _map(values: dict[str, str | bool]) -> dict[str, object]:
    return {
        "type": _MAP,
        "mapKey": [_text(key) for key in values],
        "mapValue": [
            {"type": _TRUTH, "boolean": value} if isinstance(value, bool) else _text(value)
            for value in values.values()
        ],
    }
