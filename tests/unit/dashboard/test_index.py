"""The index of the dashboard."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from pixelweave.dashboard_document import pack
from pixelweave.dashboard_index import Index, PartState, PublishedFunnel, PublishedPixel

NOW = datetime(2025, 7, 1, 2, 0, 41, 999_999, tzinfo=UTC)
FUNNEL = PublishedFunnel(name="way", by="session", within_ms=1000, steps=("a", "b"))
PIXEL = PublishedPixel(
    pixel_id="px", name="Shop", workspace_id="acme", dialect="native", goals=("News",), funnels=(FUNNEL,)
)
FRESH = PartState(computed_at=NOW, through=date(2025, 7, 1), bytes_scanned=10)


def test_an_index_lies_in_the_bucket_as_the_page_reads_it() -> None:
    index = Index().describe([PIXEL]).put("activity", FRESH, NOW, {"px": date(2025, 6, 1)})
    assert json.loads(gzip.decompress(index.pack())) == {
        "version": 1,
        "published_at": "2025-07-01T02:00:41Z",
        "first_day": "2025-06-01",
        "last_day": "2025-07-01",
        "pixels": [
            {
                "pixel_id": "px",
                "name": "Shop",
                "workspace_id": "acme",
                "dialect": "native",
                "first_day": "2025-06-01",
                "goals": ["News"],
                "funnels": [{"name": "way", "by": "session", "within_ms": 1000, "steps": ["a", "b"]}],
            }
        ],
        "parts": {
            "activity": {
                "computed_at": "2025-07-01T02:00:41Z",
                "through": "2025-07-01",
                "bytes_scanned": 10,
                "error": None,
            }
        },
    }
    again = Index.unpack(index.pack())
    assert again.pack() == index.pack()


@pytest.mark.parametrize("packed", [None, pack({"version": 2, "pixels": "another shape"})])
def test_without_an_index_of_this_version_all_is_to_be_done(packed: bytes | None) -> None:
    assert Index.unpack(packed) == Index()


def test_a_failure_keeps_what_there_was_and_since_when_it_fails() -> None:
    failed = FRESH.fail("no table", NOW)
    later = NOW + timedelta(days=1)
    again = failed.fail("x" * 301, later)
    assert (again.computed_at, again.through, again.bytes_scanned) == (NOW, date(2025, 7, 1), 10)
    assert again.error is not None
    assert (again.error.reason, again.error.since) == ("x" * 300, NOW)
    index = Index().put("activity", again, later, {}).put("activity", FRESH, later, {})
    assert index.parts["activity"].error is None


def test_a_pixel_keeps_its_first_day_and_learns_an_earlier_one() -> None:
    index = Index().describe([PIXEL])
    assert (index.pixels[0].first_day, index.first_day, index.last_day) == (None, None, None)
    for found, expected in [
        ("2025-06-10", "2025-06-10"),
        ("2025-06-20", "2025-06-10"),
        ("2025-06-01", "2025-06-01"),
    ]:
        index = index.describe([PIXEL]).put("activity", FRESH, NOW, {"px": date.fromisoformat(found)})
        assert index.pixels[0].first_day == index.first_day == date.fromisoformat(expected)
    # A pixel that is gone goes; its documents stay.
    assert index.describe([]).put("activity", FRESH, NOW, {}).first_day is None


def test_the_last_day_is_that_of_the_freshest_part() -> None:
    old = PartState(computed_at=NOW, through=date(2025, 6, 1))
    index = (
        Index().put("activity", FRESH, NOW, {}).put("goals", old, NOW, {}).put("reach", PartState(), NOW, {})
    )
    assert index.last_day == date(2025, 7, 1)
