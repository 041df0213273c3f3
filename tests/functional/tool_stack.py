"""A deployed stack in moto, and the command line pointed at it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
from pixelweave_aws.lake import Lake
from pixelweave_aws.lake_object import LakeObjects
from pixelweave_aws.packed_day import LogStore
from pixelweave_aws.packed_log import PackedLog
from pixelweave_aws.partition import Partitions
from pixelweave_aws.stack import Stack
from pixelweave_cli.connection import Target
from pixelweave_cli.main import app
from pixelweave_cli.runtime import Runtime
from typer.testing import CliRunner

from tests.functional.athena_on_duckdb import AthenaOnDuckdb
from tests.functional.aws_part import create_key_table, create_stream
from tests.functional.event_table import make_event_table
from tests.functional.fake_glue import FakeGlue
from tests.functional.identity_bench import TABLE, create_identity_table

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from typer.testing import Result

REGION: Final = "eu-central-1"
NAME = "pixelweave-test"
NOW = 1_751_288_400.0  # 2025-06-30T13:00:00Z
COLLECTOR_URL = "https://abc123.execute-api.eu-central-1.amazonaws.com"
BUCKET = "lake-bucket"
DASHBOARD_BUCKET = "dashboard-bucket"
STREAM = "hits"
LINKS_STREAM = "links"
GOALS_TABLE = "goals"


class StillRuntime(Runtime):
    """A runtime for which AWS's clock is that of the test."""

    def read_clock(self) -> int:
        """Return the test's time in Unix milliseconds."""
        return int(self.now() * 1000)


class ToolStack:
    """The stack's AWS resources and a way to type commands."""

    def __init__(self, rows: list[dict[str, Any]] | None = None) -> None:
        self.s3 = boto3.client("s3", region_name=REGION)
        self.sqs = boto3.client("sqs", region_name=REGION)
        self.firehose = boto3.client("firehose", region_name=REGION)
        self.queues = {
            name: self.sqs.create_queue(QueueName=name)["QueueUrl"]
            for name in ("identify", "identify-dead", "spill", "spill-dead", "goals", "goals-dead")
        }
        dynamodb = boto3.client("dynamodb", region_name=REGION)
        create_key_table(dynamodb, "pixels")
        create_key_table(dynamodb, GOALS_TABLE)
        create_identity_table(dynamodb)
        self._create_lake()
        self.athena = AthenaOnDuckdb(make_event_table(rows or []))
        self.pauses: list[float] = []
        target = Target(folder=Path("/nowhere"), stack_name=NAME, region=REGION)
        self.now = NOW
        self.runtime = StillRuntime(target, now=lambda: self.now, sleep=self.pauses.append)
        self.runtime.stack = Stack.from_outputs(NAME, self._make_outputs())
        self.glue = FakeGlue()
        self.glue.make_table("events", f"s3://{BUCKET}/events/", [])
        packed = PackedLog(
            LogStore(self.s3, BUCKET, "events"), Partitions(self.glue.client(), "lake", "events")
        )
        self.runtime.log_objects = LakeObjects(self.s3, BUCKET, packed)
        self.runtime.lake = Lake(cast("AthenaClient", self.athena), "lake", "group", sleep=self.pauses.append)

    def run(self, *words: str) -> Result:
        """Type a command; what it prints and its exit code."""
        return CliRunner().invoke(app, list(words), obj=self.runtime)

    def run_json(self, *words: str) -> list[dict[str, Any]]:
        """Type a command with --json that must succeed; its lines as objects."""
        result = self.run(*words, "--json")
        assert result.exit_code == 0, result.output
        return [json.loads(line) for line in result.stdout.splitlines()]

    def put_error(self, key: str, body: bytes) -> None:
        """Leave an object under the error prefix."""
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)

    def read_delivered(self, prefix: str = "delivered/") -> list[dict[str, Any]]:
        """Return the records that the hits stream has taken, or the links stream with `links/`."""
        found = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        decoder = json.JSONDecoder()
        records = []
        for entry in found:
            text = self.s3.get_object(Bucket=BUCKET, Key=entry["Key"])["Body"].read().decode()
            position = 0
            while position < len(text):
                record, position = decoder.raw_decode(text, position)
                records.append(record)
        return records

    def list_errors(self) -> list[str]:
        """Return the keys under the error prefix."""
        found = self.s3.list_objects_v2(Bucket=BUCKET, Prefix="errors/").get("Contents", [])
        return [entry["Key"] for entry in found]

    def _create_lake(self) -> None:
        self.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        for stream, prefix in ((STREAM, "delivered/"), (LINKS_STREAM, "links/")):
            create_stream(self.firehose, stream, BUCKET, prefix)

    def _make_outputs(self) -> dict[str, str]:
        return {
            "CollectorUrl": COLLECTOR_URL,
            "PixelTableName": "pixels",
            "IdentityTableName": TABLE,
            "HitsStreamName": STREAM,
            "LinksStreamName": LINKS_STREAM,
            "LakeBucketName": BUCKET,
            "DatabaseName": "lake",
            "EventsTableName": "events",
            "LinksTableName": "links",
            "WorkGroupName": "group",
            "IdentifyQueueUrl": self.queues["identify"],
            "IdentifyDeadLetterQueueUrl": self.queues["identify-dead"],
            "GoalsTableName": GOALS_TABLE,
            "GoalsQueueUrl": self.queues["goals"],
            "GoalsDeadLetterQueueUrl": self.queues["goals-dead"],
            "SpillQueueUrl": self.queues["spill"],
            "SpillDeadLetterQueueUrl": self.queues["spill-dead"],
            "DashboardBucketName": DASHBOARD_BUCKET,
            "PublishFunctionName": "publish",
            "CompactFunctionName": "compact",
        }
