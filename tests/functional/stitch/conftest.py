"""A stage for each test."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from tests.functional.aws_part import create_stream
from tests.functional.identity_bench import TABLE, create_identity_table
from tests.functional.stitch.stage import (
    BUCKET,
    BUS,
    STREAM,
    Stage,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    env = {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "IDENTITY_TABLE": TABLE,
        "LINKS_STREAM": STREAM,
        "EVENT_BUS": BUS,
        "BLOCKED_VALUES": "Nobody@corp.example, ",
        "GRAPH_API_URL": "",
    }
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    app = importlib.import_module("functions.stitch.app")
    cached = (app.load_settings, app.build_batch, app.build_dead_letters)
    with mock_aws():
        create_identity_table(boto3.client("dynamodb"))
        boto3.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        create_stream(boto3.client("firehose"), STREAM, BUCKET)
        boto3.client("events").create_event_bus(Name=BUS)
        queue = boto3.client("sqs").create_queue(QueueName="identify-dead")["QueueUrl"]
        monkeypatch.setenv("IDENTIFY_DEAD_LETTER_QUEUE_URL", queue)
        for each in cached:
            each.cache_clear()
        stage = Stage(app, queue)
        monkeypatch.setattr(app.logger.registered_handler, "stream", stage.logged)
        yield stage
        for each in cached:
            each.cache_clear()
