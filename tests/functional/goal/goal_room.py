"""A goals table in moto (one thread only), and faults between the SDK and DynamoDB."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError, ConnectionClosedError
from pixelweave.goal_counting import count_conversions
from pixelweave_aws.goal_table import GoalTable

from tests.functional.aws_part import create_key_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelweave.conversion import Conversion
    from pixelweave.goal_counting import Counted

TABLE = "goals"

type Item = dict[str, Any]


class GoalRoom:
    """The table, and the calls that reached DynamoDB."""

    def __init__(self) -> None:
        self.client = boto3.client("dynamodb", region_name="eu-west-1")
        create_key_table(self.client, TABLE)
        self.pauses: list[float] = []
        self.attempts: list[int] = []
        self.calls: Counter[str] = Counter()
        self.table = GoalTable(TABLE, self.client, sleep=self.pauses.append)
        self.client.meta.events.register("before-call.dynamodb", self._count)

    def _count(self, model: Any, **_: Any) -> None:
        self.calls[model.name] += 1

    def count(self, *conversions: Conversion, shard: int = 0) -> Counted:
        """Count conversions."""
        return count_conversions(self.table, conversions, shard, self.attempts.append)

    def items(self) -> dict[tuple[str, str], Item]:
        """All items, as DynamoDB has them."""
        pages = self.client.get_paginator("scan").paginate(TableName=TABLE)
        return {(item["pk"]["S"], item["sk"]["S"]): item for page in pages for item in page["Items"]}

    def lose_answers(self, operation: str, times: int = 1) -> None:
        """Let the next calls of an operation do their work, and then break the connection."""
        left = [times]

        def lose(**_: Any) -> None:
            if left[0]:
                left[0] -= 1
                raise ConnectionClosedError(endpoint_url="https://dynamodb")

        self.client.meta.events.register(f"after-call.dynamodb.{operation}", lose)

    def refuse(self, operation: str, code: str, reasons: Sequence[str] = (), times: int = 1) -> None:
        """Let DynamoDB answer the next calls of an operation with an error, and do nothing."""
        left = [times]

        def answer(**_: Any) -> None:
            if left[0]:
                left[0] -= 1
                response: Any = {
                    "Error": {"Code": code, "Message": ""},
                    "CancellationReasons": [{"Code": reason} for reason in reasons],
                }
                raise ClientError(response, operation)

        self.client.meta.events.register(f"before-call.dynamodb.{operation}", answer)
