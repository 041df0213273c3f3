"""Nodes: strong identifiers in their normal form, hashed and scoped (docs/identity.md, «Words»)."""

from __future__ import annotations

from dataclasses import dataclass, field

# The order in which the identifiers of one hit are believed; of two that contradict each other the later one is demoted.
PRIORITY = (
    "user_id",
    "email_sha256",
    "email_md5",
    "phone_e164_sha256",
    "phone_e164_md5",
    "phone_digits_sha256",
    "phone_digits_md5",
    "phone_national_sha256",
    "phone_national_md5",
    "uuid",
    "fbid",
    *(f"other{number}" for number in (2, 4, 5, 6, 7, 8, 9, 10)),
    "idfa",
    "gaid",
)
_RANK = {kind: rank for rank, kind in enumerate(PRIORITY)}
# Types of which a person has one per namespace.
UNIQUE = frozenset(("user_id",))
# Types whose values mean something within one pixel only.
PIXEL_SCOPED = frozenset(("user_id", "uuid", *(kind for kind in PRIORITY if kind.startswith("other"))))


@dataclass(frozen=True, slots=True)
class Node:
    """One identifier: its type, the scope in which it means something, and the digest of its normal form.

    `value` is the plain normal form, where the hit had one; it takes no part in equality.
    """

    workspace_id: str
    kind: str
    scope: str
    digest: str
    value: str | None = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> str:
        """What the identity table calls it."""
        return "#".join((self.workspace_id, self.kind, self.scope, self.digest))

    @property
    def rank(self) -> int:
        """Its place in `PRIORITY`: the smaller, the more it is believed."""
        return _RANK[self.kind]

    @property
    def identifier(self) -> tuple[str, str, str]:
        """What the nodes of one identifier have in common: all forms of a plain e-mail address or phone. A hash is its own."""
        if self.value is None:
            return ("", "", self.key)
        return (self.kind.partition("_")[0], self.scope, self.value)

    @property
    def claim(self) -> dict[str, str]:
        """What it claims to be the person's only one: namespace → digest; empty for types that may repeat."""
        return {f"{self.kind}#{self.scope}": self.digest} if self.kind in UNIQUE else {}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A session or a visitor cookie: linked to persons, joining none."""

    workspace_id: str
    kind: str
    scope: str
    value: str

    @property
    def key(self) -> str:
        """What the identity table calls it."""
        return "#".join((self.workspace_id, self.kind, self.scope, self.value))
