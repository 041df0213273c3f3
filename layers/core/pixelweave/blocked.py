"""Values that senders put where an identifier should be: each would make one person of everybody who has none."""

from __future__ import annotations

import re
from functools import cache
from hashlib import md5, sha256

from pixelweave.placeholder import PLACEHOLDERS

_WORDS = (
    PLACEHOLDERS
    | frozenset(
        "unknown anonymous anon guest user test tester default example n/a na %email% {{email}} [email] test@test.com "
        "test@example.com user@example.com email@example.com noreply@example.com admin@example.com example@example.com a@a.com "
        "abc@abc.com null@null.com none@none.com na@na.com noemail@noemail.com undefined@undefined.com".split(
            " "
        )
    )
    | frozenset(("", "not set", "(not set)"))
)
# As long as a phone number (ITU-T E.164), and the device id of those who opted out.
_ZEROS = frozenset(plus + "0" * length for length in range(1, 16) for plus in ("", "+")) | frozenset(
    ("00000000-0000-0000-0000-000000000000",)
)
_QUOTES = "\"'`()<> "
# A variable that a mailer or a tag manager did not fill in: {{user.id}}, ${userId}, %%ID%%, *|UNIQID|*, [uid], <uid>. A name begins with
# a letter and has no two digits in a row: a GUID in braces is an identifier.
_VARIABLE = re.compile(
    r"(\{\{?|[$#]\{|%%?|\*\||\[|<%?=?) ?[a-z](?:[a-z_.: -]|\d(?!\d)){0,60}(\}\}?|%%?|\|\*|\]|%?>)"
)


def is_blocked(value: str, extra: frozenset[str] = frozenset()) -> bool:
    """Whether `value` stands for nobody: a word of the list or of `extra` (lower case), a word in quotes, zeros with separators only,
    or a variable that was not filled in."""
    text = value.strip().lower()
    if text in _WORDS or text in extra or not text.strip("0-.:+ "):
        return True
    return text.strip(_QUOTES) in _WORDS or _VARIABLE.fullmatch(text) is not None


def is_blocked_digest(digest: str, extra: frozenset[str] = frozenset()) -> bool:
    """Whether `digest` (lower case) is the MD5 or SHA-256 of a value that stands for nobody: senders hash whatever their form held."""
    return digest in _digest_all(_WORDS | _ZEROS) or digest in _digest_all(extra)


@cache
def _digest_all(words: frozenset[str]) -> frozenset[str]:
    """Both digests of each word as it may be written: null, Null, NULL, NaN."""
    written = {form for word in words for form in (word, word.upper(), word.capitalize())}
    texts = [form.encode() for form in written | {"NaN", "[object Object]"}]
    # The seeds' own hash of an identifier, not a protection of anything.
    hashed = {md5(text, usedforsecurity=False).hexdigest() for text in texts}
    return frozenset(hashed | {sha256(text).hexdigest() for text in texts})
