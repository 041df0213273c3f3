"""One run of publishing after the other, on moto's S3 and the real queries."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pixelweave.dashboard_part import PARTS
from pixelweave_aws.dashboard_bucket import DocumentConflictError

from tests.functional.event_table import make_row
from tests.functional.link_row import make_merge
from tests.functional.publishing_desk import BUCKET, NOW, PIXELS, Desk, open_desk

if TYPE_CHECKING:
    from collections.abc import Iterator

JUNE = "data/px_one/activity/2025-06.json"


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as desk:
        yield desk


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
