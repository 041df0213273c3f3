"""A person in the identity table who can be read, and erased with breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pixelweave_aws.person_eraser import Forgotten, PersonEraser
from pixelweave_aws.person_store import (
    PersonStore,
)

from tests.functional.identity_bench import NOW, TABLE, IdentityBench, make_hit, make_node

if TYPE_CHECKING:
    from collections.abc import Collection

    from pixelweave.emission import LinkRow

CANARY = "canary@example.com"
MAIL = make_node(1, value=CANARY)
MD5 = make_node(2, "email_md5")
USER = make_node(3, "user_id", value="canary-user")
OTHER_USER = make_node(4, "user_id")
WRITES = ("UpdateItem", "PutItem", "DeleteItem", "TransactWriteItems")


class StoppedError(Exception):
    """The process ended here."""


class Room(IdentityBench):
    """The bench with a store, an eraser, and what was told to the links log."""

    def __init__(self) -> None:
        super().__init__()
        self.store = PersonStore(TABLE, self.client, now=lambda: NOW, sleep=self.pauses.append)
        self.told: list[list[LinkRow]] = []
        self.refused: set[str] = set()
        self.eraser = PersonEraser(self.store, self.client, TABLE, tell=self._tell, now=lambda: NOW)
        self.fuse: int | None = None
        self.client.meta.events.register("before-call.dynamodb", self._burn)

    def _tell(self, rows: Collection[LinkRow]) -> set[str]:
        self.told.append(list(rows))
        return self.refused

    def _burn(self, model: Any, **_: Any) -> None:
        if self.fuse is None or model.name not in WRITES:
            return
        self.fuse -= 1
        if self.fuse < 0:
            raise StoppedError

    def empty(self) -> None:
        """Start again."""
        for pk, sk in self.items():
            self.client.delete_item(TableName=TABLE, Key={"pk": {"S": pk}, "sk": {"S": sk}})

    def forget(self, *named: Any) -> Forgotten:
        """Forget the person of these nodes, as the command does."""
        root = self.store.find_by_nodes(named)
        return self.eraser.forget(root.person_id, {node.key for node in named})

    def tell_story(self) -> None:
        """A person of two, with all that a person can have; and somebody else on one of the devices."""
        self.stitch(make_hit(1, [MAIL], ["s1"], name="Canary"))
        self.stitch(make_hit(2, [MD5, USER], ["s2", "shared"], city="Canaria"))
        self.stitch(make_hit(3, [MAIL, MD5], name="Canary Bird"))
        self.stitch(make_hit(4, [OTHER_USER], ["shared", "theirs"], name="Other"))
        self.stitch(make_hit(5, [USER, OTHER_USER], ["s1"]))
        self.stitch(make_hit(6, [MAIL], ["theirs"]))


def person(number: int) -> str:
    """The id of the person that the hit of this number created."""
    return f"pn_event{number:04d}"
