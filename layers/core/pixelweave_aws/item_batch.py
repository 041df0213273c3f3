"""Many items of one table at once: what DynamoDB leaves undone is asked for again, a few times."""

from __future__ import annotations

from itertools import batched
from typing import TYPE_CHECKING, Any

from pixelweave_aws.batch_call import send_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

# The limits of BatchGetItem and BatchWriteItem (DynamoDB API reference).
MAX_KEYS = 100
MAX_WRITES = 25
# What DynamoDB left unread is asked for again after 50, 100, 200 and 400 ms.
READ_ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.05

type Item = dict[str, Any]


class ReadThrottledError(Exception):
    """DynamoDB left keys unread in every attempt."""


class WriteThrottledError(Exception):
    """DynamoDB left items unwritten in every attempt."""


def read_items(
    client: DynamoDBClient, table: str, addresses: Sequence[Item], sleep: Callable[[float], None]
) -> list[Item]:
    """Those of the items that exist, read consistently, in no order. `sleep` takes seconds.

    Raises:
        ReadThrottledError: DynamoDB does not give them all.
    """
    items: list[Item] = []
    for chunk in batched(addresses, MAX_KEYS, strict=False):
        pending: list[Any] = list(chunk)
        for attempt in range(READ_ATTEMPTS):
            if attempt:
                sleep(FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
            answer = client.batch_get_item(RequestItems={table: {"Keys": pending, "ConsistentRead": True}})
            items += answer["Responses"].get(table, [])
            pending = list(answer["UnprocessedKeys"].get(table, {"Keys": []})["Keys"])
            if not pending:
                break
        else:
            raise ReadThrottledError(f"{len(pending)} of {len(chunk)} keys")
    return items


def list_items(
    client: DynamoDBClient,
    table: str,
    partition: str,
    sorts: tuple[str, str] | None = None,
    names: Sequence[str] = (),
) -> Iterator[Item]:
    """The items of a partition, read consistently in the order of their sort keys: all, or those from the first to the second of
    `sorts`, both included; all of their attributes, or `names` only."""
    where, values = "pk = :pk", {":pk": {"S": partition}}
    if sorts is not None:
        where += " AND sk BETWEEN :low AND :high"
        values |= {":low": {"S": sorts[0]}, ":high": {"S": sorts[1]}}
    asked: dict[str, Any] = {"KeyConditionExpression": where, "ExpressionAttributeValues": values}
    if names:
        asked["ProjectionExpression"] = ", ".join(names)
    pages = client.get_paginator("query").paginate(TableName=table, ConsistentRead=True, **asked)
    for page in pages:
        yield from page["Items"]


def delete_items(
    client: DynamoDBClient, table: str, addresses: Sequence[Item], sleep: Callable[[float], None]
) -> None:
    """Delete items, whether they exist or not. `sleep` takes seconds.

    Raises:
        WriteThrottledError: DynamoDB does not delete them all.
    """

    def send(batch: Sequence[Item]) -> list[Item]:
        requests: list[Any] = [{"DeleteRequest": {"Key": address}} for address in batch]
        answer = client.batch_write_item(RequestItems={table: requests})
        left: Any = answer["UnprocessedItems"].get(table, [])
        return [request["DeleteRequest"]["Key"] for request in left]

    refused = send_all(addresses, MAX_WRITES, send, sleep)
    if refused:
        raise WriteThrottledError(f"{len(refused)} of {len(addresses)} items")
