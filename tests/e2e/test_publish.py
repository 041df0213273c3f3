"""The dashboard's documents on the embedded AWS: real hits of every dialect, the deployed function, and what lies in the bucket then."""

from __future__ import annotations

import gzip
import json
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest
from pixelweave.dashboard_document import pack
from pixelweave.dashboard_part import PARTS
from pixelweave.pixel import DIALECTS
from pixelweave.pixel_model import PixelSpec
from pixelweave_aws.page_upload import PageUpload
from pixelweave_aws.pixel_table import PixelTable
from pixelweave_aws.publish_call import PublishCall
from pixelweave_local import traffic
from pixelweave_local.browser import Browsers
from pixelweave_local.place import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelweave_aws.publish_call import PublishedPart
    from pixelweave_local.cloud import Cloud

type Row = dict[str, str | None]
type Totals = Counter[tuple[Any, ...]]

WORKSPACE = "published"
NAMES = [part.name for part in PARTS]
COLUMNS = "pixel_id, dialect, type, outcome, reason, client_class, event_id, message_id, session_id, visitor_id, browser"


class Desk:
    """Pixels with traffic, the function that publishes, and the bucket."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.s3 = cloud.client("s3")
        self.bucket = cloud.outputs["DashboardBucketName"]
        self.call = PublishCall(cloud.client("lambda"), cloud.outputs["PublishFunctionName"])
        table = PixelTable(cloud.outputs["PixelTableName"], cloud.client("dynamodb"))
        specs = {
            dialect: PixelSpec(dialect=dialect, name=dialect, workspace_id=WORKSPACE) for dialect in DIALECTS
        }
        self.pixels = {dialect: table.create(spec, time.time()) for dialect, spec in specs.items()}

    def send_traffic(self) -> None:
        """Twice, and one hit that is repeated as such."""
        keys = {dialect: pixel.key for dialect, pixel in self.pixels.items()}
        browsers, now = Browsers(self.cloud.collector_url), int(time.time() * 1000)
        repeated = traffic.Request("native", f"/e/{keys['native']}", query="name=seen&message_id=m-1")
        for _ in range(2):
            sent = browsers.send([*traffic.requests(keys, now), repeated])
            assert {answer.status for answer in sent} == {200}
        self.cloud.settle()

    def publish(self, *parts: str, **options: Any) -> dict[str, PublishedPart]:
        return {done.part: done for done in self.call.run(parts=parts, **options)}

    @cached_property
    def rows(self) -> list[Row]:
        """The pixels' rows of the log."""
        listed = ", ".join(f"'{pixel.pixel_id}'" for pixel in self.pixels.values())
        return self.cloud.query(f"SELECT {COLUMNS} FROM events WHERE pixel_id IN ({listed})")

    @property
    def hits(self) -> list[Row]:
        """The accepted ones, each hit once."""
        accepted = [row for row in self.rows if row["outcome"] == "accepted"]
        return list(
            {(row["pixel_id"], row["message_id"] or row["event_id"]): row for row in accepted}.values()
        )

    def read(self, key: str) -> Any:
        answer = self.s3.get_object(Bucket=self.bucket, Key=key)
        stored = (answer["ContentEncoding"], answer["ContentType"], answer["CacheControl"])
        assert stored == ("gzip", "application/json", "no-cache")
        return json.loads(gzip.decompress(answer["Body"].read()))

    def total(self, part: str, by: tuple[str, ...], count: str) -> Totals:
        """A count of a part, added up over pixels, days and all dimensions but `by`."""
        totals: Totals = Counter()
        for pixel in self.pixels.values():
            listed = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=f"data/{pixel.pixel_id}/{part}/")
            for found in listed.get("Contents", []):
                document = self.read(found["Key"])
                for row in (row for rows in document["days"].values() for row in rows):
                    cells = dict(zip(document["columns"], row, strict=True)) | {"pixel_id": pixel.pixel_id}
                    totals[tuple(cells[name] for name in by)] += cells[count]
        return totals


