"""Personal data kept out of the log: e-mail addresses in any text of a row, and values under personal names.

Rows are scrubbed before they leave the collector; what identifies a person travels on the identify queue only (design.md,
«Why it is so»).
"""

from __future__ import annotations

import re

EMAIL_MASK = "[email]"
MASK = "[personal]"

# Marks without which no text can hold an address: the sign itself, percent-encoded once or more, or in full width.
_SIGNS = (
    "@",
    "%40",
    "%2540",
    "%252540",
    "\uff20",
    "\ufe6b",
    "\\uff20",
    "\\ufe6b",
    "&commat;",
    "&#64;",
    "&#x40;",
)

# Names whose values are personal wherever they stand, compared without case, `-`, `_`, `.` and spaces.
_PERSONAL = frozenset(
    "email emailaddress mail useremail customeremail e emailsha256 emailmd5 hashedemail login username fullname "
    "firstname firstnamesha256 lastname lastnamesha256 surname familyname givenname middlename phone phonenumber "
    "mobile mobilenumber mobilesha256 tel telephone msisdn fax address street streetaddress address1 address2 "
    "addressline1 addressline2 dob birthday birthdate dateofbirth ssn nationalid passport iban bic accountnumber "
    "cardnumber ccnumber cvv creditcard password passwd pwd pass secret token accesstoken authtoken apikey "
    "sessiontoken latitude longitude ip ipaddress".split()
)
# Parts of a page's own vocabulary that would be personal in a form but are not in a query string.
_NOT_IN_QUERY = frozenset(("e", "pass", "token", "ip", "mail"))
_SEPARATORS = str.maketrans("", "", "-_. ")


def is_personal(name: str) -> bool:
    """Whether values under this name (of a property, or of a query parameter) are personal; the last part of a dotted
    name decides."""
    return name.rsplit(".", 1)[-1].lower().translate(_SEPARATORS) in _PERSONAL


def may_hold_email(text: str) -> bool:
    """Whether `text` (plain, URL or JSON) may hold an e-mail address; False is certain."""
    return any(sign in text for sign in _SIGNS)


def scrub_text(text: str) -> str:
    """`text` with each e-mail address, plain or percent-encoded, replaced by `[email]`."""
    return _email().sub(EMAIL_MASK, text) if may_hold_email(text) else text


def scrub_url(url: str) -> str:
    """`url` without e-mail addresses, user info, and the values of parameters with personal names."""
    scheme, mark, rest = url.partition("://")
    if mark:
        authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
        if "@" in authority:
            url = scheme + mark + rest[authority.rindex("@") + 1 :]
    if "=" in url:
        url = _parameter().sub(_mask_parameter, url)
    return scrub_text(url)


def _mask_parameter(match: re.Match[str]) -> str:
    from urllib.parse import unquote_plus  # noqa: PLC0415 - only URLs with parameters need it

    lead, name, value = match.groups()
    plain = unquote_plus(name)
    hidden = value and is_personal(plain) and plain.lower() not in _NOT_IN_QUERY
    return f"{lead}{name}={MASK}" if hidden else match.group()


def scrub(value: object) -> object:
    """`value` (text, or lists and maps of it) without e-mail addresses, in keys too."""
    if isinstance(value, str):
        return scrub_text(value)
    if isinstance(value, dict):
        return {scrub_text(key): scrub(item) for key, item in value.items()}
    if isinstance(value, list):
        return [scrub(item) for item in value]
    return value


_compiled: dict[str, re.Pattern[str]] = {}


def _email() -> re.Pattern[str]:
    # Compiled on first use: most hits of most functions need no scrubbing, and init pays for each pattern.
    if "email" not in _compiled:
        local = r"(?:[^\s\"'<>()\[\]{}|\\^`@/?#&=:;,%]|%(?!(?:25)*(?:40|2[0-9A-F]|3[A-F]|5[BD]|7[BD])))"
        sign = r"(?:@|%(?:25)*40|\uff20|\ufe6b|&commat;|&#64;|&#x40;)"
        domain = r"[^\s\"'<>()\[\]{}|\\^`@/?#&=:;,%]"
        # A plus sign is the one reserved character that addresses really use, so it may stand encoded.
        part = rf"(?:{local}|%(?:25)*2B)"
        _compiled["email"] = re.compile(rf"(?<!%)(?<!%[0-9A-F]){part}{{1,128}}{sign}{domain}{{1,255}}", re.IGNORECASE)
    return _compiled["email"]


def _parameter() -> re.Pattern[str]:
    if "parameter" not in _compiled:
        _compiled["parameter"] = re.compile(r"([?&;#])([^?&;#=]{1,64})=([^&;#]*)")
    return _compiled["parameter"]
