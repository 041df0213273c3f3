"""Functions: runtime, logs, layers, limits and environment."""

import re

import pytest
from pixelweave.route import find_tag

from tests.template.document import ROOT, find_references, find_resources, read_source, translate

FUNCTIONS = {name: node["Properties"] for name, node in find_resources("AWS::Lambda::Function").items()}
SETTINGS = ROOT / "layers" / "core" / "pixelweave_aws"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_runs_on_the_chosen_architecture_and_python(name: str) -> None:
    assert FUNCTIONS[name]["Runtime"] == "python3.13"
    assert FUNCTIONS[name]["Architectures"] == [{"Ref": "Architecture"}]
    assert FUNCTIONS[name]["Handler"] == "app.handler"
    assert read_source()["Parameters"]["Architecture"]["Default"] == "arm64"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_logs_into_a_group_of_its_own_that_forgets(name: str) -> None:
    logging = FUNCTIONS[name]["LoggingConfig"]
    assert logging["LogFormat"] == "JSON"
    assert logging["SystemLogLevel"] == "WARN"
    # Lambda takes a printed line without a level for INFO, be it a metric or the report of a fault: it must get through
    # (Lambda developer guide, «Log-level filtering»).
    assert logging["ApplicationLogLevel"] == "INFO"
    (group,) = find_references(logging["LogGroup"])
    assert group == name.removesuffix("Function") + "LogGroup"


def test_every_log_group_forgets_after_the_chosen_time() -> None:
    groups = find_resources("AWS::Logs::LogGroup")
    assert set(groups) == {
        "ApiLogGroup",
        "AudiencesLogGroup",
        "CollectLogGroup",
        "CompactLogGroup",
        "DaysLogGroup",
        "EnrichLogGroup",
        "GoalsLogGroup",
        "HitsStreamLogGroup",
        "LinksStreamLogGroup",
        "PublishLogGroup",
        "RedriveLogGroup",
        "StitchLogGroup",
        "ViewsLogGroup",
    }
    assert [group["Properties"]["RetentionInDays"] for group in groups.values()] == [
        {"Ref": "LogRetentionDays"}
    ] * len(groups)


# views is told everything by CloudFormation, so that a change of it makes the views anew.
@pytest.mark.parametrize("name", FUNCTIONS.keys() - {"ViewsFunction"})
def test_a_function_gets_the_variables_that_its_settings_read_and_no_others(name: str) -> None:
    module = SETTINGS / f"{name.removesuffix('Function').lower()}_settings.py"
    read = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', module.read_text(encoding="utf-8")))
    given = set(FUNCTIONS[name]["Environment"]["Variables"])
    # AWS_… and the proxies are set by Lambda or by nobody; POWERTOOLS_… is read by powertools itself.
    assert {variable for variable in read if not variable.startswith(("AWS_", "HTTP", "POWERTOOLS_"))} == {
        variable for variable in given if not variable.startswith("POWERTOOLS_")
    }


def test_collect_is_lean() -> None:
    collect = FUNCTIONS["CollectFunction"]
    (layer,) = find_references(collect["Layers"])
    assert layer.startswith("CoreLayer")
    assert "SnapStart" not in collect
    assert "TracingConfig" not in collect


def test_collect_gives_up_before_the_api_does() -> None:
    (integration,) = find_resources("AWS::ApiGatewayV2::Integration").values()
    assert FUNCTIONS["CollectFunction"]["Timeout"] == 10
    assert integration["Properties"]["TimeoutInMillis"] > 10_000
    assert integration["Properties"]["PayloadFormatVersion"] == "2.0"


def test_enrich_has_the_time_that_firehose_allows() -> None:
    assert 60 <= FUNCTIONS["EnrichFunction"]["Timeout"] <= 300
    assert FUNCTIONS["EnrichFunction"]["MemorySize"] >= 512


def test_every_path_goes_to_collect_and_is_throttled() -> None:
    (route,) = find_resources("AWS::ApiGatewayV2::Route").values()
    assert route["Properties"]["RouteKey"] == "$default"
    (stage,) = find_resources("AWS::ApiGatewayV2::Stage").values()
    assert stage["Properties"]["StageName"] == "$default"
    assert stage["Properties"]["DefaultRouteSettings"] == {
        "ThrottlingRateLimit": {"Ref": "ThrottleRate"},
        "ThrottlingBurstLimit": {"Ref": "ThrottleBurst"},
    }


def test_the_api_answers_no_preflight_and_keeps_no_addresses_by_itself() -> None:
    (api,) = find_resources("AWS::ApiGatewayV2::Api").values()
    assert "CorsConfiguration" not in api["Properties"]
    assert read_source()["Parameters"]["AccessLogs"]["Default"] == "off"


def test_cloudfront_keeps_the_tags_script_by_its_path_alone() -> None:
    config = translate()["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    (behaviour,) = config["CacheBehaviors"]
    assert behaviour["PathPattern"] == "/t/*"
    # CachingOptimized: neither query nor cookies nor headers but Accept-Encoding (CloudFront developer guide, «managed cache policies»).
    assert behaviour["CachePolicyId"] == "658327ea-f89d-4fab-a63d-7e88639e58f6"
    assert "OriginRequestPolicyId" not in behaviour
    assert behaviour["AllowedMethods"] == ["GET", "HEAD"]
    assert find_tag("/t/callbacks.js") is not None


def test_cloudfront_caches_no_hit_and_proves_itself() -> None:
    resources = translate()["Resources"]
    policy = resources["GeographyPolicy"]["Properties"]["CachePolicyConfig"]
    assert (policy["MinTTL"], policy["DefaultTTL"]) == (0, 0)
    config = resources["Distribution"]["Properties"]["DistributionConfig"]
    assert {entry["ErrorCachingMinTTL"] for entry in config["CustomErrorResponses"]} == {0}
    (header,) = config["Origins"][0]["OriginCustomHeaders"]
    assert header == {"HeaderName": "X-Pixelweave-Origin", "HeaderValue": {"Ref": "OriginSecret"}}
    assert read_source()["Parameters"]["OriginSecret"]["NoEcho"] is True
