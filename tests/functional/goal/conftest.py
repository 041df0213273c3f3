"""A room and a stage for each test."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from tests.functional.aws_part import create_key_table
from tests.functional.goal.goal_room import TABLE, GoalRoom
from tests.functional.goal.stage import BUCKET, BUS, PIXELS, GoalStage

if TYPE_CHECKING:
    from collections.abc import Iterator

ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An AWS with nothing in it."""
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield


@pytest.fixture
def room(aws: None) -> GoalRoom:
    """A goals table with nothing in it."""
    return GoalRoom()


@pytest.fixture
def stage(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoalStage]:
    """The function and all that it talks to."""
    app = importlib.import_module("functions.goals.app")
    cached = (app.load_settings, app.build_message, app.build_dead_letters)
    dynamodb = boto3.client("dynamodb")
    create_key_table(dynamodb, TABLE)
    create_key_table(dynamodb, PIXELS)
    boto3.client("s3").create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    boto3.client("events").create_event_bus(Name=BUS)
    queue = boto3.client("sqs").create_queue(QueueName="goals-dead")["QueueUrl"]
    environment = {
        "GOALS_TABLE": TABLE,
        "PIXEL_TABLE": PIXELS,
        "LAKE_BUCKET": BUCKET,
        "EVENT_BUS": BUS,
        "GOALS_DEAD_LETTER_QUEUE_URL": queue,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for each in cached:
        each.cache_clear()
    stage = GoalStage(app, queue)
    monkeypatch.setattr(app.logger.registered_handler, "stream", stage.logged)
    yield stage
    for each in cached:
        each.cache_clear()
