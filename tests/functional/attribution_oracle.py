"""Whose an event is, worked out in plain Python, one event at a time (docs/identity.md, «Leaves and time»)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

type Row = dict[str, Any]


class Verdict(NamedTuple):
    """What the view says of an event."""

    person_id: str | None
    attributed: str | None
    is_back_attributed: bool


class Oracle:
    """Knows a links log."""

    def __init__(self, links: Sequence[Row]) -> None:
        self._owners = {row["person_id"]: row["survivor_id"] for row in links if row["kind"] == "merge"}
        self._links = [row for row in links if row["kind"] == "link"]
        self._forgotten = {self._climb(row["person_id"]) for row in links if row["kind"] == "forget"}

    def find_root(self, person_id: str) -> str | None:
        """The survivor of a person's merges; None of the forgotten."""
        root = self._climb(person_id)
        return None if root in self._forgotten else root

    def judge(self, event: Row) -> Verdict:
        """The first answer of: the event itself, session in force, visitor in force, first of the session, first of the visitor."""
        moment = min(event["occurred_at"], event["received_at"])
        leaves = (
            ("event", event["pixel_id"], event["event_id"]),
            ("session", event["pixel_id"], event.get("session_id")),
            ("visitor", "", event.get("visitor_id")),
        )
        links = {kind: self._find_links(event["workspace_id"], kind, *leaf) for kind, *leaf in leaves}
        for kind, of_leaf in links.items():
            in_force = [link for link in of_leaf if link["since"] <= moment]
            if in_force:
                return Verdict(self.find_root(in_force[-1]["person_id"]), kind, False)
        for kind, of_leaf in links.items():
            if of_leaf:
                return Verdict(self.find_root(of_leaf[0]["person_id"]), kind, True)
        return Verdict(None, None, False)

    def _climb(self, person_id: str) -> str:
        while person_id in self._owners:
            person_id = self._owners[person_id]
        return person_id

    def _find_links(self, workspace_id: str, kind: str, scope: str, leaf: str | None) -> list[Row]:
        found = [
            row
            for row in self._links
            if (row["workspace_id"], row["leaf_type"], row["scope"], row["leaf"])
            == (workspace_id, kind, scope, leaf)
        ]
        return sorted(found, key=lambda row: (row["since"], row["event_id"], row["person_id"]))


def count_once(events: Iterable[Row]) -> list[Row]:
    """The rows that stay: no earlier row of their day of receipt is the same hit."""
    first: dict[tuple[Any, ...], Row] = {}
    for row in sorted(events, key=lambda row: (row["received_at"], row["event_id"])):
        is_message = row["outcome"] == "accepted" and row.get("message_id") is not None
        hit = row["message_id"] if is_message else row["event_id"]
        first.setdefault((row["dt"], row["pixel_id"], is_message, hit), row)
    return list(first.values())
