"""DynamoDB in memory behind a real boto3 client, with a meter: what the calls of an adapter would cost.

It knows what counting goals needs: BatchGetItem with consistent reads, and TransactWriteItems of puts, additions and deletions. It holds no
condition, because nobody else is there. Rules of the meter: `bench.metered_store`.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from bench.metered_store import READ_BYTES, WRITE_BYTES, count_units, measure_item

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.awsrequest import AWSPreparedRequest
    from mypy_boto3_dynamodb import DynamoDBClient

type Item = dict[str, Any]
# What DynamoDB adds to each item for storage (DynamoDB pricing page, «Data storage»).
ITEM_OVERHEAD = 100


class MeteredTable:
    """One table; `reads` and `writes` are units so far, `calls` requests."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], Item] = {}
        self.reads = self.writes = self.calls = 0
        self.client = _make_client()
        # The handler's answer takes the place of the request's (botocore, `Endpoint._send_request`), which the stubs do not know.
        handler = cast("Callable[..., None]", self._answer)
        self.client.meta.events.register("before-send.dynamodb", handler)

    @property
    def size(self) -> int:
        """Bytes that the table's storage is billed for."""
        return sum(measure_item(item) + ITEM_OVERHEAD for item in self.items.values())

    def _answer(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        self.calls += 1
        if not isinstance(request.body, bytes):
            raise NotImplementedError(type(request.body))
        target = request.headers["X-Amz-Target"]
        operation = target.decode() if isinstance(target, bytes) else target
        return _Answer(request.url, self._perform(operation.partition(".")[2], json.loads(request.body)))

    def _perform(self, operation: str, asked: Item) -> Item:
        match operation:
            case "BatchGetItem":
                ((table, wanted),) = asked["RequestItems"].items()
                return {"Responses": {table: self._read(wanted["Keys"])}, "UnprocessedKeys": {}}
            case "TransactWriteItems":
                for part in asked["TransactItems"]:
                    ((kind, write),) = part.items()
                    self._write(kind, write)
                return {}
        raise NotImplementedError(operation)

    def _read(self, keys: list[Item]) -> list[Item]:
        found = [self.items[place] for place in map(_place, keys) if place in self.items]
        self.reads += len(keys) - len(found)
        self.reads += sum(count_units(measure_item(item), READ_BYTES) for item in found)
        return found

    def _write(self, kind: str, write: Item) -> None:
        place = _place(write.get("Item") or write["Key"])
        before = self.items.pop(place, None)
        if kind == "Put":
            self.items[place] = write["Item"]
        elif kind == "Update":
            self.items[place] = _add(before or write["Key"], write)
        elif kind != "Delete":
            raise NotImplementedError(kind)
        # The larger of what was and what is; two units a kilobyte, because it is a transaction.
        size = max(measure_item(each) for each in (before, self.items.get(place), {}) if each is not None)
        self.writes += 2 * count_units(size, WRITE_BYTES)


class _Answer(AWSResponse):
    """A whole answer without a connection below it."""

    def __init__(self, url: str, told: Item) -> None:
        super().__init__(url, 200, HTTPHeaders(), None)
        self._content = json.dumps(told).encode()


def _make_client() -> DynamoDBClient:
    return boto3.client(
        "dynamodb", region_name="us-east-1", aws_access_key_id="bench", aws_secret_access_key="bench"
    )


def _place(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _add(item: Item, write: Item) -> Item:
    """The item after an update of the form `ADD #a :a, #b :b …`."""
    added = dict(item)
    for term in write["UpdateExpression"].removeprefix("ADD ").split(", "):
        name, value = term.split()
        attribute = write["ExpressionAttributeNames"][name]
        number = Decimal(write["ExpressionAttributeValues"][value]["N"])
        added[attribute] = {"N": str(Decimal(added.get(attribute, {"N": "0"})["N"]) + number)}
    return added
