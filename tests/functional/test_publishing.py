"""One run of publishing after the other, on moto's S3 and the real queries."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from moto import mock_aws
from pixelweave.dashboard_index import PublishedFunnel, PublishedPixel
from pixelweave.dashboard_part import PARTS, choose_parts
from pixelweave_aws.dashboard_bucket import DashboardBucket, DocumentConflictError
from pixelweave_aws.lake import Lake
from pixelweave_aws.publishing import Publishing, PublishPlan

from tests.functional.event_table import make_row
from tests.functional.goal_row import make_goal, make_step_rows, make_window_rows
from tests.functional.link_row import make_link, make_merge, make_node
from tests.functional.published_lake import LOG, LakeAthena, load_texts, make_hit
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
JUNE = "data/px_one/activity/2025-06.json"


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


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws(), ViewLake() as lake:
        lake.fill("events", [make_row(number) for number in range(3)])
        desk = Desk(lake)
        yield desk
        desk.athena.forget()


def test_the_first_run_publishes_every_part_of_every_pixel(desk: Desk) -> None:
    done = desk.run()
    assert [report.error for report in done.values()] == [None] * len(PARTS)
    assert {report.days for report in done.values()} == {401}
    assert (done["activity"].rows, done["activity"].statistics) == (1, (1000, 250))
    assert desk.read(JUNE) == {
        "version": 1,
        "part": "activity",
        "columns": ["hour", "events", "page_views"],
        "days": {"2025-06-30": [[12, 3, 3]]},
    }
    index = desk.read("data/index.json")
    assert [(pixel["pixel_id"], pixel["first_day"]) for pixel in index["pixels"]] == [
        ("px_one", "2025-06-30"),
        ("px_two", None),
    ]
    assert (index["first_day"], index["last_day"]) == ("2025-06-30", "2025-07-01")
    assert index["parts"]["reach"] == {
        "computed_at": "2025-07-01T02:00:00Z",
        "through": "2025-07-01",
        "bytes_scanned": 1000,
        "error": None,
    }


def test_a_month_without_rows_has_an_empty_document(desk: Desk) -> None:
    desk.run()
    months = [f"2024-{month:02}" for month in range(5, 13)] + [f"2025-{month:02}" for month in range(1, 8)]
    assert desk.list_keys() == {"data/index.json"} | {
        f"data/{pixel.pixel_id}/{part.name}/{month}.json"
        for pixel in PIXELS
        for part in PARTS
        for month in months
    }
    assert desk.read("data/px_two/goals/2025-06.json")["days"] == {}
    assert desk.read("data/px_one/activity/2024-05.json")["days"] == {}


def test_an_empty_document_is_not_written_again(desk: Desk) -> None:
    key = "data/px_two/activity/2025-07.json"
    desk.run("activity")
    desk.s3.put_object(Bucket=BUCKET, Key=key, Body=_body(desk, key), Metadata={"untouched": "yes"})
    desk.run("activity", now=NOW + timedelta(days=1))
    assert desk.s3.head_object(Bucket=BUCKET, Key=key)["Metadata"] == {"untouched": "yes"}


def test_documents_say_how_they_are_to_be_read(desk: Desk) -> None:
    desk.run("activity")
    stored = desk.s3.head_object(Bucket=BUCKET, Key=JUNE)
    assert (stored["ContentType"], stored["ContentEncoding"]) == ("application/json", "gzip")
    assert stored["CacheControl"] == "no-cache"


def test_a_closed_day_is_not_computed_again_unless_somebody_asks(desk: Desk) -> None:
    desk.run("activity")
    desk.lake.fill("events", [make_row(number) for number in range(7)])
    done = desk.run("activity", now=NOW + timedelta(days=1))
    assert (done["activity"].first, done["activity"].last) == (date(2025, 6, 30), date(2025, 7, 2))
    assert desk.read(JUNE)["days"] == {"2025-06-30": [[12, 7, 7]]}
    desk.lake.fill("events", [make_row(number) for number in range(4)])
    day_after = NOW + timedelta(days=2)
    assert desk.run("activity", now=day_after)["activity"].first == date(2025, 7, 1)
    assert desk.read(JUNE)["days"] == {"2025-06-30": [[12, 7, 7]]}
    assert desk.run("activity", now=day_after, wanted=date(2025, 6, 2))["activity"].days == 32
    assert desk.read(JUNE)["days"] == {"2025-06-30": [[12, 4, 4]]}


def test_what_is_known_of_people_is_their_workspaces_and_dates_no_pixel(desk: Desk) -> None:
    desk.lake.fill("links", [make_merge("B", "A"), make_merge("C", "A") | {"since": datetime(2025, 6, 2)}])  # noqa: DTZ001 - as in the log
    done = desk.run("activity", "identity")
    assert done["identity"].rows == 4
    for pixel in PIXELS:
        days = desk.read(f"data/{pixel.pixel_id}/identity/2025-06.json")["days"]
        assert days == {"2025-06-02": [["merge", None, 1]], "2025-06-30": [["merge", None, 1]]}
    assert [pixel["first_day"] for pixel in desk.read("data/index.json")["pixels"]] == ["2025-06-30", None]


def test_a_day_whose_rows_are_gone_is_gone_too(desk: Desk) -> None:
    desk.run("activity")
    desk.lake.fill("events", [])
    desk.run("activity")
    assert desk.read(JUNE)["days"] == {}


def test_what_has_not_changed_is_not_written(desk: Desk) -> None:
    desk.run("activity")
    desk.s3.put_object(Bucket=BUCKET, Key=JUNE, Body=_body(desk), Metadata={"untouched": "yes"})
    desk.run("activity", now=NOW + timedelta(hours=1))
    assert desk.s3.head_object(Bucket=BUCKET, Key=JUNE)["Metadata"] == {"untouched": "yes"}


def _body(desk: Desk, key: str = JUNE) -> bytes:
    stored = desk.bucket.read(key)
    assert stored is not None
    return stored.body


def test_a_query_that_fails_keeps_the_numbers_it_had_and_the_others_go_on(desk: Desk) -> None:
    desk.run("activity", "goals", "quality")
    desk.athena.broken["goal_windows"] = "TABLE_NOT_FOUND: goal_windows"
    tomorrow = NOW + timedelta(days=1)
    done = desk.run("activity", "goals", "quality", now=tomorrow)
    reason = "the query failed: TABLE_NOT_FOUND: goal_windows"
    assert [report.error for report in done.values()] == [None, reason, None]
    assert desk.parts["goals"] == {
        "computed_at": "2025-07-01T02:00:00Z",
        "through": "2025-07-01",
        "bytes_scanned": 1000,
        "error": {"reason": reason, "since": "2025-07-02T02:00:00Z"},
    }
    assert desk.parts["quality"]["computed_at"] == "2025-07-02T02:00:00Z"
    assert desk.told.failed == [("goals", "QueryFailedError")]
    desk.run("goals", now=tomorrow + timedelta(days=1))
    assert desk.parts["goals"]["error"]["since"] == "2025-07-02T02:00:00Z"
    desk.athena.broken.clear()
    done = desk.run("goals", now=tomorrow + timedelta(days=2))
    # All that was left open meanwhile is done now.
    assert done["goals"].first == date(2025, 6, 30)
    assert desk.parts["goals"]["error"] is None


def test_a_query_that_the_cut_off_stops_is_told_with_what_it_scanned(desk: Desk) -> None:
    desk.athena.stop_next = "Bytes scanned limit was exceeded"
    done = desk.run("activity")
    assert done["activity"].error == "the query was cancelled: Bytes scanned limit was exceeded"
    assert done["activity"].to_record()["bytes_scanned"] == 1000
    assert (desk.parts["activity"]["computed_at"], desk.parts["activity"]["through"]) == (None, None)


def test_a_query_that_takes_too_long_is_stopped(desk: Desk) -> None:
    desk.athena.polls_until_done, desk.remaining = 99, 0.0
    done = desk.run("activity")
    assert done["activity"].error == "the query took more than 0 s and was stopped"
    assert desk.athena.stopped == ["1"]


def test_a_query_that_cannot_even_be_started_is_told(desk: Desk) -> None:
    desk.athena.refuse_next = True
    done = desk.run("activity", "quality")
    assert [report.error for report in done.values()] == [
        "StartQueryExecution: TooManyRequestsException",
        None,
    ]


def test_a_fault_of_ours_is_not_quoted_on_the_page(desk: Desk) -> None:
    desk.s3.put_object(Bucket=BUCKET, Key=JUNE, Body=b"not gzip")
    done = desk.run("activity", "quality")
    assert [report.error for report in done.values()] == ["BadGzipFile", None]


def test_two_runs_at_once_do_not_mix(desk: Desk) -> None:
    desk.run("activity")
    inner = desk.bucket.replace

    def write_meanwhile(key: str, body: bytes, old: Any) -> Any:
        if key == JUNE:
            desk.s3.put_object(Bucket=BUCKET, Key=key, Body=_body(desk) + b"\0")
        return inner(key, body, old)

    desk.lake.fill("events", [make_row(1)])
    desk.bucket.replace = write_meanwhile  # type: ignore[method-assign]
    with pytest.raises(DocumentConflictError, match="was written by somebody else"):
        desk.run("activity")


def test_a_new_document_is_not_written_over_another_runs(desk: Desk) -> None:
    desk.bucket.replace("data/x.json", b"theirs", None)
    with pytest.raises(DocumentConflictError):
        desk.bucket.replace("data/x.json", b"ours", None)
    stored = desk.bucket.read("data/x.json")
    assert stored is not None
    assert stored.body == b"theirs"


def test_a_funnel_that_is_new_or_changed_is_told_of_closed_days_too(desk: Desk) -> None:
    names = ("basket", "form", "pay")
    goals = [make_goal(name, {"field": "path", "pattern": f"/{name}"}) for name in names]
    desk.lake.fill("goal_windows", make_window_rows(*goals))
    hits = [make_hit(f"10:0{place}", path=f"/{name}", day="2025-06-02") for place, name in enumerate(names)]
    desk.lake.fill("events", [*hits, make_hit("11:00", path="/form", session_id="t", day="2025-06-02")])

    def define(*steps: str) -> None:
        funnel = PublishedFunnel(name="way", by="session", within_ms=3_600_000, steps=steps)
        desk.pixels = [PIXELS[0].model_copy(update={"funnels": (funnel,)}), PIXELS[1]]
        desk.lake.fill("funnel_steps", make_step_rows(list(steps), timedelta(hours=1)))

    def show() -> Any:
        return desk.read("data/px_one/funnels/2025-06.json")["days"].get("2025-06-02")

    desk.run("funnels")
    assert show() is None
    define("basket", "pay")
    desk.run("activity", now=NOW + timedelta(days=1))
    desk.athena.broken["funnel_steps"] = "out of luck"
    desk.run("funnels", now=NOW + timedelta(days=2))
    desk.athena.broken.clear()
    desk.run("funnels", now=NOW + timedelta(days=3))
    assert show() == [["way", 1, "basket", 1], ["way", 2, "pay", 1]]
    define("form", "pay")
    desk.run("funnels", now=NOW + timedelta(days=4))
    assert show() == [["way", 1, "form", 2], ["way", 2, "pay", 1]]
    assert desk.run("funnels", now=NOW + timedelta(days=5))["funnels"].days == 3


def test_who_is_known_since_is_known_in_every_range_of_two_months(desk: Desk) -> None:
    earlier = make_hit("10:00", "2025-06-01", event_id="1")
    desk.lake.fill("events", [earlier])
    for day in (2, 3, 4, 5):
        desk.run("reach", now=datetime(2025, 6, day, 2, tzinfo=UTC))
    desk.lake.fill("events", [earlier, make_hit("10:00", event_id="2")])
    links = [make_link("A", "10:00", visitor="v"), make_node("A", "email_sha256", "d", "10:00")]
    desk.lake.fill("links", links)
    desk.run("reach", now=NOW)
    assert desk.read("data/px_one/reach/2025-06.json")["days"] == {
        "2025-06-01": [["known", None, 1], ["visitor", None, 1]],
        "2025-06-30": [["known", 29, 1], ["visitor", 29, 1]],
    }
