"""Workers that stitch a queue of hits into one live identity table, and lose some of its answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from random import Random
from threading import Lock
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ConnectionClosedError
from pixelweave.stitching import StitchConflictError, Stitcher
from pixelweave_aws.identity_table import IdentityTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixelweave.node import Node
    from pixelweave.person import Person
    from pixelweave.stitching import IdentifiedHit, Stitched
    from pixelweave_local.cloud import Cloud

WRITES = ("TransactWriteItems", "PutItem", "UpdateItem")
# Of a hundred writes so many are done without their answer arriving, and so many are sent twice by the SDK.
LOST, REPEATED = 4, 4


class FaultyClient:
    """A DynamoDB client that loses answers of writes that were done, and sends some writes again, as after a broken connection."""

    def __init__(self, cloud: Cloud, seed: int) -> None:
        self.lost = 0
        self.repeated = 0
        self._dice = Random(seed)
        self.client = cloud.client("dynamodb")
        for operation in WRITES:
            self.client.meta.events.register(f"after-call.dynamodb.{operation}", self._lose)
            self.client.meta.events.register_first(f"needs-retry.dynamodb.{operation}", self._repeat)

    def _lose(self, **_: Any) -> None:
        if self._dice.randrange(100) < LOST:
            self.lost += 1
            raise ConnectionClosedError(endpoint_url="http://dynamodb")

    def _repeat(self, attempts: int, **_: Any) -> float | None:
        if attempts > 1 or self._dice.randrange(100) >= REPEATED:
            return None
        self.repeated += 1
        return 0.001


class LiveStitching:
    """Delivers each hit until a worker is done with it, as a queue does."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._queue: SimpleQueue[tuple[IdentifiedHit, bool]] = SimpleQueue()
        self._lock = Lock()
        self.told: list[Stitched] = []
        self.conflicts = 0
        self.clients: list[FaultyClient] = []

    def run(self, hits: Iterable[IdentifiedHit], workers: int) -> None:
        """Stitch all hits."""
        for hit in hits:
            self._queue.put((hit, False))
        self.clients = [FaultyClient(self._cloud, number) for number in range(workers)]
        with ThreadPoolExecutor(workers) as pool:
            for done in [pool.submit(self._work, client) for client in self.clients]:
                done.result()

    def _work(self, faulty: FaultyClient) -> None:
        table = IdentityTable(self._cloud.outputs["IdentityTableName"], faulty.client)
        stitcher = Stitcher(table, self._count_conflict)
        while True:
            try:
                hit, is_redelivery = self._queue.get_nowait()
            except Empty:
                return
            try:
                stitched = stitcher.stitch(hit, is_redelivery=is_redelivery)
            except (ConnectionClosedError, StitchConflictError):
                self._queue.put((hit, True))
            else:
                with self._lock:
                    self.told.append(stitched)

    def _count_conflict(self, attempt: int) -> None:
        del attempt
        with self._lock:
            self.conflicts += 1


def read_roots(table: IdentityTable, nodes: Iterable[Node]) -> dict[Node, Person]:
    """The root of each node; fails on a cycle."""
    owners = {node: record.owner for node, record in table.read(list(nodes), [])[0].items()}
    persons: dict[str, Person] = {}
    wanted = {owner for owner in owners.values() if owner}
    while wanted:
        found = table.read_persons(wanted)
        persons |= found
        wanted = {person.owner for person in found.values() if person.owner} - persons.keys()
    return {node: _find_root(persons, owner) for node, owner in owners.items() if owner}


def _find_root(persons: dict[str, Person], person_id: str) -> Person:
    way = [person_id]
    while (owner := persons[way[-1]].owner) is not None:
        assert owner not in way, "a cycle"
        way.append(owner)
    return persons[way[-1]]
