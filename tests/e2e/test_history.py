"""A short history of the demo shop on the embedded AWS: what is published, counted and known of it is what was true of it."""

from __future__ import annotations

import gzip
import http.client
import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from pixelweave.audience import AudienceRecord
from pixelweave.dashboard_part import PARTS
from pixelweave.goal_report import TOTAL, list_goal_rows
from pixelweave_aws.audience_definition import AudienceDefinitions
from pixelweave_aws.goal_definition import GoalDefinitions
from pixelweave_aws.goal_table import GoalTable
from pixelweave_cli.audience_book import fill_template
from pixelweave_local import dashboard_process
from pixelweave_local.audience import count_audiences
from pixelweave_local.dashboard_publish import publish
from pixelweave_local.history import Size, make_history
from pixelweave_local.history_pixel import SHOP, WORKSPACE, ensure_shop
from pixelweave_local.history_seed import seed_history
from pixelweave_local.history_truth import Truth
from pixelweave_local.place import ROOT

from tests.conftest import PLACE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelweave_local.cloud import Cloud
    from pixelweave_local.history import History

# Enough for each kind of thing that happens in a history to happen.
SIZE = Size(days=5, visits=300)
NAMES = [part.name for part in PARTS]


class Past(NamedTuple):
    """What was delivered and published, and what is true of it."""

    cloud: Cloud
    history: History
    truth: Truth

    def read(self, key: str) -> Any:
        body = self.cloud.client("s3").get_object(Bucket=self.cloud.outputs["DashboardBucketName"], Key=key)
        return json.loads(gzip.decompress(body["Body"].read()))

    def read_days(self, part: str) -> dict[str, list[list[Any]]]:
        """The published days of a part that have rows."""
        months = {day[:7] for day in self.history.days}
        documents = [self.read(f"data/{SHOP.pixel_id}/{part}/{month}.json") for month in sorted(months)]
        return {day: rows for document in documents for day, rows in document["days"].items() if rows}


@pytest.fixture(scope="module")
def past(cloud: Cloud) -> Iterator[Past]:
    today = datetime.now(UTC).date()
    history = make_history(ensure_shop(cloud), today - timedelta(days=1), SIZE)
    assert "rows in 10 objects" in seed_history(cloud, PLACE, today, SIZE)
    cloud.settle(300)
    publish(cloud, date.fromisoformat(min(history.days)))
    yield Past(cloud, history, Truth(history))
    # Whoever publishes next begins from nothing, as the first run does.
    bucket, s3 = cloud.outputs["DashboardBucketName"], cloud.client("s3")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="data/"):
        for each in page.get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=each["Key"])


@pytest.mark.parametrize("part", NAMES)
def test_what_is_published_is_what_happened(past: Past, part: str) -> None:
    wanted = past.truth.parts[part]
    published = past.read_days(part)
    assert sum(len(rows) for rows in wanted.values()) > 5
    assert published.keys() == wanted.keys()
    for day, rows in wanted.items():
        assert published[day] == rows, day


def test_the_index_has_the_shop_with_its_goals_and_funnels(past: Past) -> None:
    index = past.read("data/index.json")
    (shop,) = [pixel for pixel in index["pixels"] if pixel["pixel_id"] == SHOP.pixel_id]
    assert (shop["name"], shop["workspace_id"], shop["first_day"]) == (
        "Demo shop",
        WORKSPACE,
        min(past.history.days),
    )
    assert shop["goals"] == ["Add to basket", "Checkout", "Newsletter"]
    assert [funnel["name"] for funnel in shop["funnels"]] == ["Order", "Reader to buyer"]
    assert {name: part["error"] for name, part in index["parts"].items()} == dict.fromkeys(NAMES)


def test_the_reporting_table_counts_the_goals_that_were_reached(past: Past) -> None:
    outputs, dynamodb = past.cloud.outputs, past.cloud.client("dynamodb")
    definitions = GoalDefinitions(outputs["PixelTableName"], dynamodb).list(SHOP.pixel_id)
    counters = GoalTable(outputs["GoalsTableName"], dynamodb).read_totals(SHOP.pixel_id)
    rows = list_goal_rows(counters, {each.goal_id: each.name for each in definitions}, TOTAL)
    conversions: defaultdict[str, int] = defaultdict(int)
    values: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    sessions: defaultdict[str, set[str]] = defaultdict(set)
    for each in past.truth.conversions:
        conversions[each.goal] += 1
        if each.value is not None and each.unit is not None:
            values[each.goal, each.unit] += each.value
        if each.hit.session_id is not None:
            sessions[each.goal].add(each.hit.session_id)
    assert {row.goal: row.conversions for row in rows} == conversions
    assert {row.goal: row.sessions for row in rows} == {goal: len(own) for goal, own in sessions.items()}
    assert {(row.goal, unit): value for row in rows for unit, value in row.values.items()} == values
    assert set(conversions) >= {"Add to basket", "Checkout", "Newsletter", "Purchase", "Lead", "Brochure"}


def test_people_are_known_and_anonymous_as_they_were(past: Past) -> None:
    rows = past.cloud.query(
        f"SELECT is_known, count(*) AS n FROM people WHERE workspace_id = '{WORKSPACE}' GROUP BY 1"
    )
    told = {row["is_known"]: int(str(row["n"])) for row in rows}
    assert (told["true"], told["false"]) == past.truth.count_people()
    assert min(told.values()) > 10


def test_buyers_who_left_an_address_and_consented_may_be_exported(past: Past) -> None:
    definitions = AudienceDefinitions(past.cloud.outputs["PixelTableName"], past.cloud.client("dynamodb"))
    spec = fill_template("buyers", WORKSPACE, goals={"Revenue": "Purchase"})
    record = AudienceRecord(spec=spec, created_at=0, updated_at=0)
    definitions.put(record, is_new=True)
    try:
        (buyers,) = count_audiences(past.cloud)
    finally:
        definitions.delete(record)
    assert buyers.name == "Buyers"
    assert 0 < buyers.exported <= buyers.members <= past.truth.count_people()[0]


def test_every_row_is_in_the_log_once(past: Past) -> None:
    (row,) = past.cloud.query(
        f"SELECT count(*) AS n, count(DISTINCT event_id) AS ids FROM events WHERE pixel_id = '{SHOP.pixel_id}'"
    )
    count = sum(map(len, past.history.days.values()))
    assert (int(str(row["n"])), int(str(row["ids"]))) == (count, count)


def test_an_embedded_aws_hears_the_history_once(past: Past) -> None:
    assert seed_history(past.cloud, PLACE, datetime.now(UTC).date(), SIZE) == "seeded before"


def test_the_dashboard_is_served_beside_the_stack(past: Past) -> None:
    url = dashboard_process.start(PLACE, preferred=None)
    try:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
        connection.request("GET", "/")
        page = connection.getresponse()
        assert (page.status, page.read()) == (200, (ROOT / "dashboard/page/index.html").read_bytes())
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
        connection.request("GET", "/data/index.json")
        index = connection.getresponse()
        assert json.loads(gzip.decompress(index.read())) == past.read("data/index.json")
        connection.close()
    finally:
        assert dashboard_process.stop(PLACE)
    assert not PLACE.dashboard.exists()
