"""Goals against the embedded AWS: real hits on their way into the table, and workers that are killed while they count."""

from __future__ import annotations

import json
import time
from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from pixelweave.goal import GoalSpec, define_goal
from pixelweave.pixel import DIALECTS
from pixelweave.pixel_model import PixelSpec
from pixelweave_aws.goal_definition import GoalDefinitions, read_clock
from pixelweave_aws.pixel_table import PixelTable
from pixelweave_local import traffic
from pixelweave_local.browser import Browsers

from tests.e2e.chaos_log import make_objects, make_records
from tests.e2e.live_counting import WORKERS, assert_counted, kill_and_count, scan
from tests.unit.parquet.event_file import write_events

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pixelweave_local.cloud import Cloud

    from tests.unit.goal.oracle import Ledger

VIEWS = {"name": "Pages, seen", "conditions": [{"field": "type", "pattern": "page_view"}], "once": "session"}
SEED = 20260701


def listen(cloud: Cloud) -> str:
    """The URL of a queue that hears each GoalReached."""
    sqs, events = cloud.client("sqs"), cloud.client("events")
    url: str = sqs.create_queue(QueueName="goals-heard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus = cloud.outputs["EventBusName"]
    pattern = json.dumps({"source": ["pixelweave"], "detail-type": ["GoalReached"]})
    events.put_rule(Name="goals-heard", EventBusName=bus, EventPattern=pattern)
    events.put_targets(Rule="goals-heard", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    return url


def hear(cloud: Cloud, url: str) -> list[dict[str, Any]]:
    """The details of what came to the queue since the last time."""
    sqs, heard = cloud.client("sqs"), []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        heard += [json.loads(message["Body"])["detail"] for message in messages]
    return heard


def read_log(cloud: Cloud, folder: Path, pixel_ids: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of these pixels as the log's objects have them."""
    s3, bucket, rows = cloud.client("s3"), cloud.outputs["LakeBucketName"], []
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="events/dt=")
    for number, found in enumerate(found for page in pages for found in page.get("Contents", [])):
        path = folder / f"{number}.parquet"
        s3.download_file(bucket, found["Key"], str(path))
        with duckdb.connect() as connection:
            result = connection.execute(
                "SELECT * FROM read_parquet(?) WHERE list_contains(?, pixel_id)", [str(path), list(pixel_ids)]
            )
            names = [column[0] for column in result.description]
            rows += [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    return rows


@pytest.fixture(scope="module")
def counted(
    cloud: Cloud, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[dict[str, Any]], Ledger, list[dict[str, Any]]]:
    """Real hits of every dialect, twice: the log's rows, the ledger, and what the bus was told."""
    url = listen(cloud)
    dynamodb = cloud.client("dynamodb")
    table, definitions = (
        PixelTable(cloud.outputs["PixelTableName"], dynamodb),
        GoalDefinitions(cloud.outputs["PixelTableName"], dynamodb),
    )
    keys, records = {}, {}
    for dialect in DIALECTS:
        spec = PixelSpec(dialect=dialect, name=f"Goals {dialect}", workspace_id="goals")
        pixel = table.create(spec, time.time())
        keys[dialect] = pixel.key
        record = define_goal(
            GoalSpec.model_validate(VIEWS), pixel_id=pixel.pixel_id, goal_id=f"g_{dialect}", now=0
        )
        definitions.put(record, is_new=True)
        records[pixel.pixel_id] = [record]
    browsers = Browsers(cloud.collector_url)
    for _ in range(2):
        answers = browsers.send(traffic.requests(keys, int(time.time() * 1000)))
        assert {answer.status for answer in answers} == {200}
        cloud.settle()
    rows = read_log(cloud, tmp_path_factory.mktemp("log"), list(records))
    return rows, assert_counted(cloud, rows, records), hear(cloud, url)


def test_real_hits_of_every_dialect_are_counted_as_the_log_says(
    counted: tuple[list[dict[str, Any]], Ledger, list[dict[str, Any]]],
) -> None:
    rows, ledger, _ = counted
    assert {row["dialect"] for row in rows} == set(DIALECTS)
    assert {row["outcome"] for row in rows} == {"accepted", "rejected", "bot", "test"}
    sources = Counter(key.goal.source for key in ledger)
    assert set(sources) == {"defined", "hit", "built-in"}
    assert {entry.unit for entry in ledger.values()} == {"", "points", "EUR", "USD"}


def test_every_conversion_is_told_by_name_and_with_ids_only(
    counted: tuple[list[dict[str, Any]], Ledger, list[dict[str, Any]]],
) -> None:
    _, ledger, heard = counted
    told = {(each["pixel_id"], each["goal_key"], each["event_id"]) for each in heard}
    assert {(key.goal.pixel_id, key.goal.key, entry.event_id) for key, entry in ledger.items()} <= told
    assert {each["goal"] for each in heard if each["source"] == "defined"} == {VIEWS["name"]}
    assert {frozenset(each) for each in heard} == {
        frozenset(("id", "goal", "goal_key", "source", "pixel_id", "workspace_id", "event_id", "received_at"))
    }


def test_killed_workers_and_repeated_objects_leave_the_table_exact(cloud: Cloud, tmp_path: Path) -> None:
    records = make_records()
    definitions = GoalDefinitions(cloud.outputs["PixelTableName"], cloud.client("dynamodb"))
    for record in (record for listed in records.values() for record in listed):
        definitions.put(record, is_new=True)
    objects = make_objects(Random(SEED))
    # Outside every partition, so that Athena does not see them; and a key that S3 encodes.
    keys = [f"events/chaos/object {number}+#.parquet" for number in range(len(objects))]
    s3 = cloud.client("s3")
    for number, (key, rows) in enumerate(zip(keys, objects, strict=True)):
        body = write_events(tmp_path / f"{number}.parquet", rows).read_bytes()
        # Twice: S3 tells twice, and the function counts each time, while the workers do.
        for _ in range(2):
            s3.put_object(Bucket=cloud.outputs["LakeBucketName"], Key=key, Body=body)
    happened = kill_and_count(keys, SEED)
    cloud.settle()
    ledger = assert_counted(cloud, [row for rows in objects for row in rows], records)
    # Without these the run has shown nothing.
    assert happened["deaths"] >= WORKERS
    assert happened["lost"] > 0
    assert happened["repeated"] > 0
    assert len(ledger) > 500
    before = scan(cloud)
    for key in keys:
        s3.copy_object(
            Bucket=cloud.outputs["LakeBucketName"],
            Key=key,
            CopySource={"Bucket": cloud.outputs["LakeBucketName"], "Key": key},
            MetadataDirective="REPLACE",
        )
    cloud.settle()
    assert scan(cloud) == before, (
        "a replay of everything changes nothing, not even how often a counter was written"
    )


def test_the_clock_is_that_of_aws_and_never_behind(cloud: Cloud) -> None:
    before = time.time() * 1000
    assert before <= read_clock(cloud.client("dynamodb")) <= time.time() * 1000 + 1000
