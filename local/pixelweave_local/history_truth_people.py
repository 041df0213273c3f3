"""Who is who in the history, worked out in plain Python from what was said, in the order it was received (docs/identity.md).

Nothing here is shared with the code that stitches, nor with the views: it is what both are held to.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixelweave_local.history import Row

# What each plain identifier of the history makes, in the order of belief. A number from abroad has no national form.
NODE_TYPES = {
    "user_id": ("user_id",),
    "email": ("email_sha256", "email_md5"),
    "phone": ("phone_e164_sha256", "phone_e164_md5", "phone_digits_sha256", "phone_digits_md5"),
}

type Name = tuple[str, str]  # of an identifier or a leaf: its type and value


class Fact(NamedTuple):
    """Something that was learned: `at` Unix milliseconds."""

    at: int
    kind: str
    detail: str | None


class Span(NamedTuple):
    """A leaf belongs to a person since a moment (Unix milliseconds)."""

    since: int
    event_id: str
    person: int


class People:
    """All persons that `identified` tells of: the hits of identify messages, as they were received. A person is a number, older ones have
    smaller ones."""

    def __init__(self, identified: Iterable[Row]) -> None:
        self._owners: list[int] = []
        self._user_ids: dict[int, str] = {}  # by root
        self._identifiers: dict[Name, int] = {}
        self._leaves: defaultdict[Name, list[Span]] = defaultdict(list)
        self._first_heard: dict[int, int] = {}
        self._refused: set[tuple[int, Name, Name]] = set()
        self._facts: list[Fact] = []
        for hit in identified:
            self._hear(hit)

    @property
    def facts(self) -> list[Fact]:
        """All that was learned, persons included."""
        return self._facts + [Fact(at, "person", None) for at in self._first_heard.values()]

    def count_roots(self) -> int:
        """How many persons there are, after all merges."""
        return sum(owner == person for person, owner in enumerate(self._owners))

    def find_person(self, row: Row, moment: int) -> int | None:
        """Whose a row of the log is that happened at `moment` (Unix milliseconds); None: nobody's."""
        leaves: list[Name] = [
            (name, row[name]) for name in ("event_id", "session_id", "visitor_id") if name in row
        ]
        spans = [self._leaves[leaf] for leaf in leaves if leaf in self._leaves]
        for each in spans:
            in_force = [span for span in each if span.since <= moment]
            if in_force:
                return self._climb(max(in_force).person)
        return self._climb(min(spans[0]).person) if spans else None

    def _climb(self, person: int) -> int:
        while self._owners[person] != person:
            person = self._owners[person]
        return person

    def _hear(self, hit: Row) -> None:
        moment = min(hit["occurred_at"], hit["received_at"])
        accepted, new = self._judge(hit)
        roots = sorted(
            {self._climb(self._identifiers[name]) for name in accepted if name in self._identifiers}
        )
        if not roots:
            roots = [len(self._owners)]
            self._owners.append(roots[0])
        person = roots[0]
        for name in new:
            self._identifiers[name] = person
            self._facts += [Fact(moment, "identifier", kind) for kind in NODE_TYPES[name[0]]]
            self._learn(person, moment)
        for loser in roots[1:]:
            self._owners[loser] = person
            self._facts.append(Fact(hit["received_at"], "merge", None))
        claims = [value for kind, value in accepted if kind == "user_id"] + [
            self._user_ids[root] for root in roots if root in self._user_ids
        ]
        if claims:
            self._user_ids[person] = claims[0]
        self._link(hit, person, moment)

    def _judge(self, hit: Row) -> tuple[list[Name], list[Name]]:
        """The identifiers that are the hit's person's, and those of them that nobody has had before; the others contradict a user id."""
        said = [(each["type"], each["value"]) for each in hit["identifiers"]]
        accepted: list[Name] = []
        user_id = None
        for name in sorted(said, key=lambda each: list(NODE_TYPES).index(each[0])):
            root = self._climb(self._identifiers[name]) if name in self._identifiers else None
            claim = name[1] if name[0] == "user_id" else None if root is None else self._user_ids.get(root)
            if claim and user_id and claim != user_id:
                self._refuse(hit, name, accepted[0])
                continue
            accepted.append(name)
            user_id = user_id or claim
        return accepted, [name for name in accepted if name not in self._identifiers]

    def _refuse(self, hit: Row, name: Name, against: Name) -> None:
        """Write a refusal down, each edge once."""
        person = self._identifiers.get(against, -1)
        edge = (person, name, against)
        if edge not in self._refused:
            self._refused.add(edge)
            moment = min(hit["occurred_at"], hit["received_at"])
            self._facts += [Fact(moment, "refusal", "unique_conflict") for _ in NODE_TYPES[name[0]]]

    def _link(self, hit: Row, person: int, moment: int) -> None:
        leaves: list[Name] = [(name, hit[name]) for name in ("session_id", "visitor_id") if name in hit]
        for leaf in leaves or [("event_id", hit["event_id"])]:
            in_force = [span for span in self._leaves[leaf] if span.since <= moment]
            if not in_force or self._climb(max(in_force).person) != person:
                self._leaves[leaf].append(Span(moment, hit["event_id"], person))
                self._learn(person, moment)

    def _learn(self, person: int, moment: int) -> None:
        self._first_heard[person] = min(self._first_heard.get(person, moment), moment)
