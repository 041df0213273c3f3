"""The lake: the table says what the stream writes, where it writes it, and nothing is lost with the stack."""

import re
from pathlib import Path

import pytest
from pixelweave.field import FIELDS, Field
from pixelweave.link import LINK_FIELDS
from pixelweave.packing import LAYOUTS

from tests.template.document import Node, find_resources, translate

RESOURCES = translate()["Resources"]
# Stream → the table that describes what it writes.
TABLES = {"HitsStream": "EventsTable", "LinksStream": "LinksTable"}
ERRORS = {"HitsStream": "errors/", "LinksStream": "links-errors/"}
BUCKET: Node = RESOURCES["LakeBucket"]["Properties"]
DATA_TYPES = {"AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::SQS::Queue"}
NUMBERS = {4: "four", 6: "six", 8: "eight"}


def find_table(name: str) -> Node:
    table: Node = RESOURCES[name]["Properties"]["TableInput"]
    return table


def find_destination(stream: str) -> Node:
    destination: Node = RESOURCES[stream]["Properties"]["ExtendedS3DestinationConfiguration"]
    return destination


@pytest.mark.parametrize(("name", "fields"), [("EventsTable", FIELDS), ("LinksTable", LINK_FIELDS)])
def test_the_columns_are_those_of_the_field_table_in_its_order(name: str, fields: tuple[Field, ...]) -> None:
    columns = [
        (column["Name"], column["Type"]) for column in find_table(name)["StorageDescriptor"]["Columns"]
    ]
    assert columns == [(field.name, field.glue) for field in fields]


@pytest.mark.parametrize("stream", TABLES)
def test_a_day_is_a_partition_below_the_table_where_the_stream_writes(stream: str) -> None:
    table, prefix = find_table(TABLES[stream]), find_destination(stream)["Prefix"]
    assert [key["Name"] for key in table["PartitionKeys"]] == ["dt"]
    # A table with projection takes no notice of registered partitions (Athena user guide, «Partition projection»).
    assert table["Parameters"] == {"classification": "parquet"}
    assert table["StorageDescriptor"]["Location"] == {"Fn::Sub": f"s3://${{LakeBucket}}/{table['Name']}/"}
    assert prefix == f"{table['Name']}/dt=!{{timestamp:yyyy-MM-dd}}/"
    assert table["Name"] in LAYOUTS


@pytest.mark.parametrize("stream", TABLES)
def test_the_stream_writes_parquet_by_the_schema_of_the_table_and_errors_aside(stream: str) -> None:
    destination = find_destination(stream)
    conversion = destination["DataFormatConversionConfiguration"]
    assert conversion["SchemaConfiguration"]["TableName"] == {"Ref": TABLES[stream]}
    assert conversion["SchemaConfiguration"]["RoleARN"] == {"Fn::GetAtt": [f"{stream}Role", "Arn"]}
    assert "ParquetSerDe" in conversion["OutputFormatConfiguration"]["Serializer"]
    assert "OpenXJsonSerDe" in conversion["InputFormatConfiguration"]["Deserializer"]
    # Firehose takes format conversion with uncompressed objects only, and gathers 64 MiB at least.
    assert destination["CompressionFormat"] == "UNCOMPRESSED"
    assert destination["BufferingHints"]["SizeInMBs"] in (64, {"Ref": "HitsBufferMegabytes"})
    errors = "!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/"
    assert destination["ErrorOutputPrefix"] == ERRORS[stream] + errors
    assert destination["CloudWatchLoggingOptions"]["Enabled"] is True


def test_hits_are_enriched_in_batches_and_links_are_written_as_they_are() -> None:
    (processor,) = find_destination("HitsStream")["ProcessingConfiguration"]["Processors"]
    parameters = {entry["ParameterName"]: entry["ParameterValue"] for entry in processor["Parameters"]}
    assert parameters["LambdaArn"] == {"Fn::GetAtt": ["EnrichFunction", "Arn"]}
    assert 1 <= float(parameters["BufferSizeInMBs"]) <= 3
    assert 60 <= int(parameters["BufferIntervalInSeconds"]) <= 900
    assert "ProcessingConfiguration" not in find_destination("LinksStream")


