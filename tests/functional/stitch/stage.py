"""The stitch function on a stage: moto around it (one thread), faults between it and AWS by botocore hooks."""

from __future__ import annotations

import copy
import json
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError, ConnectionClosedError
from pixelweave_aws.notice_bus import MAX_ENTRIES

from tests.functional.identity_bench import TABLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

EVENT = json.loads((Path(__file__).parents[3] / "events" / "sqs_identify.json").read_text())
CAPTURED = [record["body"] for record in EVENT["Records"]]
STREAM, BUS, BUCKET = "links", "people", "lake"
PERSON = "pn_019f1d8ce27b70008000000000000001"


class Context:
    """What the function asks of Lambda's context."""

    def __init__(self, remaining_ms: int = 60_000) -> None:
        self._remaining_ms = remaining_ms

    def get_remaining_time_in_millis(self) -> int:
        return self._remaining_ms


class Stage:
    """The function and everything around it; faults are put between it and AWS."""

    def __init__(self, app: ModuleType, dead_letter_url: str) -> None:
        self.app = app
        self.logged = StringIO()
        self._dead_letter_url = dead_letter_url
        self.notices: list[dict[str, Any]] = []
        self.calls: Counter[str] = Counter()
        batch = app.build_batch()
        self.dynamodb = batch._table._client
        self.firehose = batch._links._client
        self.events = batch._bus._client
        for client in (self.dynamodb, self.firehose, self.events):
            client.meta.events.register("provide-client-params", self._note)

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls[model.name] += 1
        if model.name == "PutEvents":
            assert len(params["Entries"]) <= MAX_ENTRIES
            self.notices += params["Entries"]

    def run(self, *bodies: str, receives: int = 1, remaining_ms: int = 60_000) -> list[str]:
        """Deliver bodies as one batch; the message ids that failed."""
        event: dict[str, Any] = {"Records": []}
        for number, body in enumerate(bodies):
            record = copy.deepcopy(EVENT["Records"][0]) | {"messageId": f"m-{number}", "body": body}
            record["attributes"]["ApproximateReceiveCount"] = str(receives)
            event["Records"].append(record)
        answer = self.app.handler(event, Context(remaining_ms))
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the links log, in the order they were put."""
        s3, decoder, rows = boto3.client("s3"), json.JSONDecoder(), []
        for found in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
            text, start = s3.get_object(Bucket=BUCKET, Key=found["Key"])["Body"].read().decode(), 0
            while start < len(text):
                row, start = decoder.raw_decode(text, start)
                rows.append(row)
        return rows

    def names(self) -> list[str]:
        return [notice["DetailType"] for notice in self.notices]

    def items(self) -> dict[tuple[str, str], dict[str, Any]]:
        found = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
        return {(item["pk"]["S"], item["sk"]["S"]): item for item in found}

    def dead_letters(self) -> list[tuple[str, str]]:
        """Body and reason of what was set aside."""
        answer = boto3.client("sqs").receive_message(
            QueueUrl=self._dead_letter_url, MessageAttributeNames=["All"], MaxNumberOfMessages=10
        )
        return [
            (message["Body"], message["MessageAttributes"]["reason"]["StringValue"])
            for message in answer.get("Messages", [])
        ]


def read_metrics(text: str) -> dict[str, float]:
    """Counts by name, those of a reason as `name:reason`; zeros left out."""
    counts: dict[str, float] = {}
    for line in map(json.loads, text.splitlines()):
        for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
            name = metric["Name"] + (f":{line['reason']}" if "reason" in line else "")
            counts[name] = counts.get(name, 0) + line[metric["Name"]][0]
    return {name: count for name, count in counts.items() if count}


def make_body(number: int, *identifiers: tuple[str, str], **changes: Any) -> str:
    hit = {
        "event_id": f"event-{number:04d}",
        "pixel_id": "px",
        "workspace_id": "ws",
        "dialect": "native",
        "type": "page_view",
        "received_at": 1_782_907_200_000 + number,
        "occurred_at": 1_782_907_200_000 + number,
        "identifiers": [{"type": kind, "value": value} for kind, value in identifiers],
    }
    return json.dumps({"schema": "pixelweave.identify/1", "hits": [hit | changes]})


def break_calls(client: Any, operation: str, when: Callable[[dict[str, Any]], bool], *, after: bool) -> None:
    """Break the connection of calls whose parameters are so, before or after they did their work."""
    matches: list[bool] = []

    def look(params: dict[str, Any], **_: Any) -> None:
        matches.append(when(params))

    def fail(**_: Any) -> None:
        if matches[-1]:
            raise ConnectionClosedError(endpoint_url="https://aws")

    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.register(f"provide-client-params.{service}.{operation}", look)
    client.meta.events.register(f"{'after' if after else 'before'}-call.{service}.{operation}", fail)


def fail_events(client: Any, events: set[str]) -> None:
    """Answer transactions of these events with an error that no further attempt mends."""
    named: list[bool] = []

    def look(params: dict[str, Any], **_: Any) -> None:
        named.append(any(event in json.dumps(params) for event in events))

    def fail(**_: Any) -> None:
        if named[-1]:
            raise ClientError({"Error": {"Code": "ValidationException"}}, "TransactWriteItems")

    client.meta.events.register("provide-client-params.dynamodb.TransactWriteItems", look)
    client.meta.events.register("before-call.dynamodb.TransactWriteItems", fail)


def make_envelope(count: int) -> str:
    """A message of so many hits, each with a user id of its own."""
    parts = [json.loads(make_body(number, ("user_id", f"u{number}")))["hits"][0] for number in range(count)]
    return json.dumps({"schema": "pixelweave.identify/1", "hits": parts})


def refuse_entries(client: Any, operation: str, results: str, count: str, times: dict[int, int]) -> None:
    """Answer that entries (by their place in the first call) were refused, as often as `times` says."""
    places: list[list[int]] = []

    def answer(parsed: dict[str, Any], **_: Any) -> None:
        now = places[-1] if places else list(range(len(parsed[results])))
        refused = [place for place in now if times.get(place, 0) > 0]
        for index, place in enumerate(now):
            if place in refused:
                times[place] -= 1
                parsed[results][index] = {"ErrorCode": "ServiceUnavailableException"}
        parsed[count] = len(refused)
        places.append(refused)

    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.register(f"after-call.{service}.{operation}", answer)
