"""Ids that the collector mints, from a clock and random bytes that are handed in."""

EVENT_ID_BYTES = 10
VISITOR_ID_BYTES = 16


def mint_event_id(unix_ms: int, random: bytes) -> str:
    """A UUIDv7 (RFC 9562, 5.7) from Unix milliseconds and ten random bytes: ids sort by the time of their hit."""
    head = (unix_ms & 0xFFFF_FFFF_FFFF) << 16 | 0x7000 | (int.from_bytes(random[:2]) & 0x0FFF)
    tail = 0x8000_0000_0000_0000 | (int.from_bytes(random[2:]) & 0x3FFF_FFFF_FFFF_FFFF)
    text = f"{head:016x}{tail:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def mint_visitor_id(random: bytes) -> str:
    """A visitor id of 32 hex digits from sixteen random bytes."""
    return random.hex()
