"""Moments: Unix milliseconds inside, whatever form the wire has."""

# Before this no client of ours existed; a value below is seconds mistaken for milliseconds, or a clock that was never set.
EARLIEST_MS = 946_684_800_000  # 2000-01-01T00:00:00Z
# How far a client's clock may run ahead of the collector's.
MAX_AHEAD_MS = 24 * 3_600_000


class InstantError(ValueError):
    """Text that is not a plausible moment."""


def parse_epoch_ms(text: str, received_at: int) -> int:
    """Unix milliseconds from decimal text, as Rokt's `ct`.

    Raises:
        InstantError: not digits, before 2000 (seconds instead of milliseconds end there), or more than a day ahead
            of `received_at`.
    """
    if not (text.isascii() and text.isdigit()) or len(text) > 15:
        raise InstantError(text[:32])
    return _check(int(text), received_at)


def parse_instant(text: str, received_at: int) -> int:
    """Unix milliseconds from decimal text or from ISO 8601 with an offset or `Z` (RFC 3339).

    Raises:
        InstantError: neither form, or not plausible (see `parse_epoch_ms`).
    """
    if text.isdigit():
        return parse_epoch_ms(text, received_at)
    # Only timestamps in ISO form pay for the import.
    from datetime import datetime  # noqa: PLC0415

    try:
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        raise InstantError(text[:32]) from exc
    if moment.tzinfo is None:
        raise InstantError(text[:32])
    return _check(round(moment.timestamp() * 1000), received_at)


def _check(moment: int, received_at: int) -> int:
    if not EARLIEST_MS <= moment <= received_at + MAX_AHEAD_MS:
        raise InstantError(str(moment))
    return moment
