"""Audiences on the embedded AWS, in Rokt's own words: somebody shows high intent, does not convert, is listed, and is identified later."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from pixelweave.audience import AudienceRecord
from pixelweave.audience_export import SHA256, write_export
from pixelweave.audience_form import read_audience
from pixelweave.pixel_model import PixelSpec
from pixelweave_aws.audience_definition import AudienceDefinitions
from pixelweave_aws.audience_evaluation import AudienceEvaluation
from pixelweave_aws.audience_object import AudienceObjects
from pixelweave_aws.lake import Lake
from pixelweave_aws.pixel_table import PixelTable
from pixelweave_aws.view_text import ViewTexts
from pixelweave_cli.audience_book import fill_template
from pixelweave_local.browser import Browsers
from pixelweave_local.traffic import Request

if TYPE_CHECKING:
    from pixelweave_local.cloud import Cloud

WORKSPACE = "retargeting"
ADDRESS = "J.Late@Example.com"
DIGEST = sha256(ADDRESS.lower().encode()).hexdigest()


class Shop:
    """A pixel whose site asks for consent, an audience over it, and an ear on the bus."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        table = PixelTable(cloud.outputs["PixelTableName"], cloud.client("dynamodb"))
        spec = PixelSpec(dialect="rokt", name="Loans", workspace_id=WORKSPACE)
        self.pixel = table.create(spec, time.time())
        self.browsers = Browsers(cloud.collector_url)
        self.definitions = AudienceDefinitions(cloud.outputs["PixelTableName"], cloud.client("dynamodb"))
        self.objects = AudienceObjects(cloud.client("s3"), cloud.outputs["LakeBucketName"])
        database = cloud.outputs["DatabaseName"]
        self.evaluation = AudienceEvaluation(
            Lake(cloud.client("athena"), database, cloud.outputs["WorkGroupName"]),
            ViewTexts(cloud.client("glue"), database),
            database=database,
            table=cloud.outputs["EventsTableName"],
        )
        self.queue = self._listen()

    def send(self, session: str, goal: str | None = None, email: str | None = None) -> None:
        """A page view, or a conversion, of a session that has consented."""
        own = {"ct": str(int(time.time() * 1000)), "consent_state": "sufficient"}
        own |= (
            {"ui_t": "other3", "ui_v": session}
            if email is None
            else {"ui_t": "other3,email", "ui_v": f"{session},{email}"}
        )
        if goal is None:
            own |= {"dt": "ScreenView", "hn": "www.shop.example"}
        else:
            own |= {"dt": "AppEvent", "et": "Transaction", "n": "conversion"}
            own |= {"attrs_k": "conversiontype,confirmationref", "attrs_v": f"{goal},{session}-{goal}"}
        (answer,) = self.browsers.send([Request("rokt", f"/v1/{self.pixel.key}/Pixel", query=urlencode(own))])
        assert answer.status == 200

    def define(self, name: str) -> AudienceRecord:
        """A scheduled audience of the template for high intent."""
        now = int(time.time() * 1000)
        record = AudienceRecord(
            spec=fill_template("high-intent", WORKSPACE, name),
            is_scheduled=True,
            created_at=now,
            updated_at=now,
        )
        self.definitions.put(record, is_new=True)
        return record

    def call(self, scheduled_at: datetime | None = None) -> dict[str, Any]:
        """Call the function as the schedule does; its answer, or its error."""
        moment = scheduled_at or datetime.now(UTC)
        answer = self.cloud.client("lambda").invoke(
            FunctionName=self.cloud.outputs["AudiencesFunctionName"],
            Payload=json.dumps({"scheduled_at": f"{moment:%Y-%m-%dT%H:%M:%S}Z"}),
        )
        told: dict[str, Any] = json.loads(answer["Payload"].read())
        return told

    def export(self, record: AudienceRecord) -> str:
        """The hashes of the audience's members."""
        found = self.evaluation.evaluate(record.spec, int(time.time() * 1000))
        exported = write_export(found.members, SHA256)
        key = self.objects.write_export(record, found, exported)
        body = self.cloud.client("s3").get_object(Bucket=self.objects.bucket, Key=key)["Body"]
        text: str = body.read().decode()
        return text

    def hear(self) -> list[dict[str, Any]]:
        """What came since the last time: details with their detail-type."""
        sqs, heard = self.cloud.client("sqs"), []
        while messages := sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get(
            "Messages", []
        ):
            bodies = [json.loads(message["Body"]) for message in messages]
            heard += [{"type": body["detail-type"]} | body["detail"] for body in bodies]
        return sorted(heard, key=lambda each: str(each["type"]))

    def _listen(self) -> str:
        sqs, events = self.cloud.client("sqs"), self.cloud.client("events")
        url: str = sqs.create_queue(QueueName="audiences-heard")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        bus = self.cloud.outputs["EventBusName"]
        pattern = json.dumps({"detail-type": ["AudienceEntered", "AudienceLeft"]})
        events.put_rule(Name="audiences-heard", EventBusName=bus, EventPattern=pattern)
        events.put_targets(Rule="audiences-heard", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
        return url


@pytest.fixture(scope="module")
def shop(cloud: Cloud) -> Shop:
    return Shop(cloud)


def test_high_intent_is_listed_told_and_grows_a_hash(shop: Shop) -> None:
    record = shop.define("Left the application")
    name = f"{WORKSPACE}/left-the-application"
    shop.send("wanting", "Checkout")
    shop.send("bought", "Checkout")
    shop.send("bought", "Purchase")
    shop.send("looking")
    shop.cloud.settle()
    assert shop.call()["evaluated"] == {name: 1}
    (entered,) = shop.hear()
    # These browsers keep no cookie: the session alone tells who bought.
    actor = entered["actor_id"]
    assert actor.startswith(f"visitor:{WORKSPACE}:")
    assert (entered["type"], entered["person_id"], entered["is_known"]) == ("AudienceEntered", None, False)
    assert shop.export(record) == ""

    shop.send("wanting", email=ADDRESS)
    shop.cloud.settle()
    assert shop.export(record) == f"{DIGEST}\n"
    # The same call again is done already; the next night's is another.
    assert shop.call(datetime(2025, 1, 1, tzinfo=UTC))["passed_over"] == [name]
    time_of_next = datetime.fromtimestamp(time.time() + 86_400, UTC)
    assert shop.call(time_of_next)["evaluated"] == {name: 2}
    identified, left = shop.hear()
    assert (identified["email_sha256"], identified["is_known"]) == (DIGEST, True)
    assert (left["actor_id"], left["cause"]) == (actor, "behaviour")
    assert "late" not in json.dumps([identified, left]).lower()


def test_an_audience_that_fails_stops_no_other_and_fails_the_call(shop: Shop) -> None:
    record = shop.define("A broken one")
    other = shop.define("Be it so")
    key = f"audiences/{WORKSPACE}/{record.spec.slug}/members.json.gz"
    shop.cloud.client("s3").put_object(Bucket=shop.objects.bucket, Key=key, Body=b"no gzip")
    error = shop.call(datetime(2025, 1, 1, tzinfo=UTC))
    assert f"{WORKSPACE}/{record.spec.slug}: MembershipFileError" in error["errorMessage"]
    assert shop.objects.read_membership(other).membership is not None


def test_every_kind_of_condition_is_understood_by_athena(shop: Shop) -> None:
    conditions: list[dict[str, object]] = [
        {"goal": "Checkout", "at_most": "3"},
        {"event": {"type": "*", "host": "*", "label": {"a": "*"}, "property": {"b'": "*"}}},
        {"label": "user_segment=new*"},
        {"interest": {"section": "/", "host": "www.shop.example"}, "share": "0.5"},
        {"funnel": "Way", "reached": "1", "not_reached": "2"},
        {"seen": {"within": "7d", "not_within": "1d"}},
        {"value": {"goal": "Purchase", "unit": "EUR"}, "at_least": "0.5"},
    ]
    form = {"audience": "All kinds", "workspace": WORKSPACE, "within": "180d", "consent": "not_denied"}
    none = read_audience(form | {"all": conditions})
    either = read_audience(form | {"any": conditions})
    now = int(time.time() * 1000)
    seen, *_, members = shop.evaluation.evaluate(none, now).steps
    assert (seen.left > 0, members.left) == (True, 0)
    found = shop.evaluation.evaluate(either, now)
    assert len(found.members) == found.steps[-1].left > 0
