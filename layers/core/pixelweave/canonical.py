"""Normal forms of identifiers, and the nodes that they make.

E-mail: trimmed, lower case, NFC, the domain as IDNA 2008 A-labels (Rokt: «lowercase and trim»; RFC 5891). Phone: E.164 with `+` (kSense),
digits with country code, national digits (Rokt: «format as 5551234567»). A plain e-mail address or phone makes a node in every form; a
hash only in its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import md5, sha256
from typing import TYPE_CHECKING
from unicodedata import normalize

import idna
import phonenumbers
from phonenumbers import PhoneNumberFormat

from pixelweave.blocked import is_blocked, is_blocked_digest
from pixelweave.identifier import is_hex
from pixelweave.node import PIXEL_SCOPED, Node
from pixelweave.refusal import BLOCKED_VALUE, INVALID_VALUE

if TYPE_CHECKING:
    from collections.abc import Callable

_LOCAL_PART = re.compile(r"[^\s@\"(),:;<>\[\\\]\x00-\x1f\x7f]{1,64}")
_LONGEST_EMAIL = 254
_DEVICE_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Whose form a phone's hash was made of; hashes that do not say are taken for digits with country code, the ad platforms' form.
_PHONE_SCHEMES = {"ksense": "e164", "rokt": "national", "": "digits"}
_LONGEST_VALUE = 256

# Type and digest of a node, and the plain normal form that the digest was made of, where it is known.
type Made = tuple[str, str, str | None]


class UnusableIdentifierError(ValueError):
    """An identifier that makes no node; `reason` is `invalid_value` or `blocked_value`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an identifier's meaning depends on: where it was sent, the default region of phones (ISO 3166, such as `US`), and the values
    that the deployment blocks beside the built-in ones."""

    workspace_id: str
    pixel_id: str
    region: str = "US"
    blocked: frozenset[str] = frozenset()


def make_nodes(identifier: dict[str, str], around: Surroundings) -> list[Node]:
    """The nodes of one identifier of an identify message (`type`, `value`, `scheme`).

    Raises:
        UnusableIdentifierError: the value is invalid or blocked.
    """
    kind, value = identifier["type"], identifier["value"].strip()
    if is_blocked(value, around.blocked):
        raise UnusableIdentifierError(BLOCKED_VALUE)
    if kind in ("phone_sha256", "phone_md5"):
        form = _PHONE_SCHEMES[identifier.get("scheme", "")]
        kind = kind.replace("phone_", f"phone_{form}_")
    maker = _MAKERS.get(kind, _make_opaque)
    return [
        Node(around.workspace_id, made, around.pixel_id if made in PIXEL_SCOPED else "", digest, plain)
        for made, digest, plain in maker(kind, value, around)
    ]


def canonical_email(text: str) -> str:
    """The normal form of an e-mail address.

    Raises:
        UnusableIdentifierError: `invalid_value`.
    """
    local, at, domain = normalize("NFC", text.strip()).lower().rpartition("@")
    try:
        # A dot at the end is the same domain (RFC 1034, 3.1).
        host = idna.encode(domain, uts46=True).decode().removesuffix(".")
    except (idna.IDNAError, UnicodeError) as exc:
        raise UnusableIdentifierError(INVALID_VALUE) from exc
    address = f"{local}@{host}"
    if not at or "." not in host or len(address) > _LONGEST_EMAIL or not _LOCAL_PART.fullmatch(local):
        raise UnusableIdentifierError(INVALID_VALUE)
    return address


def canonical_phone(text: str, region: str) -> dict[str, str]:
    """The three normal forms of a phone number: `e164`, `digits`, `national`; the last only for numbers of `region`.

    National digits name no country: those of another one would join strangers. So would a number without its area code, and one
    with an extension, because a house's main line is everybody's.

    Raises:
        UnusableIdentifierError: `invalid_value`.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as exc:
        raise UnusableIdentifierError(INVALID_VALUE) from exc
    reach = phonenumbers.is_possible_number_with_reason(number)
    if reach != phonenumbers.ValidationResult.IS_POSSIBLE or number.extension:
        raise UnusableIdentifierError(INVALID_VALUE)
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    forms = {"e164": e164, "digits": e164[1:]}
    if number.country_code == phonenumbers.country_code_for_region(region):
        forms["national"] = phonenumbers.national_significant_number(number)
    return forms


def _make_email(kind: str, value: str, around: Surroundings) -> list[Made]:
    del kind
    address = canonical_email(value)
    if is_blocked(address, around.blocked):
        raise UnusableIdentifierError(BLOCKED_VALUE)
    return [("email_sha256", _sha256(address), address), ("email_md5", _md5(address), address)]


def _make_phone(kind: str, value: str, around: Surroundings) -> list[Made]:
    del kind
    forms = canonical_phone(value, around.region)
    if any(_is_nobodys_phone(form, around.blocked) for form in forms.values()):
        raise UnusableIdentifierError(BLOCKED_VALUE)
    return [
        (f"phone_{form}_{name}", digest(text), forms["e164"])
        for form, text in forms.items()
        for name, digest in (("sha256", _sha256), ("md5", _md5))
    ]


def _is_nobodys_phone(form: str, blocked: frozenset[str]) -> bool:
    """Whether a form of a phone number is on a list, or typed by who has none to give: 555 555 5555, 123 456 7890."""
    return is_blocked(form, blocked) or len(set(form)) == 1 or form == "1234567890"


def _make_digest(kind: str, value: str, around: Surroundings) -> list[Made]:
    digest = value.lower()
    if not is_hex(digest, 32 if kind.endswith("md5") else 64):
        raise UnusableIdentifierError(INVALID_VALUE)
    if is_blocked_digest(digest, around.blocked):
        raise UnusableIdentifierError(BLOCKED_VALUE)
    return [(kind, digest, None)]


def _make_fbid(kind: str, value: str, around: Surroundings) -> list[Made]:
    del around
    if not (value.isascii() and value.isdigit()) or len(value) > 32:
        raise UnusableIdentifierError(INVALID_VALUE)
    number = value.lstrip("0")
    return [(kind, _sha256(number), number)]


def _make_device_id(kind: str, value: str, around: Surroundings) -> list[Made]:
    del around
    device_id = value.lower()
    if not _DEVICE_ID.fullmatch(device_id):
        raise UnusableIdentifierError(INVALID_VALUE)
    return [(kind, _sha256(device_id), device_id)]


def _make_opaque(kind: str, value: str, around: Surroundings) -> list[Made]:
    del around
    text = normalize("NFC", value)
    if len(text) > _LONGEST_VALUE:
        raise UnusableIdentifierError(INVALID_VALUE)
    return [(kind, _sha256(text), text)]


def _sha256(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _md5(text: str) -> str:
    # The seeds' own hash of an identifier, not a protection of anything.
    return md5(text.encode(), usedforsecurity=False).hexdigest()


_DIGEST_KINDS = (
    "email_sha256",
    "email_md5",
    *(f"phone_{form}_{name}" for form in _PHONE_SCHEMES.values() for name in ("sha256", "md5")),
)
_MAKERS: dict[str, Callable[[str, str, Surroundings], list[Made]]] = {
    "email": _make_email,
    "phone": _make_phone,
    "fbid": _make_fbid,
    "idfa": _make_device_id,
    "gaid": _make_device_id,
    **dict.fromkeys(_DIGEST_KINDS, _make_digest),
}
