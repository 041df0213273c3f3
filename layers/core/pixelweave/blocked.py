"""Values that senders put where an identifier should be: each would make one person of everybody who has none."""

from __future__ import annotations

_WORDS = frozenset(
    "null none nil nan undefined unknown true false anonymous anon guest user test tester default example n/a na - -1 "
    "[object object] %email% {{email}} [email] test@test.com test@example.com user@example.com email@example.com "
    "noreply@example.com admin@example.com example@example.com a@a.com abc@abc.com".split(" ")
) | frozenset(("", "[object object]", "not set", "(not set)"))


def is_blocked(value: str, extra: frozenset[str] = frozenset()) -> bool:
    """Whether `value` stands for nobody: a word of the list or of `extra` (lower case), or zeros with separators only."""
    text = value.strip().lower()
    return text in _WORDS or text in extra or not text.strip("0-.:+ ")
