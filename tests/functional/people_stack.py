"""A stack with people in it: hits are stitched into moto's table, their links and events lie under the views in DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from pixelweave.column import format_instant
from pixelweave.emission import compose_emission
from pixelweave.hit_identity import HitReader
from pixelweave.identify_model import HitPart, IdentifierPart
from pixelweave.stitching import Stitcher
from pixelweave_aws.identity_table import IdentityTable

from tests.functional.event_table import make_row
from tests.functional.identity_bench import TABLE
from tests.functional.tool_stack import NOW, REGION, ToolStack
from tests.functional.view_lake import DATABASE, ViewLake

if TYPE_CHECKING:
    from pixelweave.emission import LinkRow
    from typer.testing import Result

PIXEL = "px_one"
KEY = "0123456789abcdef"
T0 = int(NOW * 1000) - 3_600_000
MINUTE_MS = 60_000


def event_id(number: int) -> str:
    """Return the id of the hit of that number, a UUIDv7 of its minute."""
    moment = f"{T0 + number * MINUTE_MS:012x}"
    return f"{moment[:8]}-{moment[8:]}-7000-8000-{number:012x}"


def person_id(number: int) -> str:
    """Return the id of the person that the hit of that number creates."""
    return "pn_" + event_id(number).replace("-", "")


class PeopleStack(ToolStack):
    """Says hits, one a minute, and runs commands about who they were."""

    def __init__(self) -> None:
        super().__init__()
        self.athena.close()
        self.lake = ViewLake()
        self.lake._connection.execute(f"USE {DATABASE}")
        self.athena.connection = self.lake._connection
        self.dynamodb = boto3.client("dynamodb", region_name=REGION)
        self.table = IdentityTable(TABLE, self.dynamodb, now=lambda: NOW)
        self.links: list[LinkRow] = []
        self._is_fresh = True
        self.events: list[dict[str, Any]] = []
        self.run_json("pixels", "create", "--dialect", "rokt", "--name", "Shop", "--workspace", "acme")
        self.pixel_id: str = self.run_json("pixels", "list")[0]["pixel_id"]

    def run(self, *words: str) -> Result:
        """Type a command, once what was said has reached the log."""
        self._refresh()
        return super().run(*words)

    def _refresh(self) -> None:
        if not self._is_fresh:
            self.lake.fill("events", self.events)
            self.lake.fill("links", self.links)
            self._is_fresh = True

    def say(
        self, number: int, session: str | None = None, *, traits: dict[str, str] | None = None, **named: str
    ) -> None:
        """Receive a hit: an event in the log, and if it names anybody (type → value), its stitching."""
        moment = T0 + number * MINUTE_MS
        row = make_row(
            0, event_id=event_id(number), pixel_id=self.pixel_id, session_id=session, labels={"a": "b"}
        )
        self.events.append(
            row | {"received_at": format_instant(moment), "occurred_at": format_instant(moment)}
        )
        self._is_fresh = False
        if not named and traits is None:
            return
        part = HitPart(
            event_id=event_id(number),
            pixel_id=self.pixel_id,
            workspace_id="acme",
            dialect="rokt",
            type="identify",
            received_at=moment,
            occurred_at=moment,
            session_id=session,
            identifiers=[IdentifierPart.model_validate({"type": t, "value": v}) for t, v in named.items()],
            traits=traits,
        )
        hit = HitReader("US", frozenset()).read(part).hit
        stitched = Stitcher(self.table).stitch(hit)
        self.links += compose_emission(part, hit.nodes, stitched, moment).rows

    def hear_tombstones(self) -> None:
        """Let what the commands put on the links stream reach the log."""
        self.links += self.read_delivered("links/")
        self._is_fresh = False
        self._refresh()

    def read_items(self) -> list[dict[str, Any]]:
        """Return all items of the identity table."""
        items: list[dict[str, Any]] = list(self.dynamodb.scan(TableName=TABLE)["Items"])
        return items