@pytest.fixture(scope="module")
def desk(cloud: Cloud) -> Desk:
    desk = Desk(cloud)
    desk.send_traffic()
    done = desk.publish()
    assert {each.part: each.error for each in done.values()} == dict.fromkeys(NAMES)
    assert {each.days for each in done.values()} == {401}
    assert min(each.rows for each in done.values() if each.part != "funnels") > 0
    assert all(each.bytes_scanned > 0 for each in done.values() if each.part not in ("identity", "funnels"))
    return desk


def count(rows: list[Row], *by: str, only: Callable[[Row], bool] = lambda _: True) -> Totals:
    return Counter(tuple(row[name] for name in by) for row in rows if only(row))


def test_the_index_tells_of_the_pixels_and_how_fresh_each_part_is(desk: Desk) -> None:
    index = desk.read("data/index.json")
    today = datetime.now(UTC).date()
    assert set(index["parts"]) == set(NAMES)
    for state in index["parts"].values():
        assert (state["error"], state["through"]) == (None, index["last_day"])
        assert state["computed_at"] <= index["published_at"]
    described = {pixel["pixel_id"]: pixel for pixel in index["pixels"]}
    for dialect, pixel in desk.pixels.items():
        told = described[pixel.pixel_id]
        assert (told["dialect"], told["name"], told["workspace_id"]) == (dialect, dialect, WORKSPACE)
        assert today - timedelta(days=1) <= datetime.fromisoformat(told["first_day"]).date() <= today


def test_the_numbers_are_those_of_the_log(desk: Desk) -> None:
    assert desk.total("activity", ("pixel_id",), "events") == count(desk.hits, "pixel_id")
    page_views = count(desk.hits, "pixel_id", only=lambda row: row["type"] == "page_view")
    assert +desk.total("activity", ("pixel_id",), "page_views") == page_views
    by = ("pixel_id", "dialect", "outcome", "reason", "client_class")
    assert desk.total("quality", by, "hits") == count(desk.rows, *by)
    accepted = [row for row in desk.rows if row["outcome"] == "accepted"]
    repeats = count(accepted, "pixel_id") - count(desk.hits, "pixel_id")
    assert repeats
    assert +desk.total("quality", ("pixel_id",), "duplicates") == repeats
    assert desk.total("technology", ("pixel_id", "browser"), "events") == count(
        desk.hits, "pixel_id", "browser"
    )
    sessions = Counter(
        (pixel,) for pixel, session in {(row["pixel_id"], row["session_id"]) for row in desk.hits} if session
    )
    for part in ("sessions", "technology", "geography"):
        assert +desk.total(part, ("pixel_id",), "sessions") == sessions
    seen = {(row["pixel_id"], row["visitor_id"] or row["session_id"]) for row in desk.hits}
    visitors = Counter((pixel, "visitor") for pixel, actor in seen if actor)
    reach = desk.total("reach", ("pixel_id", "kind"), "actors")
    assert {key: n for key, n in reach.items() if key[1] == "visitor"} == visitors


def test_goals_are_those_of_the_view(desk: Desk) -> None:
    rows = desk.cloud.query(
        "SELECT pixel_id, goal, source, unit, sum(value) AS value, count(*) AS n FROM goals_reached GROUP BY 1, 2, 3, 4"
    )
    own = {pixel.pixel_id for pixel in desk.pixels.values()}
    by = ("pixel_id", "goal", "source", "unit")
    expected = {tuple(row[name] for name in by): int(str(row["n"])) for row in rows if row["pixel_id"] in own}
    assert desk.total("goals", by, "conversions") == expected
    assert {key[2] for key in expected} == {"hit", "built-in"}


