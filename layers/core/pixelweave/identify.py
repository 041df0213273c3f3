"""The identify message: how identity leaves the collector (schema: docs/identify-message.schema.json)."""

from __future__ import annotations

from json import JSONEncoder

SCHEMA = "pixelweave.identify/1"
# An SQS message holds 256 KiB (AWS: «Amazon SQS message quotas»). Half of it: in a spill message the body is quoted, which at
# worst doubles it.
MAX_BODY = 120_000
# What identifiers and traits of one hit may take of it, encoded.
MAX_IDENTITY = 100_000
# So few entries are below that at their longest (1,024 characters, and 128 of a name), each character escaped twice.
_FEW = 8

_encode = JSONEncoder(separators=(",", ":"), check_circular=False).encode


def pack(messages: list[dict[str, object]]) -> list[str]:
    """The queue bodies that carry the messages of one request: one, unless they outgrow an SQS message.

    The text is ASCII (JSON escapes), so a character is a byte of SQS's limit.
    """
    bodies: list[str] = []
    parts: list[str] = []
    size = 0
    for message in messages:
        part = _encode(message)
        if parts and size + len(part) > MAX_BODY:
            bodies.append(_wrap(parts))
            parts, size = [], 0
        parts.append(part)
        size += len(part) + 1
    if parts:
        bodies.append(_wrap(parts))
    return bodies


def is_oversized(identifiers: list[dict[str, str]], traits: dict[str, str]) -> bool:
    """Whether what one hit says of a person is more than a message carries."""
    return len(identifiers) + len(traits) >= _FEW and (
        len(_encode(identifiers)) + len(_encode(traits)) > MAX_IDENTITY
    )


def _wrap(parts: list[str]) -> str:
    return f'{{"schema":"{SCHEMA}","hits":[{",".join(parts)}]}}'
