"""What any hit of any dialect may name beside its dialect's own parameters: page, session, time, consent, test.

An image's page is its Referer header; a hit that names `url` wins over it.
"""

from __future__ import annotations

from pixelweave.consent import parse_consent
from pixelweave.instant import InstantError, parse_instant
from pixelweave.text import clean, is_true

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixelweave.hit import Hit
    from pixelweave.params import Params
    from pixelweave.reading import Reading

NAMED = frozenset(
    (
        "url",
        "title",
        "referrer",
        "session_id",
        "visitor_id",
        "message_id",
        "order_id",
        "language",
        "time_zone",
        "utm_source",
        "utm_medium",
        "utm_campaign",
        "utm_term",
        "utm_content",
    )
)


def read_context(params: Params, hit: Hit, reading: Reading) -> None:
    """Fill what the hit names in plain words, then what its headers tell."""
    row = reading.row
    for name in NAMED & params.names():
        text = params.text(name)
        if text is not None:
            row[name] = text
    if is_true(params.text("is_test")):
        reading.is_test = True
    reading.consent = parse_consent(params.text("consent"))
    said = params.text("occurred_at")
    if said is not None:
        read_moment(reading, "occurred_at", said, hit.received_at)
    _read_headers(hit.headers, row)


def _read_headers(headers: dict[str, str], row: dict[str, object]) -> None:
    if "url" not in row:
        _fill(row, "url", headers.get("referer"))
    if "language" not in row:
        _fill(row, "language", headers.get("accept-language", "").split(",", 1)[0].split(";", 1)[0])
    _fill(row, "user_agent", headers.get("user-agent"))


def _fill(row: dict[str, object], column: str, header: str | None) -> None:
    text = clean(header) if header else None
    if text:
        row[column] = text


def read_moment(reading: Reading, parameter: str, text: str, received_at: int) -> None:
    """Fill `occurred_at` from Unix milliseconds or ISO 8601; anything else rejects the hit."""
    try:
        reading.row["occurred_at"] = parse_instant(text, received_at)
    except InstantError:
        reading.note(parameter, "invalid_timestamp", "Unix milliseconds or ISO 8601 with an offset")
