"""The function `publish`, as the schedule and the tools call it; AWS is moto's, whose Athena finds no rows."""

from __future__ import annotations

import importlib
import json
import time
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws
from pixelweave.dashboard_part import PARTS
from pixelweave.funnel import FunnelSpec
from pixelweave.goal import GoalSpec, define_goal
from pixelweave.pixel_model import PixelSpec
from pixelweave_aws.dashboard_bucket import DashboardBucket
from pixelweave_aws.funnel_definition import FunnelDefinitions
from pixelweave_aws.goal_definition import GoalDefinitions
from pixelweave_aws.pixel_table import PixelTable

from tests.functional.aws_part import create_key_table
from tests.functional.view_lake import ROOT
from tests.unit.dashboard.test_document import unpack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

EVENT = json.loads((ROOT / "events" / "publish_from_day.json").read_text())
ENVIRONMENT = {
    "DATABASE_NAME": "lake",
    "EVENTS_TABLE": "events",
    "WORK_GROUP": "primary",
    "PIXEL_TABLE": "pixels",
    "DASHBOARD_BUCKET": "dashboard",
    "POWERTOOLS_METRICS_NAMESPACE": "Pixelweave/test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
}


class Context:
    """A call that has most of its time left."""

    def get_remaining_time_in_millis(self) -> int:
        return 890_000


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ModuleType]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "views").symlink_to(ROOT / "views")
    (tmp_path / "queries").symlink_to(ROOT / "dashboard" / "queries")
    with mock_aws():
        create_key_table(boto3.client("dynamodb"), "pixels")
        boto3.client("s3").create_bucket(Bucket="dashboard")
        app = importlib.import_module("functions.publish.app")
        monkeypatch.setattr(app, "FOLDER", tmp_path)
        app.load_settings.cache_clear()
        yield app
        app.load_settings.cache_clear()


def read_index() -> Any:
    stored = DashboardBucket(boto3.client("s3"), "dashboard").read("data/index.json")
    assert stored is not None
    return unpack(stored.body)


def test_the_schedule_publishes_every_part(app: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    answer = app.handler({}, Context())
    assert [(done["part"], done["error"]) for done in answer["parts"]] == [
        (part.name, None) for part in PARTS
    ]
    metrics = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (metrics["PartsPublished"], metrics["PartsFailed"], metrics["service"]) == (
        [len(PARTS)],
        [0.0],
        "publish",
    )
    assert metrics["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Pixelweave/test"


def test_a_call_says_which_parts_and_from_which_day(app: ModuleType) -> None:
    answer = app.handler(EVENT, Context())
    assert [done["part"] for done in answer["parts"]] == ["activity", "goals"]
    assert set(read_index()["parts"]) == {"activity", "goals"}


@pytest.mark.parametrize("event", [{"from": "yesterday"}, {"parts": ["people"]}])
def test_a_call_that_makes_no_sense_fails_as_a_whole(app: ModuleType, event: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"yesterday|people is no part"):
        app.handler(event, Context())


def test_the_index_has_pixels_with_the_names_of_their_goals_and_funnels(app: ModuleType) -> None:
    dynamodb = boto3.client("dynamodb")
    spec = PixelSpec(dialect="native", name="Shop", workspace_id="acme")
    pixel = PixelTable("pixels", dynamodb).create(spec, time.time())
    PixelTable("pixels", dynamodb).disable(pixel.pixel_id, time.time())
    condition = {"field": "type", "pattern": "lead"}
    for name, is_removed in (("News", False), ("Gone", True)):
        goal = GoalSpec.model_validate({"name": name, "conditions": [condition]})
        record = define_goal(goal, pixel_id=pixel.pixel_id, goal_id=f"g_{name}", now=0)
        removed = record.model_copy(update={"is_removed": is_removed})
        GoalDefinitions("pixels", dynamodb).put(removed, is_new=True)
    FunnelDefinitions("pixels", dynamodb).put(pixel.pixel_id, FunnelSpec(name="way", steps=("News", "Sold")))
    app.handler({"parts": ["activity"]}, Context())
    assert read_index()["pixels"] == [
        {
            "pixel_id": pixel.pixel_id,
            "name": "Shop",
            "workspace_id": "acme",
            "dialect": "native",
            "first_day": None,
            "goals": ["News"],
            "funnels": [
                {"name": "way", "by": "session", "within_ms": 604_800_000, "steps": ["News", "Sold"]}
            ],
        }
    ]
