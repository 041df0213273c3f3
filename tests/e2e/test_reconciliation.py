"""Hits answered are rows in the log, by outcome; and the personal data they carried is in no object and no log line."""

from __future__ import annotations

import http.client
import json
import random
import re
import time
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from pixelweave.pixel import DIALECTS
from pixelweave.pixel_model import PixelSpec
from pixelweave_aws.pixel_table import PixelTable

from tests.unit.naughty import TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelweave_local.cloud import Cloud

REQUESTS = 400
CANARY = "canary.bird"
ADDRESS = f"{CANARY}@mailbox.example"
PHONE = "+13125550188"
NAME = "Canaria"
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
)


class Site:
    """A site that sends hits of every dialect and keeps what it was answered."""

    def __init__(self, cloud: Cloud) -> None:
        table = PixelTable(cloud.outputs["PixelTableName"], cloud.client("dynamodb"))
        self.pixels = {
            dialect: table.create(
                PixelSpec(dialect=dialect, name=f"Sum {dialect}", workspace_id="sum"), time.time()
            )
            for dialect in DIALECTS
        }
        self.answered: Counter[tuple[str, str]] = Counter()
        self._random = random.Random(20260701)
        self._connection = http.client.HTTPConnection(urlsplit(cloud.collector_url).netloc, timeout=30)

    def close(self) -> None:
        self._connection.close()

    def send_one(self) -> None:
        dialect = self._random.choice(DIALECTS)
        method, path, body = self._make(dialect, self.pixels[dialect].key)
        agent = self._random.choice(AGENTS)
        headers = {
            "User-Agent": agent,
            "Referer": f"https://shop.example/a?email={quote(ADDRESS)}&x=1",
            "X-Pixelweave-Debug": "1",
        }
        if self._random.random() < 0.1:
            headers["Sec-GPC"] = "1"
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        assert (response.status, content[:6]) == (200, b"GIF89a")
        for outcome in _untally(response.headers["X-Pixelweave-Outcome"]):
            # What collect accepts of a robot is a row of its own outcome.
            final = "bot" if outcome == "accepted" and "Googlebot" in agent else outcome
            self.answered[self.pixels[dialect].pixel_id, final] += 1

    def _make(self, dialect: str, key: str) -> tuple[str, str, str | None]:
        text = self._random.choice((*TEXTS[:70], "plain", ADDRESS, ADDRESS))[:300]
        now = str(int(time.time() * 1000))
        queries = {
            "ksense": {"track": self._random.choice(("pv", "conversion", "user_info", text)), "labels": json.dumps({"a": text}),
                       "user_info": json.dumps({"email": ADDRESS, "phone": PHONE, "first_name": NAME})},
            "pitchtarget": {"event_token": text, "amount": self._random.choice(("2500", "x", "")),
                            "params": json.dumps({"email": ADDRESS, "first_name": NAME, "note": text, "phone": PHONE})},
            "altcraft": {"goal": text, "value": self._random.choice(("1", "-2.5", "x")), "email": ADDRESS, "phone": PHONE},
            "rokt": {"dt": self._random.choice(("ScreenView", "AppEvent", "x")), "ct": self._random.choice((now, "0")), "ttl": text,
                     "et": "Transaction", "ui_t": "other3,email", "ui_v": f"s1,{ADDRESS}", "ua_k": "firstname,mobile",
                     "ua_v": f"{NAME},{PHONE}", "attrs_k": "conversiontype,confirmationref,note", "attrs_v": f"signup,1,{ADDRESS}"},
            "sendgrid": {"type": self._random.choice(("page", "identify", "track")), "name": text, "event": "Lead Captured",
                         "traits": json.dumps({"email": ADDRESS, "first_name": NAME}), "properties": json.dumps({"email": ADDRESS})},
            "native": {"title": text, "name": text, "email": ADDRESS, "phone": PHONE, "traits": json.dumps({"name": NAME}),
                       "is_test": self._random.choice(("", "1")), "order_id": ADDRESS},
        }  # fmt: skip
        paths = {
            "ksense": f"/ksense/{key}",
            "pitchtarget": f"/{key}/{self._random.choice(('event', 'revenue'))}.gif",
            "altcraft": f"/altcraft/{key}",
            "rokt": f"/v1/{key}/Pixel",
            "sendgrid": f"/sendgrid/{key}",
            "native": f"/e/{key}",
        }
        wanted: dict[str, Any] = queries[dialect]
        if self._random.random() < 0.3 and dialect != "rokt":
            hits = [wanted, {"type": text}, {}][: self._random.randint(1, 3)]
            return "POST", self._random.choice((paths[dialect], f"/i/{key}")), json.dumps(hits)
        query = urlencode(wanted, errors="surrogatepass")
        return "GET", f"{paths[dialect]}?{query}", None


