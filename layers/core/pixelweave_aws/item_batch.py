"""Many items of one table at once: what DynamoDB leaves undone is asked for again, a few times."""

from __future__ import annotations

from itertools import batched
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

# BatchGetItem's limit (DynamoDB API reference).
MAX_KEYS = 100
# What DynamoDB left unread is asked for again after 50, 100, 200 and 400 ms.
READ_ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.05

type Item = dict[str, Any]


class ReadThrottledError(Exception):
    """DynamoDB left keys unread in every attempt."""


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