def test_what_holds_data_outlives_the_stack() -> None:
    retained = {
        name: (node["DeletionPolicy"], node["UpdateReplacePolicy"])
        for name, node in RESOURCES.items()
        if node["Type"] in DATA_TYPES
    }
    assert len(retained) == 11
    assert set(retained.values()) == {("RetainExceptOnCreate", "Retain")}


def test_the_page_on_deploying_names_what_outlives_the_stack() -> None:
    page = (Path(__file__).parents[2] / "docs" / "deploy.md").read_text()
    told = page.partition("\n## What stays when a stack goes\n")[2].partition("\n## ")[0]
    for name in find_resources("AWS::DynamoDB::Table"):
        assert name.removesuffix("Table").lower() in told
    number = len(find_resources("AWS::SQS::Queue"))
    assert f"{NUMBERS[number]} queues" in told


@pytest.mark.parametrize("kind", ["AWS::DynamoDB::Table", "AWS::SQS::Queue"])
def test_the_page_on_privacy_has_all_that_holds_data(kind: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text()
    for name in find_resources(kind).keys() - {"PixelTable"}:
        word, thing = (
            re.sub(r"(DeadLetter)?(Table|Queue)$", "", name).lower(),
            kind.rpartition("::")[2].lower(),
        )
        assert f"\n| {word} {thing}" in page


def test_everything_at_rest_is_encrypted() -> None:
    (rule,) = BUCKET["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    for table in find_resources("AWS::DynamoDB::Table").values():
        assert table["Properties"]["SSESpecification"] == {"SSEEnabled": True}
    for stream in TABLES:
        encryption = RESOURCES[stream]["Properties"]["DeliveryStreamEncryptionConfigurationInput"]
        assert encryption == {"KeyType": "AWS_OWNED_CMK"}


@pytest.mark.parametrize("name", ["PixelTable", "IdentityTable", "GoalsTable"])
def test_a_table_can_be_restored_and_is_guarded_outside_the_local_stage(name: str) -> None:
    properties = RESOURCES[name]["Properties"]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["DeletionProtectionEnabled"] == {"Fn::If": ["IsLocal", False, True]}
    assert [key["AttributeName"] for key in properties["KeySchema"]] == ["pk", "sk"]


@pytest.mark.parametrize(
    ("prefix", "days"), [("errors/", 30), ("links-errors/", 30), ("athena-results/", 7), ("audiences/", 30)]
)
def test_what_is_not_the_log_goes_away_by_itself(prefix: str, days: int) -> None:
    (rule,) = [rule for rule in BUCKET["LifecycleConfiguration"]["Rules"] if rule.get("Prefix") == prefix]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", days)


def test_what_is_deleted_of_an_audience_is_gone_a_day_later() -> None:
    (rule,) = [
        each for each in BUCKET["LifecycleConfiguration"]["Rules"] if each.get("Prefix") == "audiences/"
    ]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}


def test_a_deleted_object_can_be_taken_back_for_a_week_and_no_upload_lingers() -> None:
    assert BUCKET["VersioningConfiguration"] == {"Status": "Enabled"}
    rule = BUCKET["LifecycleConfiguration"]["Rules"][-1]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 7}
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}


@pytest.mark.parametrize(
    ("name", "limit"), [("WorkGroup", "ScanLimitBytes"), ("PublishWorkGroup", "PublishScanLimitBytes")]
)
def test_a_workgroup_stops_dear_queries_and_keeps_answers_in_the_lake(name: str, limit: str) -> None:
    groups = find_resources("AWS::Athena::WorkGroup")
    assert set(groups) == {"WorkGroup", "PublishWorkGroup"}
    configuration = groups[name]["Properties"]["WorkGroupConfiguration"]
    assert configuration["EnforceWorkGroupConfiguration"] is True
    assert configuration["BytesScannedCutoffPerQuery"] == {"Ref": limit}
    assert configuration["EngineVersion"] == {"SelectedEngineVersion": "Athena engine version 3"}
    output = configuration["ResultConfiguration"]["OutputLocation"]
    assert output == {"Fn::Sub": "s3://${LakeBucket}/athena-results/"}
