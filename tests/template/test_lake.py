"""The lake: the table says what the stream writes, where it writes it, and nothing is lost with the stack."""

import pytest
from pixelweave.field import FIELDS

from tests.template.document import Node, find_resources, translate

RESOURCES = translate()["Resources"]
TABLE: Node = RESOURCES["EventsTable"]["Properties"]["TableInput"]
STREAM: Node = RESOURCES["HitsStream"]["Properties"]["ExtendedS3DestinationConfiguration"]
BUCKET: Node = RESOURCES["LakeBucket"]["Properties"]
DATA_TYPES = {"AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::SQS::Queue"}


def test_the_columns_are_those_of_the_field_table_in_its_order() -> None:
    columns = [(column["Name"], column["Type"]) for column in TABLE["StorageDescriptor"]["Columns"]]
    assert columns == [(field.name, field.glue) for field in FIELDS]


def test_athena_computes_the_partitions_that_the_stream_writes() -> None:
    parameters = TABLE["Parameters"]
    assert TABLE["PartitionKeys"][0]["Name"] == "dt"
    assert parameters["projection.enabled"] == "true"
    assert parameters["projection.dt.type"] == "date"
    assert parameters["projection.dt.range"] == {"Fn::Sub": "${EventsFirstDay},NOW"}
    assert parameters["projection.dt.format"] in STREAM["Prefix"]
    location = parameters["storage.location.template"]["Fn::Sub"].removeprefix("s3://${LakeBucket}/")
    assert location.replace("${!dt}", "!{timestamp:yyyy-MM-dd}") == STREAM["Prefix"]


def test_the_stream_writes_parquet_by_the_schema_of_the_table_and_errors_aside() -> None:
    conversion = STREAM["DataFormatConversionConfiguration"]
    assert conversion["SchemaConfiguration"]["TableName"] == {"Ref": "EventsTable"}
    assert "ParquetSerDe" in conversion["OutputFormatConfiguration"]["Serializer"]
    assert "OpenXJsonSerDe" in conversion["InputFormatConfiguration"]["Deserializer"]
    # Firehose takes format conversion with uncompressed objects only.
    assert STREAM["CompressionFormat"] == "UNCOMPRESSED"
    assert STREAM["ErrorOutputPrefix"] == "errors/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/"
    assert STREAM["CloudWatchLoggingOptions"]["Enabled"] is True


def test_the_stream_has_each_batch_enriched() -> None:
    (processor,) = STREAM["ProcessingConfiguration"]["Processors"]
    parameters = {entry["ParameterName"]: entry["ParameterValue"] for entry in processor["Parameters"]}
    assert parameters["LambdaArn"] == {"Fn::GetAtt": ["EnrichFunction", "Arn"]}
    assert 1 <= float(parameters["BufferSizeInMBs"]) <= 3
    assert 60 <= int(parameters["BufferIntervalInSeconds"]) <= 900


def test_what_holds_data_outlives_the_stack() -> None:
    retained = {
        name: (node["DeletionPolicy"], node["UpdateReplacePolicy"])
        for name, node in RESOURCES.items()
        if node["Type"] in DATA_TYPES
    }
    assert len(retained) == 6
    assert set(retained.values()) == {("RetainExceptOnCreate", "Retain")}


def test_everything_at_rest_is_encrypted() -> None:
    (rule,) = BUCKET["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    (table,) = find_resources("AWS::DynamoDB::Table").values()
    assert table["Properties"]["SSESpecification"] == {"SSEEnabled": True}
    encryption = RESOURCES["HitsStream"]["Properties"]["DeliveryStreamEncryptionConfigurationInput"]
    assert encryption == {"KeyType": "AWS_OWNED_CMK"}


def test_the_pixel_table_can_be_restored_and_is_guarded_outside_the_local_stage() -> None:
    (table,) = find_resources("AWS::DynamoDB::Table").values()
    properties = table["Properties"]
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["DeletionProtectionEnabled"] == {"Fn::If": ["IsLocal", False, True]}
    assert [key["AttributeName"] for key in properties["KeySchema"]] == ["pk", "sk"]


@pytest.mark.parametrize(("prefix", "days"), [("errors/", 30), ("athena-results/", 7)])
def test_what_is_not_the_log_goes_away_by_itself(prefix: str, days: int) -> None:
    (rule,) = [rule for rule in BUCKET["LifecycleConfiguration"]["Rules"] if rule.get("Prefix") == prefix]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", days)


def test_a_deleted_object_can_be_taken_back_for_a_week_and_no_upload_lingers() -> None:
    assert BUCKET["VersioningConfiguration"] == {"Status": "Enabled"}
    rule = BUCKET["LifecycleConfiguration"]["Rules"][-1]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 7}
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}


def test_the_workgroup_stops_dear_queries_and_keeps_answers_in_the_lake() -> None:
    (group,) = find_resources("AWS::Athena::WorkGroup").values()
    configuration = group["Properties"]["WorkGroupConfiguration"]
    assert configuration["EnforceWorkGroupConfiguration"] is True
    assert configuration["BytesScannedCutoffPerQuery"] == {"Ref": "ScanLimitBytes"}
    assert configuration["EngineVersion"] == {"SelectedEngineVersion": "Athena engine version 3"}
    output = configuration["ResultConfiguration"]["OutputLocation"]
    assert output == {"Fn::Sub": "s3://${LakeBucket}/athena-results/"}
