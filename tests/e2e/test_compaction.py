"""A day of objects that the stream has written, packed and cleaned in the embedded AWS: every query answers as before."""

from __future__ import annotations

import http.client
import json
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from pixelweave.packing import LAYOUTS
from pixelweave.pixel_model import PixelSpec
from pixelweave_aws.compaction import Compaction, Limits
from pixelweave_aws.day_report import CLEANED
from pixelweave_aws.lake_object import LakeObjects
from pixelweave_aws.packed_day import LogStore
from pixelweave_aws.packed_log import PackedLog
from pixelweave_aws.partition import Partition, Partitions
from pixelweave_aws.pixel_table import PixelTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelweave_aws.lake import Row
    from pixelweave_local.cloud import Cloud

FLUSHES, HITS = 5, 4


class PastDay:
    """A settled day of one pixel, in as many objects as the stream was emptied."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.day = datetime.now(UTC).date() - timedelta(days=200)
        self.s3 = cloud.client("s3")
        self.bucket: str = cloud.outputs["LakeBucketName"]
        self.store = LogStore(self.s3, self.bucket, "events")
        self.partitions = Partitions(cloud.client("glue"), cloud.outputs["DatabaseName"], "events")
        table = PixelTable(cloud.outputs["PixelTableName"], cloud.client("dynamodb"))
        self.pixel = table.create(
            PixelSpec(dialect="native", name="Packed", workspace_id="packed"), time.time()
        )
        for number in range(FLUSHES):
            self.receive(number)

    def receive(self, number: int) -> None:
        """Some hits become an object of the day: the stream writes it, and it is moved there once it is counted."""
        today = f"events/dt={datetime.now(UTC).date()}/"
        self.cloud.settle()  # what others have sent is not of the day
        known = {each.key for each in self.store.list_visible(today)}
        connection = http.client.HTTPConnection(urlsplit(self.cloud.collector_url).netloc, timeout=30)
        for hit in range(HITS):
            path = f"/e/{self.pixel.key}?type=purchase&name=n{number}&value=1.50&currency=EUR&order_id={number}-{hit}&plan=a"
            connection.request("GET", path, headers={"Referer": f"https://shop.example/{hit}?utm_source=x"})
            assert connection.getresponse().read()[:6] == b"GIF89a"
        connection.close()
        self.cloud.settle()
        for each in self.store.list_visible(today):
            if each.key not in known:
                source = {"Bucket": self.bucket, "Key": each.key}
                moved = each.key.replace(today, self.store.raw_prefix(self.day))
                self.s3.copy_object(Bucket=self.bucket, Key=moved, CopySource=source)
                self.s3.delete_object(Bucket=self.bucket, Key=each.key)
        self.cloud.settle()

    def query(self, sql: str) -> list[Row]:
        """Ask for rows of the day."""
        return self.cloud.query(sql.format(day=self.day, pixel=self.pixel.pixel_id))

    def read(self) -> list[list[Row]]:
        """What readers of all kinds see: every column, a report, a view."""
        rows = self.query("SELECT * FROM events WHERE dt = '{day}' ORDER BY event_id")
        report = self.query(
            "SELECT type, count(*) AS n, sum(value) AS worth FROM events WHERE pixel_id = '{pixel}' GROUP BY 1"
        )
        view = self.query(
            "SELECT once_key, value FROM conversions WHERE pixel_id = '{pixel}' ORDER BY once_key"
        )
        return [rows, report, view]

    def compact(self, **event: Any) -> dict[str, Any]:
        """Call the function for the day; what it says of the events."""
        answer = self.cloud.client("lambda").invoke(
            FunctionName=self.cloud.outputs["CompactFunctionName"],
            Payload=json.dumps({"day": str(self.day)} | event).encode(),
        )
        payload: dict[str, Any] = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, payload
        (report,) = (each for each in payload["days"] if each["log"] == "events")
        return dict(report)

    def clean(self) -> str:
        """Do what the function does when the grace is over."""

        def pack(*_: object) -> Any:
            raise AssertionError("there is nothing to be packed")

        limits = Limits(after_hours=48, grace_hours=0)
        compaction = Compaction(
            "events", self.partitions, self.store, pack, limits=limits, now=lambda: time.time() + 1
        )
        return compaction.settle(self.day).state

    def list_objects(self) -> list[str]:
        """The keys that recounting reads."""
        log = LakeObjects(self.s3, self.bucket, PackedLog(self.store, self.partitions))
        return [each.key for each in log.list_events(self.day, self.day)]

    def remove(self) -> None:
        """Leave the log as it was."""
        for prefix in (self.store.raw_prefix(self.day), self.store.packed_prefix(self.day)):
            found = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix).get("Contents", [])
            self.store.delete([each["Key"] for each in found])
        self.partitions.move(Partition(self.day, self.store.locate(self.store.raw_prefix(self.day)), {}))


@pytest.fixture(scope="module")
def past(cloud: Cloud) -> Iterator[PastDay]:
    """The day, until all tests are done."""
    made = PastDay(cloud)
    yield made
    made.remove()


def test_a_packed_day_answers_as_before_out_of_one_object(past: PastDay) -> None:
    before = past.read()
    assert [len(rows) for rows in before] == [FLUSHES * HITS, 1, FLUSHES * HITS]
    assert past.compact(dry_run=True)["state"] == "would pack"
    told = past.compact()
    assert (told["state"], told["objects_before"], told["objects_after"]) == ("packed", FLUSHES, 1)
    assert told["rows"] == FLUSHES * HITS
    assert past.read() == before
    assert past.compact()["state"] == "waiting"
    assert past.clean() == CLEANED
    assert past.store.list_visible(past.store.raw_prefix(past.day)) == []
    assert past.read() == before
    assert len(past.list_objects()) == 1


def test_a_late_object_is_seen_by_history_at_once_and_by_queries_after_the_next_run(past: PastDay) -> None:
    past.receive(FLUSHES)
    rows, _, _ = past.read()
    assert (len(rows), len(past.list_objects())) == (FLUSHES * HITS, 2)
    assert past.compact()["state"] == "packed"
    rows, _, _ = past.read()
    assert len(rows) == (FLUSHES + 1) * HITS
    assert past.clean() == CLEANED
    assert past.read()[0] == rows


def test_the_days_to_come_are_registered_with_the_tables_columns(cloud: Cloud) -> None:
    glue, database = cloud.client("glue"), cloud.outputs["DatabaseName"]
    today = datetime.now(UTC).date()
    for name in LAYOUTS:
        found = Partitions(glue, database, name).list(date(2025, 1, 1), today + timedelta(days=100))
        assert len(found) == (today - date(2025, 1, 1)).days + 101
        (table,) = (glue.get_table(DatabaseName=database, Name=name)["Table"],)
        partition = glue.get_partition(DatabaseName=database, TableName=name, PartitionValues=[str(today)])
        columns = partition["Partition"]["StorageDescriptor"]["Columns"]
        assert columns == table["StorageDescriptor"]["Columns"]
        assert "projection.enabled" not in table["Parameters"]


def test_the_schedule_registers_days_too(cloud: Cloud) -> None:
    answer = cloud.client("lambda").invoke(FunctionName=cloud.outputs["DaysFunctionName"], Payload=b"{}")
    assert "FunctionError" not in answer
