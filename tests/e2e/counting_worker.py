"""A worker in a process of its own that counts objects and may be killed between any two calls to DynamoDB.

`python -m tests.e2e.counting_worker '{"keys": […], "seed": 1, "dies_at": 40}'`; what it lost and repeated goes to standard output.
"""

from __future__ import annotations

import json
import os
import sys
import time
from random import Random
from typing import Any, NamedTuple

from pixelweave_aws.goal_definition import GoalDefinitions
from pixelweave_aws.goal_message import Pause
from pixelweave_aws.goal_table import GoalTable
from pixelweave_aws.goal_tally import GoalTally
from pixelweave_aws.lake_object import LakeObjects
from pixelweave_aws.object_counting import ObjectCounting
from pixelweave_local.cloud import Cloud
from pixelweave_local.place import read_json
from pixelweave_local.server import find
from pixelweave_local.stack import Stack
from pixelweave_parquet.object_scan import ObjectScan

from tests.conftest import PLACE
from tests.e2e.live_stitching import FaultyClient

KILLED = 9


class Life(NamedTuple):
    """What a worker does: the objects, the dice, and the step at which it dies (0: never).

    A call has two steps: before it, and after it was done.
    """

    keys: list[str]
    seed: int
    dies_at: int


class Killer:
    """Ends the process at a step, as a machine would: nothing is closed, and nobody hears of it."""

    def __init__(self, client: Any, dies_at: int) -> None:
        self._left = dies_at
        for moment in ("before-call", "after-call"):
            client.meta.events.register(f"{moment}.dynamodb", self._step)

    def _step(self, **_: Any) -> None:
        self._left -= 1
        if not self._left:
            os._exit(KILLED)


def main(text: str) -> None:
    """Count, and print what the client did."""
    life = Life(**json.loads(text))
    running = find(PLACE)
    assert running, "the embedded AWS of the end-to-end tests does not run"
    cloud = Cloud(running, Stack(read_json(PLACE.deployed)["outputs"]))
    faulty = FaultyClient(cloud, life.seed)
    Killer(faulty.client, life.dies_at)
    counting = ObjectCounting(
        lake=LakeObjects(cloud.client("s3"), cloud.outputs["LakeBucketName"]),
        store=GoalTable(cloud.outputs["GoalsTableName"], faulty.client),
        definitions=GoalDefinitions(cloud.outputs["PixelTableName"], faulty.client),
        open_scan=lambda path: ObjectScan(path, spill=path.with_name("spill")),
        pause=Pause(GoalTally(), time.sleep),
    )
    keys = list(life.keys)
    Random(life.seed).shuffle(keys)
    for key in keys:
        counting.count(key)
    print(json.dumps({"lost": faulty.lost, "repeated": faulty.repeated}))


if __name__ == "__main__":
    main(sys.argv[1])
