"""Objects of the log counted in the embedded AWS by workers that are killed, and what the table must say of them."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from pixelweave.goal_match import list_conversions
from pixelweave.goal_store import CounterKey
from pixelweave_aws.goal_history import HitKey
from pixelweave_aws.goal_table import GoalTable
from pixelweave_local.place import ROOT

from tests.e2e.counting_worker import KILLED, Life
from tests.unit.goal.oracle import choose_entries, count_entries, count_marks, drop_zeros

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pixelweave.conversion import GoalRef
    from pixelweave.goal import GoalRecord
    from pixelweave_local.cloud import Cloud

    from tests.unit.goal.oracle import Ledger

type Event = Mapping[str, Any]

WORKERS = 3
# Each worker is killed so often, and then lives on.
DEATHS = 3
# Steps of the longest life that ends early; an object takes some fifty.
LONGEST_LIFE = 150
SECONDS = 60


def kill_and_count(keys: Sequence[str], seed: int) -> dict[str, int]:
    """Count the objects with workers that are killed at random; how many `deaths` that were, and answers `lost` and calls `repeated`."""
    with ThreadPoolExecutor(WORKERS) as pool:
        told = list(pool.map(lambda number: _live(list(keys), seed + number), range(WORKERS)))
    return {name: sum(each[name] for each in told) for name in told[0]}


def _live(keys: list[str], seed: int) -> dict[str, int]:
    dice = Random(seed)
    lives = [Life(keys, dice.randrange(1_000_000), dice.randrange(1, LONGEST_LIFE)) for _ in range(DEATHS)]
    deaths = sum(_run(life).returncode == KILLED for life in lives)
    last = _run(Life(keys, seed, 0))
    return {"deaths": deaths, **json.loads(last.stdout)}


def _run(life: Life) -> subprocess.CompletedProcess[str]:
    run = subprocess.run(
        [sys.executable, "-m", "tests.e2e.counting_worker", json.dumps(life._asdict())],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert run.returncode in {0, KILLED}, run.stderr
    return run


def expect_entries(events: Iterable[Event], records: Mapping[str, Sequence[GoalRecord]]) -> Ledger:
    """The ledger that rows of the log make, by the rules in plain Python."""
    return choose_entries(
        each for event in events for each in list_conversions(event, records.get(event["pixel_id"], ()))
    )


def assert_counted(
    cloud: Cloud, events: Sequence[Event], records: Mapping[str, Sequence[GoalRecord]]
) -> Ledger:
    """Hold all that the table has of the events' pixels against the events; the ledger that both have."""
    table = GoalTable(cloud.outputs["GoalsTableName"], cloud.client("dynamodb"))
    expected = expect_entries(events, records)
    counters: dict[CounterKey, dict[str, Decimal]] = {}
    hits: dict[HitKey, dict[str, Decimal]] = {}
    for pixel_id in {event["pixel_id"] for event in events}:
        for key, shards in table.read_pixel_counters(pixel_id).items():
            sums = counters.setdefault(key, {}) if isinstance(key, CounterKey) else hits.setdefault(key, {})
            for shard in shards:
                for name, number in shard.values.items():
                    sums[name] = sums.get(name, Decimal()) + number
    goals: set[GoalRef] = {key.goal for key in expected} | {key.goal for key in counters}
    assert {key: entry for goal in goals for key, entry in table.list_entries(goal)} == expected
    assert drop_zeros(counters) == count_entries(expected)
    marks = count_marks(expected)
    assert {key: mark.counts for key, mark in table.read_marks(marks).items()} == marks
    assert hits == count_hits(events)
    return expected


def count_hits(events: Iterable[Event]) -> dict[HitKey, dict[str, Decimal]]:
    """Rows by pixel, day and in all, by outcome and hour."""
    hits: dict[HitKey, dict[str, Decimal]] = {}
    for event in events:
        moment = read_moment(event["received_at"])
        day = hits.setdefault(HitKey(event["pixel_id"], moment.strftime("%Y-%m-%d")), {})
        total = hits.setdefault(HitKey(event["pixel_id"], None), {})
        for sums, name in (
            (day, event["outcome"]),
            (day, f"{event['outcome']}{moment:%H}"),
            (total, event["outcome"]),
        ):
            sums[name] = sums.get(name, Decimal()) + 1
    return hits


def read_moment(received_at: Any) -> datetime:
    """The moment of a row: milliseconds as we make them, or as the log has it."""
    return (
        received_at if isinstance(received_at, datetime) else datetime.fromtimestamp(received_at / 1000, UTC)
    )


def scan(cloud: Cloud) -> dict[str, Any]:
    """Every item of the goals table, by its key."""
    pages = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=cloud.outputs["GoalsTableName"])
    return {f"{item['pk']['S']}/{item['sk']['S']}": item for page in pages for item in page["Items"]}
