"""A stack that counts goals: events land as Parquet objects, which are counted as `goals` does it; the views lie over the same rows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from pixelweave_aws.goal_publication import FUNNELS_PREFIX, GOALS_PREFIX
from pixelweave_aws.object_counting import ObjectCounting
from pixelweave_parquet.object_scan import ObjectScan

from tests.functional.tool_stack import BUCKET, NOW, ToolStack
from tests.functional.view_lake import DATABASE, ViewLake

if TYPE_CHECKING:
    from typer.testing import Result

# Noon of the day before the test's.
YESTERDAY = datetime(2025, 6, 29, 12, tzinfo=UTC)
PURCHASES = ("--type", "purchase", "--value", "event EUR", "--once", "order")


class GoalStack(ToolStack):
    """Says events, lands them as objects, and runs commands about goals. There is one pixel."""

    def __init__(self, dialect: str = "altcraft") -> None:
        super().__init__()
        self.athena.close()
        self.lake = ViewLake()
        self.lake._connection.execute(f"USE {DATABASE}")
        self.athena.connection = self.lake._connection
        self.events: list[dict[str, Any]] = []
        self._waiting: list[dict[str, Any]] = []
        self._landed = 0
        # Made long before the test's time, as the events are.
        self.now = NOW - 5 * 86_400
        (pixel,) = self.run_json(
            "pixels", "create", "--dialect", dialect, "--name", "Shop", "--workspace", "acme"
        )
        self.now = NOW
        self.pixel_id: str = pixel["pixel_id"]
        self.dialect = dialect

    def run(self, *words: str) -> Result:
        """Type a command; the views see what was said and published before it."""
        self.lake.fill("events", self.events)
        for table, prefix in (("goal_windows", GOALS_PREFIX), ("funnel_steps", FUNNELS_PREFIX)):
            self.lake.fill(table, self.read_lines(prefix))
        return super().run(*words)

    def type(self, group: str, command: str, *words: str) -> Result:
        """Type a command about the pixel."""
        return self.run(group, command, *words, "--pixel", self.pixel_id)

    def ask(self, group: str, command: str, *words: str) -> list[dict[str, Any]]:
        """Type a command about the pixel with --json that must succeed; its lines as objects."""
        return self.run_json(group, command, *words, "--pixel", self.pixel_id)

    def say(self, number: int, at: datetime = YESTERDAY, **columns: Any) -> None:
        """Receive an event, so many minutes after `at`; without more of it a page view by a session of its own."""
        moment = at + timedelta(minutes=number)
        row = {
            "event_id": f"event-{number:02}",
            "pixel_id": self.pixel_id,
            "workspace_id": "acme",
            "dialect": self.dialect,
            "type": "page_view",
            "outcome": "accepted",
            "received_at": f"{moment:%Y-%m-%d %H:%M:%S}.000",
            "session_id": f"s{number}",
            "schema_version": 1,
            "dt": f"{moment:%Y-%m-%d}",
        }
        self.events.append(row | columns)
        self._waiting.append(row | columns)

    def land(self, *, count: bool = True) -> list[str]:
        """Write what was said since into one object a day, and let `goals` see them if `count`; their keys."""
        keys = []
        for day in sorted({row["dt"] for row in self._waiting}):
            self._landed += 1
            keys.append(f"events/dt={day}/object-{self._landed:02}.parquet")
            rows = [row for row in self._waiting if row["dt"] == day]
            self.s3.put_object(Bucket=BUCKET, Key=keys[-1], Body=self._write_parquet(rows))
        self._waiting = []
        if count:
            for key in keys:
                self.count(key)
        return keys

    def count(self, key: str) -> None:
        """Do what `goals` does with an object."""
        with TemporaryDirectory() as folder:
            ObjectCounting(
                lake=self.runtime.log_objects,
                store=self.runtime.goals,
                definitions=self.runtime.goal_definitions,
                open_scan=partial(ObjectScan, spill=Path(folder)),
                pause=self.runtime.pause,
            ).count(key)

    def read_lines(self, prefix: str) -> list[dict[str, Any]]:
        """Return the published definitions under a prefix."""
        found = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        bodies = [self.s3.get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read() for each in found]
        return [json.loads(line) for body in bodies for line in body.splitlines()]

    def read_items(self) -> list[dict[str, Any]]:
        """Return all items of the goals table, in the order of their keys."""
        items = self.runtime.goals._client.scan(TableName=self.runtime.stack.goals_table_name)["Items"]
        return sorted((dict(item) for item in items), key=lambda item: (item["pk"]["S"], item["sk"]["S"]))

    def close(self) -> None:
        """Let go of the database."""
        self.lake.close()
        del self.athena.connection, self.lake

    def _write_parquet(self, rows: list[dict[str, Any]]) -> bytes:
        self.lake.fill("events", rows)
        with TemporaryDirectory() as folder:
            self.lake.write_partition(Path(folder) / "day")
            return (Path(folder) / "day" / "part.parquet").read_bytes()
