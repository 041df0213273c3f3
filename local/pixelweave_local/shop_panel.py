"""What the demo shop's panel shows: the hits of one browser, how each came out, and whose it is.

A browser is known by the visitor cookie, which the shop's server sees because cookies know no ports (RFC 6265, 8.5), and by the
session ids in its sessionStorage: Rokt's script sends no cookie.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import parse_qs

from pixelweave.cookie import read_visitor
from pixelweave.goal_report import write_amount
from pixelweave.identifier import is_hex
from pixelweave_aws.person_store import PersonNotFoundError, PersonStore
from pixelweave_aws.sql import bind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelweave_aws.lake import Row

    from pixelweave_local.cloud import Cloud

MAX_HITS = 200
MAX_SESSIONS = 10
MAX_SESSION_LENGTH = 128  # of a session_id in the log (docs/dialects.md, «Limits»)
LONGEST_LOOK_BACK = timedelta(days=1)
_VISITOR_LENGTH = 32
# Repeats too: a row that the views leave out is a hit nonetheless.
_HITS = """
SELECT event_id, dialect, type, name, outcome, reason, path, person_id, attributed, is_back_attributed, place,
    CAST(to_unixtime(received_at) * 1000 AS bigint) AS received_ms, value, currency,
    json_format(CAST(transform(goals, g -> ARRAY[g.name, CAST(g.value AS varchar), g.unit]) AS JSON)) AS goals
FROM events_attributed
WHERE dt >= ? AND received_at >= ? AND ({conditions})
ORDER BY received_at DESC, event_id DESC LIMIT {limit}
"""


class PanelError(ValueError):
    """The panel asked for something that no browser of the shop is; the text says what."""


class Look(NamedTuple):
    """Whose hits are asked for, received from when on."""

    visitor_id: str | None
    sessions: tuple[str, ...]
    since: datetime


def read_look(query: str, cookie: str, now: datetime) -> Look:
    """Read the query of a poll: `visitor` (else the collector's cookie), `session` (repeated), `since` (Unix milliseconds).

    Without `since`, and at most, a day back. Raises PanelError.
    """
    fields = parse_qs(query)
    visitor_id = fields.get("visitor", [read_visitor(cookie)])[0]
    if visitor_id is not None and not is_hex(visitor_id, _VISITOR_LENGTH):
        raise PanelError(f"visitor has {_VISITOR_LENGTH} hex digits")
    sessions = tuple(dict.fromkeys(fields.get("session", [])))
    if len(sessions) > MAX_SESSIONS:
        raise PanelError(f"at most {MAX_SESSIONS} sessions")
    if not all(each.isprintable() and len(each) <= MAX_SESSION_LENGTH for each in sessions):
        raise PanelError("this is no session id")
    earliest = now - LONGEST_LOOK_BACK
    since = fields.get("since", ["0"])[0]
    if not (since.isascii() and since.isdigit() and len(since) <= 13):
        raise PanelError("since is in Unix milliseconds")
    return Look(visitor_id, sessions, max(earliest, datetime.fromtimestamp(int(since) / 1000, UTC)))


class Hit(NamedTuple):
    """One row of the log as the panel shows it; `person` is the address of a known person, else None.

    `details` are the goals that the hit names, else its name and its value.
    """

    event_id: str
    received_ms: int
    dialect: str
    type: str | None
    name: str | None
    details: tuple[str, ...]
    path: str | None
    outcome: str
    reason: str | None
    person_id: str | None
    person: str | None
    attributed: str | None
    is_back_attributed: bool
    is_repeat: bool


class HitSource(Protocol):
    """Where the panel's hits come from."""

    def read_hits(self, look: Look) -> list[Hit]:
        """The hits of one browser, the last received first."""
        ...


class LakeHits:
    """Reads hits from the log of a deployed stack, and names their persons from its identity table.

    It does not flush the streams, which would hold an answer up behind every function: they deliver within a second or so.
    """

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        # A tree that is not all there yet is better in the next poll than in a late answer.
        self._persons = PersonStore(
            cloud.outputs["IdentityTableName"], cloud.client("dynamodb"), sleep=lambda _: None
        )

    def read_hits(self, look: Look) -> list[Hit]:
        """The hits of one browser that the log knows now, the last received first."""
        sql = write_query(look)
        if sql is None:
            return []
        rows = self._cloud.query(sql)
        names = {
            person_id: self._name(person_id) for person_id in {row["person_id"] for row in rows} if person_id
        }
        return [_read_hit(row, names) for row in rows]

    def _name(self, person_id: str) -> str | None:
        """The plain e-mail address of a person, None where there is none or nobody of this id is left."""
        try:
            tree = self._persons.read_tree(self._persons.find_root(person_id).person_id)
        except PersonNotFoundError:
            return None
        addresses = (held.node.value for held in tree.nodes if held.node.kind == "email_sha256")
        return next((address for address in addresses if address), None)


def write_query(look: Look) -> str | None:
    """The SELECT of the hits of a browser, None for one that nothing is known of."""
    conditions: list[str] = []
    values: list[str] = []
    if look.visitor_id:
        conditions.append("visitor_id = ?")
        values.append(look.visitor_id)
    if look.sessions:
        conditions.append(f"session_id IN ({', '.join('?' * len(look.sessions))})")
        values += look.sessions
    if not conditions:
        return None
    sql = _HITS.format(conditions=" OR ".join(conditions), limit=MAX_HITS)
    return bind(sql, [look.since.date().isoformat(), look.since, *values])


def _read_hit(row: Row, names: dict[str, str | None]) -> Hit:
    person_id = row["person_id"]
    return Hit(
        event_id=str(row["event_id"]),
        received_ms=int(str(row["received_ms"])),
        dialect=str(row["dialect"]),
        type=row["type"],
        name=row["name"],
        details=tuple(list_details(row)),
        path=row["path"],
        outcome=str(row["outcome"]),
        reason=row["reason"],
        person_id=person_id,
        person=names.get(person_id) if person_id else None,
        attributed=row["attributed"],
        is_back_attributed=row["is_back_attributed"] == "true",
        is_repeat=row["place"] != "1",
    )


def list_details(row: Row) -> list[str]:
    """What a hit says beside its type: its goals with their worth, else its name and its value."""
    if row["goals"] not in {None, "null"}:
        return [_write_worth(name, *worth) for name, *worth in json.loads(str(row["goals"]))]
    named = [row["name"]] if row["name"] else []
    return [*named, _write_worth(None, row["value"], row["currency"])] if row["value"] else named


def _write_worth(name: str | None, value: str | None, unit: str | None) -> str:
    amount = write_amount(Decimal(value)) if value else None
    return " ".join(each for each in (name, amount, unit) if each)


def describe(look: Look, hits: Sequence[Hit]) -> dict[str, object]:
    """What /panel.json answers."""
    return {
        "visitor_id": look.visitor_id,
        "is_cut": len(hits) == MAX_HITS,
        "hits": [hit._asdict() for hit in hits],
    }