def test_identity_is_that_of_the_workspace(desk: Desk) -> None:
    rows = desk.cloud.query(
        f"SELECT kind, count(DISTINCT link_id) AS n FROM links WHERE workspace_id = '{WORKSPACE}' GROUP BY 1"
    )
    told = {str(row["kind"]): int(str(row["n"])) for row in rows}
    totals = desk.total("identity", ("pixel_id", "kind"), "count")
    for pixel in desk.pixels.values():
        assert totals[pixel.pixel_id, "identifier"] == told["node"]
        assert totals[pixel.pixel_id, "merge"] == told.get("merge", 0)


def test_a_closed_day_is_carried_over_and_an_open_one_is_not(desk: Desk) -> None:
    pixel = desk.pixels["native"].pixel_id
    today = datetime.now(UTC).date()
    closed = today - timedelta(days=9)
    planted = {day.isoformat(): [[7, 70, 7]] for day in (closed, today)}
    before = {}
    for month in {str(day)[:7] for day in (closed, today)}:
        key = f"data/{pixel}/activity/{month}.json"
        before[key] = desk.read(key) if month == str(today)[:7] else {"days": {}}
        days = before[key]["days"] | {day: rows for day, rows in planted.items() if day.startswith(month)}
        document = {
            "version": 1,
            "part": "activity",
            "columns": ["hour", "events", "page_views"],
            "days": days,
        }
        desk.s3.put_object(Bucket=desk.bucket, Key=key, Body=pack(document))
    done = desk.publish("activity")
    assert set(done) == {"activity"}
    assert done["activity"].days in (2, 3)
    key = f"data/{pixel}/activity/{str(closed)[:7]}.json"
    assert desk.read(key)["days"][str(closed)] == [[7, 70, 7]]
    now = f"data/{pixel}/activity/{str(today)[:7]}.json"
    assert desk.read(now)["days"][str(today)] == before[now]["days"][str(today)]
    again = desk.publish("activity", wanted=closed)
    assert again["activity"].days == 10
    assert str(closed) not in desk.read(key)["days"]


def test_one_broken_query_leaves_the_others(desk: Desk) -> None:
    glue, database = desk.cloud.client("glue"), desk.cloud.outputs["DatabaseName"]
    table = glue.get_table(DatabaseName=database, Name="goal_windows")["Table"]
    shape = ("Name", "TableType", "Parameters", "StorageDescriptor", "Description")
    kept = {name: table[name] for name in shape if name in table}
    before = desk.read("data/index.json")["parts"]["goals"]
    glue.delete_table(DatabaseName=database, Name="goal_windows")
    try:
        done = desk.publish("activity", "goals", "quality")
        index = desk.read("data/index.json")["parts"]
        again = desk.publish("goals")
        still = desk.read("data/index.json")["parts"]["goals"]["error"]
    finally:
        glue.create_table(DatabaseName=database, TableInput=kept)
    assert (done["activity"].error, done["quality"].error) == (None, None)
    assert "goal_windows" in str(done["goals"].error)
    assert again["goals"].error == done["goals"].error
    assert (index["goals"]["computed_at"], index["goals"]["through"]) == (
        before["computed_at"],
        before["through"],
    )
    assert index["goals"]["error"]["reason"] == done["goals"].error == still["reason"]
    assert index["goals"]["error"]["since"] == still["since"] > before["computed_at"]
    assert index["activity"]["computed_at"] > before["computed_at"]
    assert desk.publish("goals")["goals"].error is None
    assert desk.read("data/index.json")["parts"]["goals"]["error"] is None


def test_the_page_lies_beside_its_documents(desk: Desk) -> None:
    keys = PageUpload(desk.s3, desk.bucket).run(ROOT / "dashboard" / "page")
    assert keys[-1] == "index.html"
    answer = desk.s3.get_object(Bucket=desk.bucket, Key="index.html")
    assert answer["ContentType"] == "text/html; charset=utf-8"
    assert desk.read("data/index.json")["version"] == 1
