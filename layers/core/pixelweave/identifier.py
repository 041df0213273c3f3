"""Identifiers as the five seeds write them, sorted by type; normal forms and matching are the stitcher's."""

from __future__ import annotations

# kSense puts the hash before the value; hash1 is SHA-256.
_PREFIXES = (("md5:", "md5", 32), ("hash1:", "sha256", 64))
_HEX = frozenset("0123456789abcdef")


def is_hex(text: str, length: int) -> bool:
    """Whether `text` is `length` hexadecimal digits, in any case."""
    return len(text) == length and _HEX.issuperset(text.lower())


def split_hash(kind: str, text: str) -> tuple[str, str] | None:
    """The type and value of a kSense e-mail or phone: (`email_md5`, digest), or (`email`, plain text).

    `kind` is `email` or `phone`. None where a prefix is followed by anything but a digest of its length.
    """
    lowered = text.lower()
    for prefix, name, length in _PREFIXES:
        if lowered.startswith(prefix):
            digest = lowered[len(prefix) :].strip()
            return (f"{kind}_{name}", digest) if is_hex(digest, length) else None
    return kind, text


def sort_email(text: str) -> tuple[str, str]:
    """The type of an e-mail value that carries no prefix: a bare digest of 32 or 64 digits is a hash of one."""
    if is_hex(text, 64):
        return "email_sha256", text.lower()
    if is_hex(text, 32):
        return "email_md5", text.lower()
    return "email", text
