"""The dashboard in the template: closed by default, and what guards it when it is opened."""

import base64
import hashlib
import json
import subprocess
from typing import Any

import pytest

from tests.template.document import ROOT, Node, find_resources, read_source, translate

RESOURCES = translate()["Resources"]
CREDENTIALS = "ann:correct horse b\u00e4ttery"
# Runs the gate as CloudFront does, on each event of standard input.
_RUN = """
const { runInNewContext } = require("node:vm");
const { code, requests } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const context = { require, Buffer };
runInNewContext(code + "\\nthis.handler = handler;", context);
console.log(JSON.stringify(requests.map((request) => context.handler({ request }))));
"""


def find(name: str) -> Node:
    properties: Node = RESOURCES[name]["Properties"]
    return properties


def ask_gate(*headers: Any, digest: str | None = None) -> list[int]:
    """What the gate answers requests with these headers; 0 where it lets them pass."""
    expected = hashlib.sha256(CREDENTIALS.encode()).hexdigest() if digest is None else digest
    code = find("DashboardGate")["FunctionCode"]["Fn::Sub"].replace("${DashboardPasswordSha256}", expected)
    assert "${" not in code
    requests = [{"method": "GET", "uri": "/", "headers": own} for own in headers]
    given = json.dumps({"code": code, "requests": requests})
    done = subprocess.run(["node", "-e", _RUN], input=given, text=True, capture_output=True, check=True)
    answers = json.loads(done.stdout)
    assert [answer for answer in answers if "statusCode" not in answer] == [
        request for request, answer in zip(requests, answers, strict=True) if "statusCode" not in answer
    ]
    return [answer.get("statusCode", 0) for answer in answers]


def authorize(credentials: str = CREDENTIALS, scheme: str = "Basic ") -> Node:
    return {"authorization": {"value": scheme + base64.b64encode(credentials.encode()).decode()}}


def test_without_being_asked_for_the_dashboard_has_no_address() -> None:
    assert read_source()["Parameters"]["DashboardAccess"]["Default"] == "none"
    served = {name for name, node in RESOURCES.items() if node.get("Condition") == "ServesDashboard"}
    assert served == {
        "DashboardDistribution",
        "DashboardAccessControl",
        "DashboardGate",
        "DashboardHeaders",
    }
    assert read_source()["Outputs"]["DashboardUrl"]["Condition"] == "ServesDashboard"
    _, opened = find("DashboardBucketPolicy")["PolicyDocument"]["Statement"]
    condition, _, otherwise = opened["Fn::If"]
    assert (condition, otherwise) == ("ServesDashboard", {"Ref": "AWS::NoValue"})


def test_a_password_is_needed_to_open_it_and_is_not_echoed() -> None:
    parameter = read_source()["Parameters"]["DashboardPasswordSha256"]
    assert (parameter["NoEcho"], parameter["Default"]) == (True, "")
    rule = read_source()["Rules"]["DashboardNeedsPassword"]
    assert rule["RuleCondition"] == {"Fn::Equals": [{"Ref": "DashboardAccess"}, "password"]}
    (assertion,) = rule["Assertions"]
    assert assertion["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "DashboardPasswordSha256"}, ""]}]}


def test_only_the_distribution_reads_the_bucket() -> None:
    _, opened = find("DashboardBucketPolicy")["PolicyDocument"]["Statement"]
    statement = opened["Fn::If"][1]
    assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert statement["Action"] == ["s3:GetObject", "s3:ListBucket"]
    source = statement["Condition"]["StringEquals"]["aws:SourceArn"]["Fn::Sub"]
    assert source.endswith(":distribution/${DashboardDistribution}")
    control = find("DashboardAccessControl")["OriginAccessControlConfig"]
    assert (control["SigningBehavior"], control["SigningProtocol"]) == ("always", "sigv4")


def test_every_request_passes_the_gate_and_every_answer_has_the_headers() -> None:
    config = find("DashboardDistribution")["DistributionConfig"]
    assert "CacheBehaviors" not in config
    behaviour = config["DefaultCacheBehavior"]
    assert behaviour["FunctionAssociations"] == [
        {"EventType": "viewer-request", "FunctionARN": {"Fn::GetAtt": ["DashboardGate", "FunctionARN"]}}
    ]
    assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "DashboardHeaders"}
    assert behaviour["ViewerProtocolPolicy"] == "redirect-to-https"
    assert behaviour["AllowedMethods"] == ["GET", "HEAD"]
    # A query that reached S3 would list the bucket.
    assert "OriginRequestPolicyId" not in behaviour
    assert config["DefaultRootObject"] == "index.html"
    (origin,) = config["Origins"]
    assert origin["OriginAccessControlId"] == {"Fn::GetAtt": ["DashboardAccessControl", "Id"]}


