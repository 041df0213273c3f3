"""Where publishing is tried: a bucket of moto's, a lake of DuckDB's with the real queries, and runs from one to the other."""

from __future__ import annotations

import gzip
import json
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from moto import mock_aws
from pixelweave.dashboard_index import PublishedPixel
from pixelweave.dashboard_part import choose_parts
from pixelweave_aws.dashboard_bucket import DashboardBucket
from pixelweave_aws.lake import Lake
from pixelweave_aws.publishing import Publishing, PublishPlan

from tests.functional.event_table import make_row
from tests.functional.published_lake import LOG, LakeAthena, load_texts
from tests.functional.view_lake import ViewLake

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_athena import AthenaClient
    from pixelweave_aws.part_report import PartReport

BUCKET = "dashboard"
NOW = datetime(2025, 7, 1, 2, 0, tzinfo=UTC)
PIXELS = [
    PublishedPixel(pixel_id=f"px_{name}", name=name, workspace_id="acme", dialect="native")
    for name in ("one", "two")
]


class Told:
    """Remembers what a run told its log."""

    def __init__(self) -> None:
        self.failed: list[tuple[str, str]] = []

    def error(self, msg: str, *, extra: Mapping[str, object], exc_info: Exception) -> None:
        assert msg == "part failed"
        self.failed.append((str(extra["part"]), type(exc_info).__name__))


class Desk:
    """A bucket, a lake, and runs that publish from one to the other."""

    def __init__(self, lake: ViewLake) -> None:
        self.s3 = boto3.client("s3", region_name="us-east-1")
        self.s3.create_bucket(Bucket=BUCKET)
        self.bucket = DashboardBucket(self.s3, BUCKET)
        self.athena = LakeAthena(lake)
        self.lake = lake
        self.told = Told()
        self.remaining = 600.0
        self.pixels = PIXELS

    def run(self, *parts: str, now: datetime = NOW, wanted: date | None = None) -> dict[str, PartReport]:
        lake = Lake(cast("AthenaClient", self.athena), "lake", "group", sleep=lambda _: None)
        publishing = Publishing(lake, self.bucket, load_texts(), self.told, now, lambda: self.remaining)
        plan = PublishPlan(parts=choose_parts(parts), log=LOG, days_back=400, wanted=wanted)
        return {report.part: report for report in publishing.run(plan, self.pixels)}

    def read(self, key: str) -> Any:
        stored = self.bucket.read(key)
        assert stored is not None
        return json.loads(gzip.decompress(stored.body))

    def list_keys(self) -> set[str]:
        return {found["Key"] for found in self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])}

    @property
    def parts(self) -> Any:
        return self.read("data/index.json")["parts"]


@contextmanager
def open_desk() -> Iterator[Desk]:
    """A desk with three events of the day before."""
    with pytest.MonkeyPatch.context() as patch, mock_aws(), ViewLake() as lake:
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        lake.fill("events", [make_row(number) for number in range(3)])
        desk = Desk(lake)
        yield desk
        desk.athena.forget()
