"""The views are there when the deploy is, made by the same custom resource as on AWS."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
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


def test_a_table_without_an_object_has_its_columns_and_no_rows(cloud: Cloud) -> None:
    assert cloud.query("SELECT person_id, since FROM links WHERE dt = '2000-01-01'") == []
