"""A deployed stack in a running embedded AWS, as the demo and the end-to-end tests use it."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pixelweave.pixel import DIALECTS
from pixelweave.pixel_model import PixelSpec
from pixelweave_aws.lake import Lake
from pixelweave_aws.pixel_table import PixelTable

from pixelweave_local.pixel import ALLOWED_HOSTS, WORKSPACE, DemoPixel, demo_pixels
from pixelweave_local.stack import client

if TYPE_CHECKING:
    from pixelweave_aws.lake import Row

    from pixelweave_local.server import Server
    from pixelweave_local.stack import Stack

# Without the history's pixel, whose past would hide what was just sent.
COUNT = (
    "SELECT dialect, outcome, count(*) AS hits FROM {table} WHERE workspace_id = '{workspace}' GROUP BY 1, 2"
)


# Messages of a queue that wait, and that somebody is working on.
WAITING = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
POLL_SECONDS = 0.1


class SettleError(Exception):
    """A function did not get through its queue."""


class Cloud:
    """The stack's outputs, clients for its services, and its log by SQL."""

    def __init__(self, server: Server, stack: Stack) -> None:
        self.server = server
        self.outputs = stack.outputs
        self.collector_url = server.collector_url

    def client(self, service: str) -> Any:
        """A boto3 client of `service` (such as `sqs`) with the account's root credentials."""
        return client(self.server, service)

    def flush(self) -> int:
        """Deliver what waits in every stream; how many records that were. Rows are queryable afterwards."""
        delivered = self.server.control("flush")["delivered"]
        assert isinstance(delivered, int)  # noqa: S101 - the launcher's own answer
        return delivered

    def settle(self, seconds: float = 60) -> None:
        """Wait until every identify message is stitched, deliver what waits in the streams, and wait until each new object is counted.

        SettleError where that takes longer than `seconds`.
        """
        deadline = time.monotonic() + seconds
        self._await_empty("IdentifyQueueUrl", deadline)
        self.flush()
        self._await_empty("GoalsQueueUrl", deadline)

    def _await_empty(self, queue: str, deadline: float) -> None:
        sqs = self.client("sqs")
        while True:
            counts = sqs.get_queue_attributes(QueueUrl=self.outputs[queue], AttributeNames=WAITING)[
                "Attributes"
            ]
            if not any(int(counts[name]) for name in WAITING):
                return
            if time.monotonic() > deadline:
                raise SettleError(f"messages still wait in {queue.removesuffix('Url')}; see make logs")
            time.sleep(POLL_SECONDS)

    def query(self, sql: str) -> list[Row]:
        """The rows of a SELECT through Athena, as text; there are `events`, `links` and the views."""
        return self._lake.query(sql)

    def counts(self) -> dict[tuple[str, str], int]:
        """Rows of the demo's workspace in the log by (dialect, outcome)."""
        rows = self.query(COUNT.format(table=self.outputs["EventsTableName"], workspace=WORKSPACE))
        return {(str(row["dialect"]), str(row["outcome"])): int(str(row["hits"])) for row in rows}

    def ensure_pixels(self) -> dict[str, DemoPixel]:
        """One demo pixel per dialect, with the same ids and keys in every run."""
        table = PixelTable(self.outputs["PixelTableName"], self.client("dynamodb"))
        pixels = demo_pixels(DIALECTS)
        for dialect, pixel in pixels.items():
            spec = PixelSpec(
                dialect=dialect, name=f"Demo {dialect}", workspace_id=WORKSPACE, allowed_hosts=ALLOWED_HOSTS
            )
            table.ensure(pixel.pixel_id, pixel.key, spec, time.time())
        return pixels

    @cached_property
    def _lake(self) -> Lake:
        return Lake(self.client("athena"), self.outputs["DatabaseName"], self.outputs["WorkGroupName"])
