"""The views are there when the deploy is, made by the same custom resource as on AWS."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pixelweave.funnel import FunnelSpec
from pixelweave.goal import GoalSpec, define_goal
from pixelweave_aws.goal_publication import GoalPublication
from pixelweave_aws.view_file import read_views

if TYPE_CHECKING:
    from pixelweave_local.cloud import Cloud

VIEWS = [view.name for view in read_views(Path(__file__).parents[2] / "views")]


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_can_be_queried_after_the_deploy(cloud: Cloud, view: str) -> None:
    (row,) = cloud.query(f"SELECT count(*) AS n FROM {view}")
    assert int(str(row["n"])) >= 0


def test_a_view_lies_in_the_stacks_database_with_its_columns(cloud: Cloud) -> None:
    glue = cloud.client("glue")
    tables = glue.get_tables(DatabaseName=cloud.outputs["DatabaseName"])["TableList"]
    kinds = {table["Name"]: table["TableType"] for table in tables}
    assert [name for name, kind in kinds.items() if kind == "VIRTUAL_VIEW"] == VIEWS
    (stitched,) = [table for table in tables if table["Name"] == "events_stitched"]
    columns = {column["Name"]: column["Type"] for column in stitched["StorageDescriptor"]["Columns"]}
    assert columns["received_at"] == "timestamp"
    assert columns["labels"] == "map<string,string>"
    assert columns["person_id"] == "string"


def test_what_is_put_on_the_links_stream_is_in_the_views(cloud: Cloud) -> None:
    now = f"{datetime.now(tz=UTC):%Y-%m-%d %H:%M:%S.000}"
    shared = {"kind": "merge", "workspace_id": "views", "since": now, "recorded_at": now, "schema_version": 1}
    merges = [
        shared | {"link_id": f"views-{person}", "person_id": person, "survivor_id": survivor}
        for person, survivor in (("views-c", "views-b"), ("views-b", "views-a"))
    ]
    put = cloud.client("firehose").put_record_batch(
        DeliveryStreamName=cloud.outputs["LinksStreamName"],
        Records=[{"Data": json.dumps(merge).encode()} for merge in merges],
    )
    assert put["FailedPutCount"] == 0
    cloud.flush()
    rows = cloud.query("SELECT root_id FROM person_root WHERE person_id = 'views-c'")
    assert rows == [{"root_id": "views-a"}]


def test_published_definitions_are_what_the_views_of_goals_read(cloud: Cloud) -> None:
    publication = GoalPublication(cloud.client("s3"), cloud.outputs["LakeBucketName"])
    conditions = [{"field": "path", "pattern": "/100%*"}, {"field": "value", "minimum": "0.5"}]
    spec = GoalSpec.model_validate(
        {"name": "Sold, \u00fc", "conditions": conditions, "value": {"amount": "2.5"}}
    )
    publication.publish_goals("views", [define_goal(spec, pixel_id="views", goal_id="g", now=7)])
    publication.publish_funnels("views", [FunnelSpec(name="way", steps=("a", "b"))])
    (row,) = cloud.query("SELECT * FROM goal_windows WHERE pixel_id = 'views'")
    assert (row["goal_key"], row["goal"], row["amount"], row["starts_at"]) == (
        "d:g",
        "Sold, \u00fc",
        "2.5",
        "7",
    )
    (row,) = cloud.query(
        "SELECT conditions[1].pattern AS p, conditions[2].minimum AS m FROM goal_windows WHERE pixel_id = 'views'"
    )
    assert row == {"p": "/100\\%%", "m": "0.5"}
    rows = cloud.query("SELECT goal, actors FROM funnel WHERE pixel_id = 'views' ORDER BY step")
    assert rows == [{"goal": "a", "actors": "0"}, {"goal": "b", "actors": "0"}]
    publication.publish_goals("views", [])
    assert cloud.query("SELECT goal FROM goal_windows WHERE pixel_id = 'views'") == []


def test_a_table_without_an_object_has_its_columns_and_no_rows(cloud: Cloud) -> None:
    assert cloud.query("SELECT person_id, since FROM links WHERE dt = '2000-01-01'") == []
