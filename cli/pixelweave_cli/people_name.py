"""How a person is named on the command line: by an id, or by an identifier, a session or a visitor of theirs.

What is typed here may be personal: no message repeats it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pixelweave.canonical import UnusableIdentifierError
from pixelweave.identifier import is_hex, sort_email, split_hash
from pixelweave.link import SESSION, VISITOR
from pixelweave.node import PIXEL_SCOPED, PRIORITY

from pixelweave_cli.failure import InputError

_HASHES = ("email_sha256", "email_md5", "phone_sha256", "phone_md5")
# As the identify message names them (docs/identify-message.schema.json), but for access_token, which is not kept.
KINDS = ("email", "phone", *_HASHES, *(kind for kind in PRIORITY if not kind.startswith(("email", "phone"))))
SCHEMES = ("ksense", "rokt")
_OF_PIXEL = (*PIXEL_SCOPED, SESSION)
FORMS = (
    "a person's id (pn_…), an e-mail address, a phone number, a digest (bare, or as md5:… or hash1:…), or TYPE:VALUE with a type of "
    f"{', '.join((*KINDS, SESSION, VISITOR))}; {', '.join(sorted(_OF_PIXEL))} as TYPE:VALUE@PIXEL_ID"
)

_PERSON_ID = re.compile(r"pn_[0-9A-Za-z]{1,64}\Z")
_TYPED = re.compile(rf"({'|'.join((*KINDS, SESSION, VISITOR))}):(.+)\Z", re.DOTALL)
_PHONE = re.compile(r"\+?[0-9 ()./-]{5,30}\Z")


@dataclass(frozen=True, slots=True)
class Name:
    """What was typed, understood: a person's id; or a leaf's kind and value; or the identifiers that it may be, as an
    identify message would have them. `pixel_id` is the pixel in which it means something."""

    person_id: str | None = None
    leaf: tuple[str, str] | None = None
    identifiers: tuple[dict[str, str], ...] = ()
    pixel_id: str | None = None


def read_name(text: str) -> Name:
    """Understand what was typed.

    Raises:
        InputError: it is none of `FORMS`.
    """
    text = text.strip()
    if _is_broken(text):
        raise InputError("a name that is not valid UTF-8")
    if _PERSON_ID.match(text):
        return Name(person_id=text)
    typed = _TYPED.match(text)
    if typed:
        return _read_typed(typed[1], typed[2])
    prefixed = split_hash("email", text)
    if prefixed is None:
        raise InputError("md5: is followed by 32 hexadecimal digits, hash1: by 64")
    text = prefixed[1]
    for length, hashed in ((64, "sha256"), (32, "md5")):
        if is_hex(text, length):
            return Name(identifiers=(_make(f"email_{hashed}", text), *_make_phones(f"phone_{hashed}", text)))
    if "@" in text:
        return Name(identifiers=(_make("email", text),))
    if _PHONE.match(text):
        return Name(identifiers=(_make("phone", text),))
    raise InputError(f"this names nobody; write {FORMS}")


def sort_identifier(kind: str, value: str) -> dict[str, str]:
    """The identifier as an identify message has it; of an e-mail address or phone, hashed forms count as such (`md5:…`).

    Raises:
        InputError: there is no such type.
        UnusableIdentifierError: `invalid_value`, where a prefix is followed by anything but a digest, or it is no text at all.
    """
    if kind not in KINDS:
        raise InputError(f"--type: {kind!r} is not one of {', '.join(KINDS)}")
    if _is_broken(value):
        raise UnusableIdentifierError("invalid_value")
    if kind not in ("email", "phone"):
        return _make(kind, value)
    split = split_hash(kind, value.strip())
    if split is None:
        raise UnusableIdentifierError("invalid_value")
    sorted_kind, text = split
    return _make(*sort_email(text)) if sorted_kind == "email" else _make(sorted_kind, text)


def _read_typed(kind: str, value: str) -> Name:
    pixel_id = None
    if kind in _OF_PIXEL:
        value, at, pixel_id = value.rpartition("@")
        if not at or not value or not pixel_id:
            raise InputError(f"a {kind} means something within one pixel only; write {kind}:VALUE@PIXEL_ID")
    if kind in (SESSION, VISITOR):
        return Name(leaf=(kind, value), pixel_id=pixel_id)
    if kind in ("phone_sha256", "phone_md5"):
        return Name(identifiers=_make_phones(kind, value))
    return Name(identifiers=(_make(kind, value),), pixel_id=pixel_id)


def _is_broken(text: str) -> bool:
    """Whether it has lone surrogates, which is how Python shows bytes of the command line that are no UTF-8."""
    return any("\ud800" <= character <= "\udfff" for character in text)


def _make(kind: str, value: str) -> dict[str, str]:
    return {"type": kind, "value": value}


def _make_phones(kind: str, value: str) -> tuple[dict[str, str], ...]:
    """A phone's hash in every form it may be of: digits with country code, and those of the seeds."""
    return (_make(kind, value), *(_make(kind, value) | {"scheme": scheme} for scheme in SCHEMES))
