"""The row that one hit leaves in the log, and the message that its identity leaves on the queue."""

from __future__ import annotations

from hashlib import sha256
from json import JSONEncoder

from pixelweave.consent import DENIED, settle_consent
from pixelweave.field import FIELDS, SCHEMA_VERSION
from pixelweave.identify import is_oversized
from pixelweave.outcome import ACCEPTED, REJECTED, REJECTIONS, TEST
from pixelweave.page import is_trace, split_address
from pixelweave.pii import may_hold_email, scrub, scrub_text, scrub_url
from pixelweave.placeholder import PLACEHOLDERS
from pixelweave.reading import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pixelweave.hit import Hit
    from pixelweave.pixel import Pixel
    from pixelweave.reading import Reading

MAX_ROW = 100_000
_LIMITS = {field.name: (field.limit or 0, field.over) for field in FIELDS if field.limit is not None}
# Ids that count or join: masking would make different ones equal, so an address in them is hashed instead.
_IDS = frozenset(("message_id", "session_id", "visitor_id", "order_id"))
_URLS = frozenset(("url", "referrer"))
_CORE = (
    "event_id",
    "pixel_id",
    "workspace_id",
    "dialect",
    "type",
    "received_at",
    "occurred_at",
    "consent",
    "schema_version",
    "client",
)

_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


class Event:
    """One hit, concluded: the Firehose `record`, its `row`, the identify `message` (or None) and every problem met."""

    __slots__ = ("consent", "message", "outcome", "problems", "reason", "record", "row")

    def __init__(self, row: dict[str, object], record: bytes, problems: list[Problem]) -> None:
        self.row = row
        self.record = record
        self.problems = problems
        self.outcome = str(row["outcome"])
        reason = row.get("reason")
        self.reason = None if reason is None else str(reason)
        self.consent = row.get("consent")
        self.message: dict[str, object] | None = None


def conclude(
    hit: Hit, pixel: Pixel, dialect: str, reading: Reading, *, event_id: str, visitor_id: str | None
) -> Event:
    """The event of one hit: consent, limits, outcome, scrubbing, in this order.

    `visitor_id` is the cookie's, or the one just minted; None where there is none. What the hit names itself wins.
    """
    row = reading.row
    _drop_placeholders(reading)
    consent = settle_consent(pixel.consent_policy, hit.headers, reading.consent)
    if consent == DENIED:
        _forget(reading)
    elif visitor_id is not None and "visitor_id" not in row:
        row["visitor_id"] = visitor_id
    _limit(reading, pixel)
    if is_oversized(reading.identifiers, reading.traits):
        reading.reject("", "hit_too_large")
    if pixel.allowed_hosts and not _is_allowed(pixel, row.get("url")):
        reading.note("url", "host_not_allowed", "a page of " + ", ".join(pixel.allowed_hosts))
    row["event_id"] = event_id
    row["pixel_id"] = pixel.pixel_id
    row["workspace_id"] = pixel.workspace_id
    row["dialect"] = dialect
    row["received_at"] = hit.received_at
    row["schema_version"] = SCHEMA_VERSION
    if "occurred_at" not in row:
        row["occurred_at"] = hit.received_at
    if consent is not None:
        row["consent"] = consent
    if hit.client:
        row["client"] = hit.client
    _judge(reading)
    event = _seal(row, reading.problems)
    if event.outcome == ACCEPTED and consent != DENIED and (reading.identifiers or reading.traits):
        event.message = _message(event.row, reading)
    return event


def _forget(reading: Reading) -> None:
    """Take out what would follow somebody who denied consent; click ids in addresses are taken out by enrich, which reads the
    channel from them first."""
    reading.identifiers = []
    reading.traits = {}
    row = reading.row
    row.pop("session_id", None)
    row.pop("visitor_id", None)
    for column in ("labels", "props"):
        entries = row.get(column)
        if isinstance(entries, dict):
            row[column] = {name: text for name, text in entries.items() if not is_trace(name)}


def _drop_placeholders(reading: Reading) -> None:
    """Leave out ids that are no ids: they join what is not one, and count what is many as one."""
    for name in _IDS & reading.row.keys():
        value = reading.row[name]
        if isinstance(value, str) and value.lower() in PLACEHOLDERS:
            del reading.row[name]
            reading.note(name, "invalid_identifier", f"an id, not «{value}»")


def _limit(reading: Reading, pixel: Pixel) -> None:
    row = reading.row
    for name in _LIMITS.keys() & row.keys():
        value = row[name]
        if isinstance(value, str) and len(value) > _LIMITS[name][0]:
            limit, over = _LIMITS[name]
            if over == "cut":
                # Scrubbed first: an address that is cut in two is none any more, and half of it would stay.
                row[name] = (scrub_url(value) if name in _URLS else scrub_text(value))[:limit]
                reading.note(name, "field_truncated", f"at most {limit} characters")
            else:
                del row[name]
                reading.note(name, "field_too_long", f"at most {limit} characters")
    for name in _IDS & row.keys():
        value = row[name]
        if isinstance(value, str) and may_hold_email(value):
            # Not the address's own hash, which is as good a name of the person as the address.
            row[name] = "sha256:" + sha256(f"{pixel.workspace_id}:{name}:{value}".encode()).hexdigest()
    for name in _URLS & row.keys():
        value = row[name]
        if isinstance(value, str):
            row[name] = scrub_url(value)


def _is_allowed(pixel: Pixel, url: object) -> bool:
    host = split_address(url)[0] if isinstance(url, str) else None
    return host is not None and any(
        host == allowed or (allowed.startswith("*.") and host.endswith(allowed[1:]))
        for allowed in pixel.allowed_hosts
    )


def _judge(reading: Reading) -> None:
    """Settle outcome and reason: the first problem that rejects, else the first flag."""
    row = reading.row
    flag = None
    for problem in reading.problems:
        if problem.rejects:
            row["outcome"] = REJECTED
            row["reason"] = problem.reason
            return
        flag = flag or problem.reason
    row["outcome"] = TEST if reading.is_test else ACCEPTED
    if flag is not None:
        row["reason"] = flag


def _seal(row: dict[str, object], problems: list[Problem]) -> Event:
    text = _encode(row)
    if may_hold_email(text):
        for name, value in row.items():
            row[name] = scrub(value)
        text = _encode(row)
    record = text.encode()
    if len(record) > MAX_ROW:
        problems.append(Problem("", "hit_too_large", REJECTIONS["hit_too_large"]))
        row = {name: row[name] for name in _CORE if name in row}
        row["outcome"] = REJECTED
        row["reason"] = "hit_too_large"
        record = _encode(row).encode()
    return Event(row, record, problems)


def _message(row: dict[str, object], reading: Reading) -> dict[str, object]:
    message: dict[str, object] = {
        name: row[name]
        for name in (
            "event_id",
            "message_id",
            "pixel_id",
            "workspace_id",
            "dialect",
            "type",
            "name",
            "received_at",
            "occurred_at",
            "session_id",
            "visitor_id",
            "consent",
        )
        if name in row
    }
    message["identifiers"] = reading.identifiers
    if reading.traits:
        message["traits"] = reading.traits
    return message
