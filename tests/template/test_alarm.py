"""Alarms: each watches a metric that AWS sends, of a resource that is in the stack."""

import json
from collections.abc import Callable
from functools import partial

import pytest
from pixelweave_aws.compact_tally import CompactTally
from pixelweave_aws.hit_tally import HitTally
from pixelweave_aws.publish_tally import measure_publishing

from tests.template.document import ROOT, find_references, find_resources, find_values, read_source, translate

# Namespace → (dimension, type of the resource it names, metrics). From the metric lists of the services' guides: Lambda «Types of
# metrics», Firehose «Monitor with CloudWatch metrics», SQS «Available CloudWatch metrics», API Gateway «HTTP API metrics» (whose names
# differ from those of REST APIs), DynamoDB «Metrics and dimensions».
METRICS = {
    "AWS/Lambda": (
        "FunctionName",
        "AWS::Lambda::Function",
        {"Errors", "Throttles", "Duration", "Invocations"},
    ),
    "AWS/Firehose": (
        "DeliveryStreamName",
        "AWS::KinesisFirehose::DeliveryStream",
        {
            "DeliveryToS3.DataFreshness",
            "DeliveryToS3.Success",
            "ExecuteProcessing.Success",
            "FailedConversion.Records",
            "ThrottledRecords",
        },
    ),
    "AWS/SQS": (
        "QueueName",
        "AWS::SQS::Queue",
        {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"},
    ),
    "AWS/ApiGateway": (
        "ApiId",
        "AWS::ApiGatewayV2::Api",
        {"4xx", "5xx", "Count", "Latency", "IntegrationLatency"},
    ),
    "AWS/DynamoDB": ("TableName", "AWS::DynamoDB::Table", {"ReadThrottleEvents", "WriteThrottleEvents"}),
}
# Ratios of successes to attempts: trouble is below.
RATIOS = {"DeliveryToS3.Success", "ExecuteProcessing.Success"}

ALARMS = {name: node["Properties"] for name, node in find_resources("AWS::CloudWatch::Alarm").items()}
# Alarms on metrics of our own → the function that publishes them, and how.
OURS: dict[str, tuple[str, Callable[..., None]]] = {
    "CompactRefusedAlarm": ("CompactFunction", CompactTally().publish),
    "DaysShortAlarm": ("CompactFunction", CompactTally().publish),
    "EnrichRecordAlarm": ("EnrichFunction", HitTally().publish),
    "PublishFailedAlarm": ("PublishFunction", partial(measure_publishing, [])),
}


def find_watched(metric: str) -> set[str]:
    """The logical ids of what some alarm watches by a metric."""
    watched = [
        find_references(alarm["Dimensions"]) for alarm in ALARMS.values() if alarm["MetricName"] == metric
    ]
    return set().union(*watched)


@pytest.mark.parametrize("name", ALARMS.keys() - OURS.keys())
def test_an_alarm_watches_a_metric_that_exists_on_a_resource_of_the_stack(name: str) -> None:
    alarm = ALARMS[name]
    dimension, resource_type, metrics = METRICS[alarm["Namespace"]]
    assert alarm["MetricName"] in metrics
    assert [entry["Name"] for entry in alarm["Dimensions"]] == [dimension]
    (target,) = find_references(alarm["Dimensions"])
    assert translate()["Resources"][target]["Type"] == resource_type


@pytest.mark.parametrize("name", OURS)
def test_an_alarm_on_a_metric_of_our_own_watches_what_its_function_publishes(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    function, publish = OURS[name]
    variables = translate()["Resources"][function]["Properties"]["Environment"]["Variables"]
    publish(namespace="Pixelweave/stack", service=variables["POWERTOOLS_SERVICE_NAME"])
    published = json.loads(capsys.readouterr().out)
    (directive,) = published["_aws"]["CloudWatchMetrics"]
    alarm = ALARMS[name]
    assert alarm["Namespace"] == variables["POWERTOOLS_METRICS_NAMESPACE"]
    assert alarm["MetricName"] in [metric["Name"] for metric in directive["Metrics"]]
    assert [[entry["Name"] for entry in alarm["Dimensions"]]] == directive["Dimensions"]
    assert alarm["Dimensions"] == [{"Name": "service", "Value": published["service"]}]


@pytest.mark.parametrize("name", [name for name, alarm in ALARMS.items() if alarm["Namespace"] == "AWS/SQS"])
def test_an_alarm_names_a_queue_by_its_name_not_by_its_url(name: str) -> None:
    assert find_values(ALARMS[name]["Dimensions"], "Fn::GetAtt")[0][1] == "QueueName"


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_can_fire_and_tells_someone(name: str) -> None:
    alarm = ALARMS[name]
    assert alarm["ComparisonOperator"].startswith(
        "LessThan" if alarm["MetricName"] in RATIOS else "GreaterThan"
    )
    assert alarm["Threshold"] > 0
    assert alarm["TreatMissingData"] == "notBreaching"
    assert ("Statistic" in alarm) != ("ExtendedStatistic" in alarm)
    assert {"AlarmTopicArn", "AlarmTopic"} <= find_references(alarm["AlarmActions"])
    assert len(alarm["AlarmDescription"].split()) > 5


def test_every_function_has_an_alarm_for_its_errors() -> None:
    assert find_watched("Errors") == set(find_resources("AWS::Lambda::Function"))


def test_every_queue_is_watched_by_age_or_as_a_dead_letter_queue_by_depth() -> None:
    watched = find_watched("ApproximateAgeOfOldestMessage") | find_watched(
        "ApproximateNumberOfMessagesVisible"
    )
    assert watched == set(find_resources("AWS::SQS::Queue"))
    assert {"GoalsDeadLetterQueue", "IdentifyDeadLetterQueue", "SpillDeadLetterQueue"} == find_watched(
        "ApproximateNumberOfMessagesVisible"
    )


def test_freshness_alarms_above_the_longest_buffer_and_ages_below_the_retention() -> None:
    for stream in ("Hits", "Links"):
        longest = read_source()["Parameters"][f"{stream}BufferSeconds"]["MaxValue"]
        assert ALARMS[f"{stream}StaleAlarm"]["Threshold"] > longest
    for name, node in find_resources("AWS::SQS::Queue").items():
        for alarm in ALARMS.values():
            if alarm["MetricName"] == "ApproximateAgeOfOldestMessage" and name in find_references(
                alarm["Dimensions"]
            ):
                assert alarm["Threshold"] < node["Properties"]["MessageRetentionPeriod"]


def test_a_message_that_waits_for_a_consumer_is_noticed_within_minutes() -> None:
    for name in ("GoalsAgeAlarm", "IdentifyAgeAlarm", "SpillAgeAlarm"):
        assert ALARMS[name]["Threshold"] <= 900


def test_every_stream_is_watched_for_delivery_conversion_and_age() -> None:
    for metric in ("DeliveryToS3.Success", "FailedConversion.Records", "DeliveryToS3.DataFreshness"):
        assert find_watched(metric) == set(find_resources("AWS::KinesisFirehose::DeliveryStream"))


def test_every_alarm_is_explained_to_the_operator() -> None:
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert [name for name in ALARMS if f"`{name}`" not in page] == []
