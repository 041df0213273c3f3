"""Rows of the links log, and events that they attribute, on one day that has minutes."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from tests.functional.event_table import make_row

type Row = dict[str, Any]

DAY = datetime(2025, 6, 30)  # noqa: DTZ001 - the log's timestamps have no zone, they are UTC


def at(clock: str) -> datetime:
    """Return a moment of the day from `10:00` or `10:00:00.001`."""
    return datetime.combine(DAY, time.fromisoformat(clock))


def make_link(person_id: str, since: str, **changes: Any) -> Row:
    """Return a link of the visitor `cookie`, of the session given as `session` or of the event given as `event`, in px_one."""
    session, event = changes.pop("session", None), changes.pop("event", None)
    leaf = {"leaf_type": "visitor", "scope": "", "leaf": changes.pop("visitor", "cookie")}
    if session is not None:
        leaf = {"leaf_type": "session", "scope": changes.pop("pixel_id", "px_one"), "leaf": session}
    if event is not None:
        leaf = {"leaf_type": "event", "scope": "px_one", "leaf": event}
    return _make_row("link", person_id, at(since)) | leaf | changes


def make_merge(person_id: str, survivor_id: str, since: str = "12:00") -> Row:
    """Return the row that says `person_id` was merged into `survivor_id`."""
    return _make_row("merge", person_id, at(since)) | {"survivor_id": survivor_id}


def make_node(person_id: str, node_type: str, digest: str, since: str = "10:00") -> Row:
    """Return the row that says a person has an identifier."""
    return _make_row("node", person_id, at(since)) | {"node_type": node_type, "digest": digest}


def make_forget(person_id: str) -> Row:
    """Return a tombstone."""
    return _make_row("forget", person_id, at("23:00"))


def make_event(clock: str, **changes: Any) -> Row:
    """Return an event of the visitor `cookie` in px_one, received half a second after it happened."""
    moment = at(clock)
    own = {
        "event_id": f"event-{clock}",
        "visitor_id": "cookie",
        "occurred_at": moment,
        "received_at": moment + timedelta(milliseconds=500),
    }
    return make_row(0) | own | changes


def _make_row(kind: str, person_id: str, moment: datetime) -> Row:
    return {
        "link_id": f"{kind}-{person_id}-{moment}",
        "kind": kind,
        "workspace_id": "acme",
        "person_id": person_id,
        "since": moment,
        "recorded_at": moment + timedelta(seconds=1),
        "event_id": f"event-{moment}",
        "schema_version": 1,
    }
