"""An identity table in moto (one thread only), a clock that stands still, and faults between the SDK and DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ConnectionClosedError
from pixelweave.node import Leaf, Node
from pixelweave.person import make_plan
from pixelweave.stitching import IdentifiedHit, Stitcher
from pixelweave_aws.identity_table import IdentityTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from pixelweave.person import Person, Plan
    from pixelweave.stitching import Stitched

TABLE = "identity"
NOW = 1_782_907_200
T0 = NOW * 1000


def create_identity_table(client: DynamoDBClient, name: str = TABLE) -> None:
    """Create the table as template.yaml describes it, without what moto has no use for."""
    client.create_table(
        TableName=name,
        AttributeDefinitions=[
            {"AttributeName": each, "AttributeType": "S"} for each in ("pk", "sk", "owner")
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_owner",
                "KeySchema": [
                    {"AttributeName": "owner", "KeyType": "HASH"},
                    {"AttributeName": "pk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def make_node(number: int, kind: str = "email_sha256", value: str | None = None) -> Node:
    """A node of workspace `ws`, with `number` for a digest."""
    return Node("ws", kind, "px" if kind == "user_id" else "", f"{number:04d}", value)


def make_session(name: str) -> Leaf:
    """A session of pixel `px`."""
    return Leaf("ws", "session", "px", name)


def make_hit(
    number: int, nodes: Sequence[Node], sessions: Sequence[str] = (), **traits: str
) -> IdentifiedHit:
    """The hit `event-<number>`, that many milliseconds after the beginning."""
    return IdentifiedHit(
        event_id=f"event-{number:04d}",
        received_at=T0 + number,
        occurred_at=T0 + number,
        nodes=tuple(nodes),
        leaves=tuple(make_session(name) for name in sessions),
        traits=traits,
    )


class IdentityBench:
    """The table, a stitcher on it, and the calls that reached DynamoDB."""

    def __init__(self) -> None:
        self.client = boto3.client("dynamodb", region_name="eu-west-1")
        create_identity_table(self.client)
        self.pauses: list[float] = []
        self.calls: list[str] = []
        self.table = IdentityTable(TABLE, self.client, now=lambda: NOW, sleep=self.pauses.append)
        self.client.meta.events.register("before-call.dynamodb", self._count)
        self._faults = 0

    def _count(self, model: Any, **_: Any) -> None:
        self.calls.append(model.name)

    def stitch(self, hit: IdentifiedHit, *, is_redelivery: bool = False) -> Stitched:
        """Stitch a hit."""
        return Stitcher(self.table).stitch(hit, is_redelivery=is_redelivery)

    def lose_answers(self, operation: str, times: int = 1) -> None:
        """Let the next calls of an operation do their work, and then break the connection."""
        left = [times]

        def lose(**_: Any) -> None:
            if left[0]:
                left[0] -= 1
                raise ConnectionClosedError(endpoint_url="https://dynamodb")

        self.client.meta.events.register(f"after-call.dynamodb.{operation}", lose)

    def items(self) -> dict[tuple[str, str], dict[str, Any]]:
        """All items, as DynamoDB has them."""
        return {
            (item["pk"]["S"], item["sk"]["S"]): item for item in self.client.scan(TableName=TABLE)["Items"]
        }

    def root_of(self, node: Node) -> str:
        """The root's id of a node."""
        owner = self.table.read([node], [])[0][node].owner
        while owner is not None:
            person = self.table.read_persons({owner})[owner]
            if person.owner is None:
                return owner
            owner = person.owner
        raise AssertionError(node)


def plan_of(
    number: int, nodes: Sequence[Node], roots: Mapping[Node, Person] | None = None
) -> tuple[Plan, str, int]:
    """What `commit` takes: the plan of a hit that saw these roots."""
    plan = make_plan(
        nodes,
        roots or {},
        frozenset(),
        person_id=f"pn_{number}",
        event_id=f"event-{number:04d}",
        received_at=T0 + number,
    )
    return plan, f"event-{number:04d}", T0 + number


def person_of(bench: IdentityBench, person_id: str) -> Person:
    """A person as the table has it."""
    return bench.table.read_persons({person_id})[person_id]
