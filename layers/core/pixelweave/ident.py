"""Ids that the collector mints, from a clock and random bytes that are handed in."""

EVENT_ID_BYTES = 10
VISITOR_ID_BYTES = 16


def mint_event_id(unix_ms: int, random: bytes) -> str:
    """A UUIDv7 (RFC 9562, 5.7) from Unix milliseconds and ten random bytes: ids sort by the time of their hit."""
    time, noise = f"{unix_ms:012x}", random.hex()
    variant = "89ab"[random[0] & 3]
    return f"{time[:8]}-{time[8:]}-7{noise[2:5]}-{variant}{noise[5:8]}-{noise[8:20]}"


def mint_visitor_id(random: bytes) -> str:
    """A visitor id of 32 hex digits from sixteen random bytes."""
    return random.hex()
