"""Personal data kept out of the log: e-mail addresses in any text of a row, and values under personal names.

Rows are scrubbed before they leave the collector; what identifies a person travels on the identify queue only.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

from pixelweave.personal import is_personal

EMAIL_MASK = "[email]"
MASK = "[personal]"

# Parts of a page's own vocabulary that would be personal in a form but are not in a query string.
_NOT_IN_QUERY = frozenset(("e", "pass", "mail"))

# A parameter of a query or fragment; campaign tags are the most frequent ones and never personal by their name.
_PARAMETER = re.compile(r"([?&;#])(?!utm_)([^?&;#=]{1,64})=([^&;#]*)")
_AUTHORITY_END = re.compile(r"[/?#]")


class _EmailPattern:
    """The pattern of an address, compiled when the first hit needs it: few do, and every init would pay."""

    def __init__(self) -> None:
        self._pattern: re.Pattern[str] | None = None

    def mask(self, text: str) -> str:
        """`text` with every address replaced, in time proportional to its length."""
        if self._pattern is None:
            outside = r"\s\"'<>()\[\]{}|\\^`@/?#&=:;,%"
            wide = r"\uff20\ufe6b"
            # In the local part a percent sign may begin any escape but those of signs that end an address; a plus sign
            # is the one reserved character that addresses really use, so it may stand encoded.
            local = rf"(?:[^{outside}{wide}]|%(?!(?:25)*(?:40|2[0-9A-F]|3[A-F]|5[BD]|7[BD]))|%(?:25)*2B)"
            sign = rf"(?:@|%(?:25)*40|[{wide}]|&commat;|&#0*64;|&#x0*40;)"
            # Not from the middle of an escape: %20john is a space and john.
            start = r"(?<!%)(?<!%[0-9A-F])"
            # The sign is optional and the run possessive: what is no address is passed over once, instead of being tried
            # again from each of its characters, which cost a batch of 4 MiB a quarter of a minute.
            self._pattern = re.compile(rf"{start}{local}++({sign}[^{outside}]+)?", re.IGNORECASE)
        return self._pattern.sub(_mask_address, text)


def _mask_address(match: re.Match[str]) -> str:
    return EMAIL_MASK if match[1] else match[0]


_EMAIL = _EmailPattern()


class _InnerPattern:
    """The pattern of a parameter of an address within an address (a redirect's target), its signs plain or encoded."""

    def __init__(self) -> None:
        self._pattern: re.Pattern[str] | None = None

    def mask(self, url: str) -> str:
        """`url` without the values of inner parameters with personal names."""
        if self._pattern is None:
            mark, equals = r"%(?:25)*(?:26|23|3B|3F)", r"%(?:25)*3D"
            self._pattern = re.compile(
                rf"(\?|{mark})((?:(?!{mark}|{equals})[^?&;#=]){{1,64}}+)(=|{equals})((?:(?!{mark})[^?&;#])*)",
                re.IGNORECASE,
            )
        return self._pattern.sub(_mask_inner, url)


_INNER = _InnerPattern()


def may_hold_email(text: str) -> bool:
    """Whether `text` (plain, URL or JSON) may hold an e-mail address; False is certain.

    An address needs the sign itself, percent-encoded once or more, as a character reference, or in another width.
    """
    if "@" in text:
        return True
    if "%" in text and ("%40" in text or "%25" in text):
        return True
    if "&" in text and ("&#" in text or "&commat;" in text):
        return True
    return not text.isascii() and ("\uff20" in text or "\ufe6b" in text)


def scrub_text(text: str) -> str:
    """`text` with each e-mail address, plain or percent-encoded, replaced by `[email]`."""
    return _EMAIL.mask(text) if may_hold_email(text) else text


def scrub_url(url: str) -> str:
    """`url` without e-mail addresses, user info, and the values of parameters with personal names."""
    if "@" in url:
        scheme, mark, rest = url.partition("://")
        authority = _AUTHORITY_END.split(rest, maxsplit=1)[0]
        if mark and "@" in authority:
            url = scheme + mark + rest[authority.rindex("@") + 1 :]
    if "=" in url:
        url = _PARAMETER.sub(_mask_parameter, url)
    if "%3D" in url or "%3d" in url or "%253" in url or url.count("?") > 1:
        url = _INNER.mask(url)
    return scrub_text(url)


def _mask_parameter(match: re.Match[str]) -> str:
    lead, name, value = match.groups()
    return f"{lead}{name}={MASK}" if value and _is_hidden(name) else match[0]


def _mask_inner(match: re.Match[str]) -> str:
    lead, name, equals, value = match.groups()
    return f"{lead}{name}{equals}{MASK}" if value and _is_hidden(name) else match[0]


def _is_hidden(name: str) -> bool:
    plain = unquote_plus(name) if "%" in name or "+" in name else name
    return is_personal(plain) and plain.lower() not in _NOT_IN_QUERY


def scrub(value: object) -> object:
    """`value` (text, or lists and maps of it) without e-mail addresses, in keys too."""
    if isinstance(value, str):
        return scrub_text(value)
    if isinstance(value, dict):
        return {scrub_text(key): scrub(item) for key, item in value.items()}
    if isinstance(value, list):
        return [scrub(item) for item in value]
    return value
