"""collect as Lambda runs it: captured requests in, calls to AWS out."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from pixelweave.gif import GIF_BASE64
from pixelweave_aws.collect_settings import SettingsError

from bench.fake_aws import BROKEN, Breakdown, FakeAws, Refusal
from functions.collect.app import App, build
from tests.functional.gateway_event import FOLDER, NAMES, key_of, load_event

if TYPE_CHECKING:
    from collections.abc import Iterator

IDENTIFY = "https://sqs.eu-west-1.amazonaws.com/000000000000/identify"
SPILL = "https://sqs.eu-west-1.amazonaws.com/000000000000/spill"
ROWS = {
    "altcraft_goals": ["accepted"],
    "ksense_page_view": ["accepted"],
    "native_batch": ["accepted", "accepted", "rejected"],
    "pitchtarget_revenue": ["accepted"],
    "pitchtarget_signup": ["accepted"],
    "rokt_amp": ["accepted"],
    "rokt_conversion": ["accepted"],
    "rokt_page_view": ["accepted"],
    "sendgrid_purchase": ["accepted"],
}
IDENTIFIED = {"ksense_page_view", "pitchtarget_signup", "rokt_conversion"}


class Context:
    """Lambda's context, as far as collect looks at it."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 9000


@pytest.fixture
def aws() -> Iterator[FakeAws]:
    with FakeAws() as fake:
        for name in NAMES:
            key = key_of(load_event(name))
            dialect = name.partition("_")[0]
            fake.items[f"KEY#{key}"] = {
                "pixel_id": {"S": f"px_{dialect}"},
                "key": {"S": key},
                "workspace_id": {"S": "ws_shop"},
                "dialect": {"S": dialect},
                "status": {"S": "active"},
            }
        yield fake


def make_env(aws: FakeAws) -> dict[str, str]:
    return {
        "PIXEL_TABLE": "pixels",
        "HITS_STREAM": "hits",
        "IDENTIFY_QUEUE_URL": IDENTIFY,
        "SPILL_QUEUE_URL": SPILL,
        "AWS_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": aws.url,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI",
    }


@pytest.fixture
def app(aws: FakeAws) -> Iterator[App]:
    with closing(build(make_env(aws))) as app:
        yield app


def rows(aws: FakeAws) -> list[dict[str, Any]]:
    return [json.loads(record) for record in aws.records]


def test_every_captured_request_has_its_expectation() -> None:
    assert set(ROWS) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_captured_request_costs_one_firehose_call_and_at_most_one_sqs_call(
    aws: FakeAws, app: App, name: str
) -> None:
    response = app(load_event(name), Context())
    assert (response["statusCode"], response["body"], response["isBase64Encoded"]) == (200, GIF_BASE64, True)
    assert [row["outcome"] for row in rows(aws)] == ROWS[name]
    assert len(aws.operations("firehose")) == 1
    assert len(aws.operations("sqs")) == len(aws.messages[IDENTIFY]) == (name in IDENTIFIED)
    assert len(aws.operations("dynamodb")) == 1


def test_the_second_hit_of_a_pixel_asks_no_table(aws: FakeAws, app: App) -> None:
    app(load_event("rokt_page_view"), Context())
    app(load_event("rokt_page_view"), Context())
    assert len(aws.operations("dynamodb")) == 1
    assert len(aws.records) == 2


def test_repeated_parameters_survive_the_gateways_joining(aws: FakeAws, app: App) -> None:
    app(load_event("altcraft_goals"), Context())
    assert [goal["name"] for goal in rows(aws)[0]["goals"]] == ["Brochure, printed", "Request"]


def test_the_address_is_cut_to_its_network_and_the_forwarded_one_is_not_believed(
    aws: FakeAws, app: App
) -> None:
    app(load_event("rokt_page_view"), Context())
    assert rows(aws)[0]["client"] == {"network": "203.0.113.0"}
    assert b"198.51.100" not in aws.records[0]
    assert b"203.0.113.77" not in aws.records[0]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.255", {"network": "203.0.113.0"}),
        ("2001:db8:1:2:3:4:5:6", {"network": "2001:db8:1::"}),
        ("::ffff:203.0.113.77", {"network": "::"}),
        ("unknown", {}),
        ("", {}),
    ],
)
def test_addresses_lose_their_host_part(
    aws: FakeAws, app: App, address: str, network: dict[str, str]
) -> None:
    event = load_event("rokt_page_view")
    event["requestContext"]["http"]["sourceIp"] = address
    app(event, Context())
    assert rows(aws)[0].get("client", {}) == network


VIEWER = {
    "cloudfront-viewer-country": "DE",
    "cloudfront-viewer-country-region": "BY",
    "cloudfront-viewer-city": "Munich",
    "cloudfront-viewer-time-zone": "Europe/Berlin",
    "cloudfront-viewer-address": "198.51.100.7:443",
}
PLACE = {"country": "DE", "region": "BY", "city": "Munich", "time_zone": "Europe/Berlin"}


