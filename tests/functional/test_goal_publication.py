"""Definitions in the lake: written whole, read by the embedded Athena's reader as they were."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws
from pixelweave.funnel import FUNNEL_STEP_FIELDS, FunnelSpec, list_step_rows
from pixelweave.goal_window_row import GOAL_WINDOW_FIELDS, list_window_rows
from pixelweave_aws.goal_publication import GoalPublication
from pixelweave_local.athena import connect
from pixelweave_local.athena_table import JSON_SERDES, Source, relation

from tests.functional.goal_row import make_goal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mypy_boto3_s3 import S3Client
    from pixelweave.field import Field

BUCKET = "lake"
HOSTILE = "a \"quoted\" \\ 'name', é 😀 \u2028 {}"
GOAL = make_goal(
    HOSTILE,
    {"field": "label", "key": HOSTILE, "pattern": "100%*\\*\\\\"},
    {"field": "value", "minimum": "-0.5"},
)
FUNNEL = FunnelSpec(name=HOSTILE, steps=("a", HOSTILE), within=timedelta(hours=2))


@pytest.fixture
def s3() -> Iterator[S3Client]:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        yield client


def list_keys(s3: S3Client) -> list[str]:
    return [str(each.get("Key")) for each in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def read_table(
    s3: S3Client, folder: Path, prefix: str, fields: Sequence[Field], serde: str = JSON_SERDES[0]
) -> list[dict[str, Any]]:
    """Return the rows that a table over `prefix` has."""
    files = []
    for key in list_keys(s3):
        if key.startswith(prefix):
            file = folder / key.rpartition("/")[2]
            file.write_bytes(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
            files.append(str(file))
    columns = [{"Name": field.name, "Type": field.glue} for field in fields]
    described = {
        "Location": f"s3://{BUCKET}/{prefix}",
        "Columns": columns,
        "SerdeInfo": {"SerializationLibrary": serde},
    }
    with connect() as connection:
        result = connection.execute(
            relation(Source("db", "table", {"StorageDescriptor": described}, folder, files))
        )
        names = [column[0] for column in result.description or []]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


@pytest.mark.parametrize("serde", JSON_SERDES)
def test_goals_are_read_as_they_were_published(s3: S3Client, tmp_path: Path, serde: str) -> None:
    GoalPublication(s3, BUCKET).publish_goals(
        "px_one", [GOAL, make_goal("b", value={"amount": "99999999999999.9999"})]
    )
    rows = read_table(s3, tmp_path, "definitions/goals/", GOAL_WINDOW_FIELDS, serde)
    assert [row["goal"] for row in rows] == [HOSTILE, "b"]
    assert rows[1]["amount"] == "99999999999999.9999"
    (expected,) = list_window_rows([GOAL])
    assert rows[0] == asdict(expected) | {"conditions": list(asdict(expected)["conditions"])}


def test_funnels_are_read_as_they_were_published(s3: S3Client, tmp_path: Path) -> None:
    GoalPublication(s3, BUCKET).publish_funnels("px_one", [FUNNEL])
    rows = read_table(s3, tmp_path, "definitions/funnels/", FUNNEL_STEP_FIELDS)
    assert rows == [asdict(row) for row in list_step_rows("px_one", [FUNNEL])]


def test_each_pixel_has_an_object_of_its_own_that_is_written_whole(s3: S3Client, tmp_path: Path) -> None:
    publication = GoalPublication(s3, BUCKET)
    publication.publish_goals("px_one", [GOAL, make_goal("b")])
    publication.publish_goals("px_two", [make_goal("c", pixel_id="px_two")])
    publication.publish_goals("px_one", [make_goal("d")])
    publication.publish_funnels("px_one", [FUNNEL])
    rows = read_table(s3, tmp_path, "definitions/goals/", GOAL_WINDOW_FIELDS)
    assert [(row["pixel_id"], row["goal"]) for row in rows] == [("px_one", "d"), ("px_two", "c")]


@pytest.mark.parametrize("goals", [[], [GOAL.model_copy(update={"is_removed": True})]])
def test_where_nothing_is_defined_there_is_no_object(s3: S3Client, goals: list[Any]) -> None:
    publication = GoalPublication(s3, BUCKET)
    publication.publish_goals("px_one", [GOAL])
    publication.publish_funnels("px_one", [FUNNEL])
    publication.publish_goals("px_one", goals)
    assert list_keys(s3) == ["definitions/funnels/px_one.json"]
    publication.publish_funnels("px_one", [])
    publication.publish_funnels("px_one", [])
    assert list_keys(s3) == []


def test_no_object_has_a_name_that_athena_hides(s3: S3Client) -> None:
    publication = GoalPublication(s3, BUCKET)
    for pixel_id in ("_px", "px", "-px"):
        publication.publish_goals(pixel_id, [GOAL])
    assert list_keys(s3) == [
        "definitions/goals/-px.json",
        "definitions/goals/px.json",
        "definitions/goals/~_px.json",
    ]
