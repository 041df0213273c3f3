"""The goals function on a stage: moto around it (one thread), and DuckDB for real."""

from __future__ import annotations

import copy
import json
from collections import Counter
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import boto3
from pixelweave.goal import GoalSpec, define_goal
from pixelweave_aws.goal_definition import GoalDefinitions
from pixelweave_aws.goal_table import GoalTable

from tests.functional.goal.goal_room import TABLE
from tests.unit.parquet.event_file import write_events

if TYPE_CHECKING:
    from types import ModuleType

    from pixelweave.goal import GoalRecord

EVENT = json.loads((Path(__file__).parents[3] / "events" / "s3_object_created.json").read_text())
BUCKET, BUS, PIXELS = "lake", "bus", "pixels"
KEY = "events/dt=2026-07-01/one.parquet"
# 2026-07-01T12:00:00Z
T0 = 1_782_907_200_000


class Context:
    """What the function asks of Lambda's context. Of several times it has one after the other; the last one stays."""

    def __init__(self, *remaining_ms: int) -> None:
        self._remaining_ms = list(remaining_ms)

    def get_remaining_time_in_millis(self) -> int:
        return self._remaining_ms.pop(0) if len(self._remaining_ms) > 1 else self._remaining_ms[0]


class GoalStage:
    """The function and everything around it."""

    def __init__(self, app: ModuleType, dead_letter_url: str) -> None:
        self.app = app
        self.logged = StringIO()
        self._dead_letter_url = dead_letter_url
        message = app.build_message()
        counting = message._counting
        self.dynamodb = counting._store._client
        self.s3 = counting._lake._client
        self.events = message._bus._client
        # Clients that no fault is put into.
        self.table = GoalTable(TABLE, boto3.client("dynamodb"))
        self.definitions = GoalDefinitions(PIXELS, boto3.client("dynamodb"))
        self.told: list[dict[str, Any]] = []
        self.calls: Counter[str] = Counter()
        for client in (self.dynamodb, self.s3, self.events):
            client.meta.events.register("provide-client-params", self._note)

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls[model.name] += 1
        if model.name == "PutEvents":
            self.told += [json.loads(entry["Detail"]) for entry in params["Entries"]]

    def put_object(self, *rows: dict[str, Any], key: str = KEY) -> None:
        """Write an object of the log."""
        with TemporaryDirectory() as folder:
            body = write_events(Path(folder) / "object.parquet", rows).read_bytes()
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)

    def define(self, name: str, pixel_id: str = "px") -> GoalRecord:
        """A goal that any page view reaches."""
        spec = GoalSpec.model_validate(
            {"name": name, "conditions": [{"field": "type", "pattern": "page_view"}]}
        )
        record = define_goal(spec, pixel_id=pixel_id, goal_id=f"g_{name}", now=0)
        self.definitions.put(record, is_new=True)
        return record

    def run(
        self, *bodies: str, receives: int = 1, remaining_ms: int | tuple[int, ...] = 300_000
    ) -> list[str]:
        """Deliver bodies as one batch; the message ids that failed. The function is told `remaining_ms` one after the other."""
        event: dict[str, Any] = {"Records": []}
        for number, body in enumerate(bodies):
            record = copy.deepcopy(EVENT["Records"][0]) | {"messageId": f"m-{number}", "body": body}
            record["attributes"]["ApproximateReceiveCount"] = str(receives)
            event["Records"].append(record)
        times = (remaining_ms,) if isinstance(remaining_ms, int) else remaining_ms
        answer = self.app.handler(event, Context(*times))
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def totals(self, pixel_id: str = "px") -> dict[str, int]:
        """Conversions of all time by goal key."""
        return {
            each.goal.key: int(each.values.get("n", 0)) for each in self.table.read_totals(pixel_id).goals
        }

    def hits(self, pixel_id: str = "px") -> dict[str, int]:
        """Rows of all time by outcome."""
        return {
            name: rows for each in self.table.read_totals(pixel_id).hits for name, rows in each.rows.items()
        }

    def dead_letters(self) -> list[tuple[str, str]]:
        """Body and reason of what was set aside."""
        answer = boto3.client("sqs").receive_message(
            QueueUrl=self._dead_letter_url, MessageAttributeNames=["All"], MaxNumberOfMessages=10
        )
        return [
            (message["Body"], message["MessageAttributes"]["reason"]["StringValue"])
            for message in answer.get("Messages", [])
        ]


def make_row(number: int, **changes: Any) -> dict[str, Any]:
    """A page view of `px`, that many milliseconds after the beginning."""
    row = {
        "event_id": f"event-{number:04d}",
        "pixel_id": "px",
        "workspace_id": "ws",
        "dialect": "native",
        "type": "page_view",
        "outcome": "accepted",
        "received_at": T0 + number,
    }
    return row | changes


def make_body(*keys: str, bucket: str = BUCKET, event: str = "ObjectCreated:Put") -> str:
    """What S3 says of objects, as the captured message has it."""
    message = json.loads(EVENT["Records"][0]["body"])
    (record,) = message["Records"]
    records = []
    for key in keys or (KEY,):
        told = copy.deepcopy(record) | {"eventName": event}
        told["s3"]["bucket"]["name"] = bucket
        told["s3"]["object"]["key"] = quote_plus(key, safe="/")
        records.append(told)
    return json.dumps({"Records": records})