@pytest.mark.parametrize(
    ("secret", "sent", "viewer", "client"),
    [
        ("s3cret", "s3cret", VIEWER, PLACE),
        ("s3cret", "wrong", VIEWER, {"network": "203.0.113.0"}),
        ("s3cret", "", VIEWER, {"network": "203.0.113.0"}),
        ("", "", VIEWER, {"network": "203.0.113.0"}),
        ("s3cret", "s3cret", {"cloudfront-viewer-address": "198.51.100.7:443"}, {"network": "198.51.100.0"}),
        ("s3cret", "s3cret", {"cloudfront-viewer-address": "[2001:db8::1]:443"}, {"network": "2001:db8::"}),
        ("s3cret", "s3cret", {}, {}),
    ],
)
def test_viewer_headers_hold_only_with_the_origin_secret(
    aws: FakeAws, secret: str, sent: str, viewer: dict[str, str], client: dict[str, str]
) -> None:
    event = load_event("rokt_page_view")
    event["headers"] |= viewer | {"x-pixelweave-origin": sent}
    with closing(build(make_env(aws) | {"ORIGIN_SECRET": secret})) as app:
        app(event, Context())
    assert rows(aws)[0].get("client", {}) == client


def test_when_firehose_is_down_the_hit_waits_in_the_spill_queue(aws: FakeAws, app: App) -> None:
    aws.fail("firehose", *[BROKEN] * 9)
    response = app(load_event("rokt_page_view"), Context())
    assert (response["statusCode"], aws.records) == (200, [])
    spilled = json.loads(aws.messages[SPILL][0])
    assert (spilled["schema"], spilled["target"]) == ("pixelweave.spill/1", "hits")
    assert json.loads(spilled["records"][0])["dialect"] == "rokt"


def test_when_everything_is_down_the_visitor_gets_the_gif_and_the_sender_is_told(
    aws: FakeAws, app: App
) -> None:
    aws.fail("firehose", *[BROKEN] * 9)
    aws.fail("sqs", *[BROKEN] * 9)
    response = app(load_event("rokt_page_view"), Context())
    assert (response["statusCode"], response["body"]) == (503, GIF_BASE64)
    assert response["headers"]["Retry-After"] == "5"


def test_when_the_table_is_down_an_unseen_key_is_not_told_to_be_unknown(aws: FakeAws, app: App) -> None:
    aws.fail("dynamodb", *[Refusal(500, "InternalServerError")] * 9)
    assert app(load_event("rokt_page_view"), Context())["statusCode"] == 503


def test_a_lost_answer_may_double_a_record_but_never_its_event_id(aws: FakeAws, app: App) -> None:
    aws.fail("firehose", Breakdown.LOSE_ANSWER)
    app(load_event("rokt_page_view"), Context())
    assert {row["event_id"] for row in rows(aws)} == {rows(aws)[0]["event_id"]}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_logged_for_a_hit(
    aws: FakeAws, app: App, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    app(load_event(name), Context())
    aws.fail("firehose", *[BROKEN] * 9)
    app(load_event(name), Context())
    assert capfd.readouterr() == ("", "")


def test_a_fault_of_our_own_logs_its_kind_and_place_and_nothing_of_the_hit(
    aws: FakeAws, app: App, capfd: pytest.CaptureFixture[str]
) -> None:
    event = load_event("rokt_conversion")
    event["requestContext"]["timeEpoch"] = "not a number"
    response = app(event, Context())
    out = capfd.readouterr().out
    assert (response["statusCode"], response["body"]) == (503, GIF_BASE64)
    assert out.startswith("ERROR collect failed: TypeError at ")
    assert "j.smith" not in out
    assert aws.records == []


def test_canaries_of_all_requests_are_in_no_record(aws: FakeAws, app: App) -> None:
    for name in NAMES:
        app(load_event(name), Context())
    log = b"\n".join(aws.records).decode()
    for canary in (
        "j.smith",
        "john.doe",
        "John",
        "3125551515",
        "00de5f451333e5d393cc49f1f0fd0200",
        "50b5337b",
        "203.0.113.77",
    ):
        assert canary not in log


def test_settings_that_are_missing_are_named() -> None:
    with pytest.raises(SettingsError, match="PIXEL_TABLE"):
        build({"AWS_REGION": "eu-west-1"})


def test_the_module_imports_in_an_empty_environment_and_imports_little() -> None:
    code = (
        "import sys; sys.path[:0] = ['layers/core', 'functions/collect']; import app; "
        "print(sorted({'boto3','pydantic','aws_lambda_powertools','dataclasses','typing','logging','email'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-S", "-c", code],
        cwd=FOLDER.parents[1],
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout.strip(), run.stderr) == (0, "[]", "")