def _untally(header: str) -> Iterator[str]:
    for part in header.split(", "):
        outcome, _, count = part.partition("=")
        yield from [outcome] * int(count or 1)


@pytest.fixture(scope="module")
def site(cloud: Cloud) -> Iterator[Site]:
    site = Site(cloud)
    for _ in range(REQUESTS):
        site.send_one()
    cloud.flush()
    yield site
    site.close()


def _rows(cloud: Cloud) -> list[dict[str, str | None]]:
    return [dict(row) for row in cloud.query("SELECT * FROM events WHERE workspace_id = 'sum'")]


def _count_messages(sqs: Any, url: str) -> int:
    """Messages that wait in a queue or are being worked on."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(attributes[name]) for name in names)


def test_hits_answered_are_rows_in_the_log_by_pixel_and_outcome(cloud: Cloud, site: Site) -> None:
    rows = _rows(cloud)
    assert Counter((row["pixel_id"], row["outcome"]) for row in rows) == site.answered
    assert len({row["event_id"] for row in rows}) == len(rows) >= REQUESTS
    assert {row["outcome"] for row in rows} == {"accepted", "rejected", "bot", "test"}


def test_rejected_rows_have_a_reason_and_denied_ones_no_ids(cloud: Cloud, site: Site) -> None:
    rows = _rows(cloud)
    assert all(row["reason"] for row in rows if row["outcome"] == "rejected")
    denied = [row for row in rows if row["consent"] == "denied"]
    assert denied
    assert not any(row["session_id"] or row["visitor_id"] for row in denied)


def test_identities_are_stitched_and_kept_in_the_identity_table(cloud: Cloud, site: Site) -> None:
    sqs, url = cloud.client("sqs"), cloud.outputs["IdentifyQueueUrl"]
    deadline = time.monotonic() + 60
    while _count_messages(sqs, url):
        assert time.monotonic() < deadline
    # Whatever collect sends, stitch understands.
    assert _count_messages(sqs, cloud.outputs["IdentifyDeadLetterQueueUrl"]) == 0
    pages = (
        cloud.client("dynamodb").get_paginator("scan").paginate(TableName=cloud.outputs["IdentityTableName"])
    )
    assert ADDRESS in json.dumps([page["Items"] for page in pages])


def test_canaries_are_in_no_object_of_the_lake(cloud: Cloud, site: Site) -> None:
    # Through Athena, because a Parquet object is compressed; and byte for byte, for everything that is not.
    cloud.flush()
    links = cloud.query(f"SELECT * FROM {cloud.outputs['LinksTableName']}")
    assert links
    text = json.dumps([_rows(cloud), links])
    s3, bucket = cloud.client("s3"), cloud.outputs["LakeBucketName"]
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", []):
            text += s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read().decode("latin-1")
    assert not re.search(f"{CANARY}|{re.escape(PHONE[1:])}|{NAME}", text, re.IGNORECASE)


def test_canaries_are_in_no_log_line(cloud: Cloud, site: Site) -> None:
    logs = cloud.client("logs")
    lines = [
        event["message"]
        for group in logs.describe_log_groups()["logGroups"]
        for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
    ]
    assert lines
    assert not re.search(f"{CANARY}|{re.escape(PHONE[1:])}|{NAME}", "\n".join(lines), re.IGNORECASE)


def test_what_was_spilled_reaches_the_log_by_itself(cloud: Cloud, site: Site) -> None:
    pixel = site.pixels["native"]
    row = {
        "event_id": "019f1d8c-e27b-7000-8000-00000000aaaa",
        "pixel_id": pixel.pixel_id,
        "workspace_id": "spilled",
        "dialect": "native",
        "type": "page_view",
        "outcome": "accepted",
        "received_at": int(time.time() * 1000),
        "occurred_at": int(time.time() * 1000),
        "schema_version": 1,
    }
    spilled = {"schema": "pixelweave.spill/1", "target": "hits", "records": [json.dumps(row)]}
    cloud.client("sqs").send_message(QueueUrl=cloud.outputs["SpillQueueUrl"], MessageBody=json.dumps(spilled))
    deadline = time.monotonic() + 30
    while True:
        cloud.flush()
        found = cloud.query("SELECT event_id FROM events WHERE workspace_id = 'spilled'")
        if found or time.monotonic() > deadline:
            break
    assert [each["event_id"] for each in found] == [row["event_id"]]
