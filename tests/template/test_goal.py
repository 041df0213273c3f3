"""Goals: who tells of an object, who may, and what counting it may take."""

import pytest

from tests.template.document import find_references, find_resources, listed, read_source, translate

RESOURCES = translate()["Resources"]
GOALS = RESOURCES["GoalsFunction"]["Properties"]
BUCKET = RESOURCES["LakeBucket"]
PARAMETERS = read_source()["Parameters"]


def test_the_lake_tells_of_new_objects_of_the_log_and_of_no_others() -> None:
    (told,) = BUCKET["Properties"]["NotificationConfiguration"]["QueueConfigurations"]
    assert told["Event"] == "s3:ObjectCreated:*"
    assert told["Queue"] == {"Fn::GetAtt": ["GoalsQueue", "Arn"]}
    (rule,) = told["Filter"]["S3Key"]["Rules"]
    assert (rule["Name"], rule["Value"]) == ("prefix", "events/")


def test_the_bucket_waits_for_the_policy_and_nothing_the_policy_needs_waits_for_the_bucket() -> None:
    assert BUCKET["DependsOn"] == "GoalsQueuePolicy"
    seen: set[str] = set()
    waiting = ["GoalsQueuePolicy"]
    while waiting:
        name = waiting.pop()
        seen.add(name)
        waiting += (find_references(RESOURCES.get(name, {}).get("Properties")) & set(RESOURCES)) - seen
    assert "LakeBucket" not in seen
    assert {"GoalsQueue", "GoalsDeadLetterQueue"} <= seen


def test_only_buckets_of_this_account_may_write_to_the_queue() -> None:
    (policy,) = find_resources("AWS::SQS::QueuePolicy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert policy["Properties"]["Queues"] == [{"Ref": "GoalsQueue"}]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert (statement["Effect"], statement["Action"]) == ("Allow", "sqs:SendMessage")
    assert statement["Resource"] == {"Fn::GetAtt": ["GoalsQueue", "Arn"]}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
        "ArnLike": {"aws:SourceArn": {"Fn::Sub": "arn:${AWS::Partition}:s3:::*"}},
    }


def test_goals_reads_of_the_pixel_table_what_is_kept_by_pixel_id() -> None:
    (policy,) = RESOURCES["GoalsRole"]["Properties"]["Policies"]
    (statement,) = [
        each for each in policy["PolicyDocument"]["Statement"] if "dynamodb:Query" in listed(each["Action"])
    ]
    assert statement["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["PIXEL#*"]}}


def test_no_conversion_is_ever_forgotten() -> None:
    assert "TimeToLiveSpecification" not in RESOURCES["GoalsTable"]["Properties"]


def test_tmp_holds_the_largest_object_and_as_much_again_and_more_for_what_spills() -> None:
    largest = PARAMETERS["HitsBufferMegabytes"]["MaxValue"]
    assert GOALS["EphemeralStorage"]["Size"] >= 4 * largest


def test_each_object_has_a_call_of_its_own() -> None:
    (mapping,) = [
        each["Properties"]
        for each in find_resources("AWS::Lambda::EventSourceMapping").values()
        if "GoalsQueue" in find_references(each["Properties"]["EventSourceArn"])
    ]
    assert mapping["BatchSize"] == 1


def test_a_large_object_has_five_minutes() -> None:
    assert GOALS["Timeout"] == 300


@pytest.mark.parametrize(("name", "least"), [("GoalsMemory", 512), ("GoalsConcurrency", 2)])
def test_a_parameter_has_the_least_that_lambda_or_duckdb_needs(name: str, least: int) -> None:
    # A MaximumConcurrency of 1 is refused by Lambda (developer guide, «Configuring maximum concurrency»).
    assert PARAMETERS[name]["MinValue"] == least


def test_goals_tells_the_stacks_own_bus() -> None:
    assert GOALS["Environment"]["Variables"]["EVENT_BUS"] == {"Ref": "EventBus"}
