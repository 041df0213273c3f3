"""What a dialect read from one hit: columns, identity, and the problems it met."""

from __future__ import annotations

from pixelweave.outcome import REJECTIONS
from pixelweave.pii import scrub_url
from pixelweave.structure import StructureError, add_entry

MAX_IDENTIFIERS = 20
# Facebook's access tokens, the longest identifiers of the seeds, have some hundred characters.
MAX_IDENTIFIER = 1024


class Problem:
    """One thing wrong with a hit: the parameter's name as sent, the reason, and what was expected there."""

    __slots__ = ("expected", "parameter", "reason")

    def __init__(self, parameter: str, reason: str, expected: str) -> None:
        self.parameter = parameter
        self.reason = reason
        self.expected = expected

    @property
    def rejects(self) -> bool:
        """Whether it rejects the hit, rather than flags it."""
        return self.reason in REJECTIONS


class Reading:
    """A hit in the making.

    `row` has columns of the event row; `identifiers` and `traits` are personal and go to the identify queue only.
    """

    __slots__ = ("consent", "identifiers", "is_test", "problems", "row", "traits")

    def __init__(self) -> None:
        self.row: dict[str, object] = {}
        self.identifiers: list[dict[str, str]] = []
        self.traits: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.is_test = False
        self.consent: str | None = None

    def note(self, parameter: str, reason: str, expected: str) -> None:
        """Write down a problem; `reason` decides whether it rejects (`REJECTIONS`) or flags (`FLAGS`)."""
        self.problems.append(Problem(parameter, reason, expected))

    def reject(self, parameter: str, reason: str) -> None:
        """Write down a problem of `REJECTIONS`, with what its list says was expected."""
        self.note(parameter, reason, REJECTIONS[reason])

    def set(self, column: str, value: object) -> None:
        """Fill a column, unless there is nothing to fill it with."""
        if value is not None:
            self.row[column] = value

    def identify(self, kind: str, value: str | None, **extra: str) -> None:
        """Add an identifier of the person (types: docs/identify-message.schema.json); empty means absent."""
        if not value:
            return
        if len(self.identifiers) == MAX_IDENTIFIERS:
            self.note(kind, "too_many_identifiers", f"at most {MAX_IDENTIFIERS} identifiers")
            return
        if len(value) > MAX_IDENTIFIER:
            self.note(kind, "invalid_identifier", f"at most {MAX_IDENTIFIER} characters")
            return
        self.identifiers.append({"type": kind, "value": value, **extra})

    def add(self, parameter: str, column: str, entries: dict[str, str]) -> None:
        """Merge entries into a map column (`labels`, `props`), within its limits; an address among them loses what a page's
        address loses."""
        if not entries:
            return
        target = self.row.setdefault(column, {})
        if isinstance(target, dict):
            public = {name: scrub_url(text) if "=" in text else text for name, text in entries.items()}
            self._merge(parameter, target, public)

    def know(self, parameter: str, traits: dict[str, str]) -> None:
        """Merge what the hit says about the person into its traits, within the limits of a map."""
        self._merge(parameter, self.traits, traits)

    def _merge(self, parameter: str, target: dict[str, str], entries: dict[str, str]) -> None:
        try:
            for name, text in entries.items():
                add_entry(target, name, text)
        except StructureError as exc:
            self.reject(parameter, exc.reason)