def test_the_headers_are_those_that_the_page_is_tested_with() -> None:
    config = find("DashboardHeaders")["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    assert {own["Override"] for own in security.values()} == {True}
    headers = {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "Strict-Transport-Security": f"max-age={security['StrictTransportSecurity']['AccessControlMaxAgeSec']}",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": security["FrameOptions"]["FrameOption"],
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        **{own["Header"]: own["Value"] for own in config["CustomHeadersConfig"]["Items"]},
    }
    assert headers == json.loads((ROOT / "dashboard" / "headers.json").read_text(encoding="utf-8"))


def test_the_gate_lets_the_password_pass_and_nothing_else() -> None:
    assert ask_gate(authorize(), authorize(scheme="basic "), authorize(scheme="Basic  ")) == [0, 0, 0]
    twice = authorize() | {}
    twice["authorization"] = twice["authorization"] | {"multiValue": [twice["authorization"]]}
    refused = [
        {},
        {"authorization": {}},
        {"authorization": {"value": ""}},
        {"authorization": {"value": "Basic "}},
        {"authorization": {"value": "Basic %%%"}},
        {"authorization": {"value": CREDENTIALS}},
        authorize("ann:wrong"),
        authorize("bob:" + CREDENTIALS.partition(":")[2]),
        authorize(CREDENTIALS + " "),
        authorize(CREDENTIALS.upper()),
        authorize(scheme="Bearer "),
        authorize(scheme="Digest Basic "),
        twice,
        None,
    ]
    assert ask_gate(*refused) == [401] * len(refused)


@pytest.mark.parametrize("digest", ["", "undefined", "0" * 63])
def test_the_gate_opens_for_nobody_where_it_knows_no_password(digest: str) -> None:
    nobody = [authorize(""), authorize("undefined"), authorize(), {}]
    assert ask_gate(*nobody, digest=digest) == [401] * len(nobody)


def test_a_refusal_asks_for_credentials_and_is_kept_by_nobody() -> None:
    code = find("DashboardGate")["FunctionCode"]["Fn::Sub"]
    assert "'www-authenticate': { value: 'Basic realm=\"Pixelweave\", charset=\"UTF-8\"' }" in code
    assert "'cache-control': { value: 'no-store' }" in code
    # CloudFront quotas, «CloudFront Functions»: 10 KB.
    assert len(code.encode()) < 10_000
    assert find("DashboardGate")["FunctionConfig"]["Runtime"] == "cloudfront-js-2.0"


def test_the_dashboard_is_published_every_night_one_run_at_a_time() -> None:
    (schedule,) = [
        node["Properties"]
        for name, node in find_resources("AWS::Scheduler::Schedule").items()
        if name.startswith("Publish")
    ]
    assert schedule["ScheduleExpression"] == {"Ref": "PublishSchedule"}
    assert schedule["ScheduleExpressionTimezone"] == "UTC"
    function = find("PublishFunction")
    assert function["ReservedConcurrentExecutions"] == {
        "Fn::If": ["ReservesConcurrency", 1, {"Ref": "AWS::NoValue"}]
    }
    assert function["Timeout"] == 900
