"""The embedded AWS does what the real one does, where Pixelweave relies on it.

These tests make their own stream, table and functions, in an account of their own.
"""

from __future__ import annotations

import base64
import io
import json
import time
import zipfile
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from pixelweave_aws.lake import Lake, QueryFailedError
from pixelweave_local.goal import ensure_goals, read_goals
from pixelweave_local.main import send_traffic

if TYPE_CHECKING:
    from pixelweave_local.cloud import Cloud
    from pixelweave_local.pixel import DemoPixel
    from pixelweave_local.server import Server

ACCOUNT = "222222222222"
REGION = "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/transform"

# Refuses what asks for it, raises where a record says so, passes the rest on.
TRANSFORM = """
import base64, json

def handler(event, context):
    records = []
    for record in event["records"]:
        row = json.loads(base64.b64decode(record["data"]))
        if row["name"] == "raise":
            raise ValueError("as asked")
        result = "ProcessingFailed" if row["name"] == "refuse" else "Ok"
        records.append({"recordId": record["recordId"], "result": result, "data": record["data"]})
    print("transformed", len(records))
    return {"records": records}
"""

# What a function can import, and what it may do with its role.
PROBE = """
import importlib.util, os
import boto3

def handler(event, context):
    if "module" in event:
        return {"there": "yes" if importlib.util.find_spec(event["module"]) else "no"}
    try:
        boto3.client("dynamodb").list_tables()
    except Exception as exc:
        return {"error": type(exc).__name__ + ": " + str(exc), "variables": sorted(os.environ)}
    return {"error": None}
"""


class Account:
    """Clients of one account of the embedded AWS, and the parts that the tests need in it."""

    def __init__(self, aws: Server) -> None:
        self._session = boto3.Session(
            aws_access_key_id=ACCOUNT, aws_secret_access_key="test", region_name=REGION
        )
        self._aws = aws

    def flush(self) -> Any:
        return self._aws.control("flush")["delivered"]

    def client(self, service: str) -> Any:
        return self._session.client(service, endpoint_url=self._aws.endpoint)  # type: ignore[call-overload]  # any name

    def create_function(self, name: str, source: str) -> str:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("app.py", source)
        created = self.client("lambda").create_function(
            FunctionName=name, Runtime="python3.13", Role=ROLE, Handler="app.handler", Timeout=10,
            Code={"ZipFile": packed.getvalue()},
        )  # fmt: skip
        return str(created["FunctionArn"])

    def create_stream(self, name: str, function_arn: str) -> None:
        processor = {
            "Type": "Lambda",
            "Parameters": [
                {"ParameterName": "LambdaArn", "ParameterValue": function_arn},
                {"ParameterName": "NumberOfRetries", "ParameterValue": "1"},
            ],
        }
        conversion = {
            "SchemaConfiguration": {"DatabaseName": "log", "TableName": "events", "RoleARN": ROLE},
            "InputFormatConfiguration": {"Deserializer": {"OpenXJsonSerDe": {}}},
            "OutputFormatConfiguration": {"Serializer": {"ParquetSerDe": {"Compression": "SNAPPY"}}},
        }
        self.client("firehose").create_delivery_stream(
            DeliveryStreamName=name,
            ExtendedS3DestinationConfiguration={
                "RoleARN": ROLE,
                "BucketARN": "arn:aws:s3:::lake",
                "Prefix": f"{name}/dt=!{{timestamp:yyyy-MM-dd}}/",
                "ErrorOutputPrefix": f"errors/{name}/!{{firehose:error-output-type}}/",
                "ProcessingConfiguration": {"Enabled": True, "Processors": [processor]},
                "DataFormatConversionConfiguration": conversion,
            },
        )

    def put(self, stream: str, rows: list[dict[str, Any]]) -> None:
        records = [{"Data": json.dumps(row).encode()} for row in rows]
        answer = self.client("firehose").put_record_batch(DeliveryStreamName=stream, Records=records)
        assert answer["FailedPutCount"] == 0

    def keys(self, prefix: str) -> list[str]:
        listed = self.client("s3").list_objects_v2(Bucket="lake", Prefix=prefix)
        return [entry["Key"] for entry in listed.get("Contents", [])]

    def errors(self, prefix: str) -> list[dict[str, Any]]:
        bodies = (
            self.client("s3").get_object(Bucket="lake", Key=key)["Body"].read() for key in self.keys(prefix)
        )
        return [json.loads(line) for body in bodies for line in body.decode().splitlines()]

    @cache  # noqa: B019 - one account a session
    def lake(self) -> Lake:
        return Lake(self.client("athena"), "log", "tests")

    def invoke(self, name: str, event: dict[str, Any]) -> dict[str, Any]:
        answer = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
        result: dict[str, Any] = json.loads(answer["Payload"].read())
        return result


@pytest.fixture(scope="module")
def account(aws: Server) -> Account:
    made = Account(aws)
    made.client("s3").create_bucket(Bucket="lake")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    made.client("iam").create_role(
        RoleName="transform",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    glue = made.client("glue")
    glue.create_database(DatabaseInput={"Name": "log"})
    columns = [{"Name": "name", "Type": "string"}, {"Name": "value", "Type": "decimal(18,4)"}]
    table = {
        "Name": "events",
        "StorageDescriptor": {"Location": "s3://lake/batch/", "Columns": columns},
        "PartitionKeys": [{"Name": "dt", "Type": "string"}],
        # The stack's own tables have registered partitions.
        "Parameters": {
            "classification": "parquet",
            "projection.enabled": "true",
            "projection.dt.type": "date",
            "projection.dt.format": "yyyy-MM-dd",
            "projection.dt.range": "2025-01-01,NOW",
            "storage.location.template": "s3://lake/batch/dt=${dt}/",
        },
    }
    glue.create_table(DatabaseName="log", TableInput=table)
    location = {"ResultConfiguration": {"OutputLocation": "s3://lake/results/"}}
    made.client("athena").create_work_group(Name="tests", Configuration=location)
    function_arn = made.create_function("transform", TRANSFORM)
    for stream in ("batch", "refusals", "misfits", "raising"):
        made.create_stream(stream, function_arn)
    made.create_function("probe", PROBE)
    return made


def test_a_hundred_records_become_one_parquet_object_that_athena_counts(account: Account) -> None:
    account.put("batch", [{"name": f"row {number}", "value": "1.25"} for number in range(100)])
    assert account.flush() == 100
    (key,) = account.keys("batch/")
    assert key.startswith(time.strftime("batch/dt=%Y-", time.gmtime()))
    assert key.endswith(".parquet")
    rows = account.lake().query("SELECT count(*) AS hits, sum(value) AS worth FROM events")
    assert rows == [{"hits": "100", "worth": "125.0000"}]


def test_what_waits_is_delivered_without_a_flush(account: Account) -> None:
    before = len(account.keys("batch/"))
    account.put("batch", [{"name": "late"}])
    deadline = time.monotonic() + 20
    while len(account.keys("batch/")) == before:
        assert time.monotonic() < deadline


def test_a_record_that_the_transform_refuses_goes_to_the_error_prefix_alone(account: Account) -> None:
    account.put("refusals", [{"name": "good"}, {"name": "refuse"}, {"name": "good"}])
    account.flush()
    (error,) = account.errors("errors/refusals/processing-failed/")
    assert json.loads(base64.b64decode(error["rawData"])) == {"name": "refuse"}
    assert error["errorCode"] == "Lambda.ProcessingFailedStatus"
    assert error["attemptsMade"] == 1
    assert error["lambdaArn"].endswith(":function:transform")
    assert abs(error["arrivalTimestamp"] / 1000 - time.time()) < 60
    assert set(error) >= {"errorMessage", "attemptEndingTimestamp"}
    assert len(account.keys("refusals/")) == 1


def test_a_batch_whose_transform_raises_goes_to_the_error_prefix_and_nothing_passes_raw(
    account: Account,
) -> None:
    account.put("raising", [{"name": "good"}, {"name": "raise"}])
    account.flush()
    errors = account.errors("errors/raising/processing-failed/")
    assert [(error["errorCode"], error["attemptsMade"]) for error in errors] == [
        ("Lambda.FunctionError", 2)
    ] * 2
    assert account.keys("raising/") == []


def test_a_record_that_does_not_fit_the_table_goes_to_the_error_prefix(account: Account) -> None:
    account.put("misfits", [{"name": "good", "value": "1"}, {"name": "bad", "value": "much"}])
    account.flush()
    (error,) = account.errors("errors/misfits/format-conversion-failed/")
    assert json.loads(base64.b64decode(error["rawData"]))["name"] == "bad"
    assert error["ErrorCode"] == "DataFormatConversion.MalformedData"
    assert error["dataCatalogTable"]["tableName"] == "events"
    assert len(account.keys("misfits/")) == 1


def test_a_table_that_does_not_exist_fails_the_query(account: Account) -> None:
    with pytest.raises(QueryFailedError, match="TABLE_NOT_FOUND"):
        account.lake().query("SELECT * FROM nowhere")


@pytest.mark.parametrize(("module", "there"), [("boto3", "yes"), ("ministack", "no"), ("duckdb", "no")])
def test_a_function_sees_what_awss_runtime_has_and_not_the_emulators_packages(
    account: Account, module: str, there: str
) -> None:
    assert account.invoke("probe", {"module": module}) == {"there": there}


def test_a_function_may_do_only_what_its_role_allows(account: Account) -> None:
    answer = account.invoke("probe", {})
    assert "AccessDenied" in answer["error"]
    assert "PYTHONPATH" not in answer["variables"]


def test_what_a_function_prints_is_in_its_log(account: Account) -> None:
    account.put("batch", [{"name": "logged"}])
    account.flush()
    logs = account.client("logs")
    events = logs.filter_log_events(logGroupName="/aws/lambda/transform")["events"]
    assert any("transformed" in event["message"] for event in events)


def test_the_demo_traffic_of_all_dialects_makes_the_rows_it_says(
    cloud: Cloud, pixels: dict[str, DemoPixel]
) -> None:
    # Raises where a request is refused, or a dialect's outcomes differ from what was sent.
    assert send_traffic(cloud, pixels).requests > 30


def test_the_demo_traffic_reaches_goals_that_are_defined_built_in_and_named_by_hits(
    cloud: Cloud, pixels: dict[str, DemoPixel]
) -> None:
    ensure_goals(cloud, pixels)
    ensure_goals(cloud, pixels)  # a second `make up` defines nothing twice
    send_traffic(cloud, pixels)
    cloud.settle()
    reached = {(each.dialect, each.goal): each for each in read_goals(cloud, pixels)}
    assert {key: each.source for key, each in reached.items()}.items() >= {
        ("sendgrid", "Pricing page"): "",
        ("sendgrid", "Lead"): "built-in",
        ("native", "Big order"): "",
        ("altcraft", "brochure"): "hit",
        ("rokt", "signup"): "built-in",
        ("pitchtarget", "Revenue"): "built-in",
        ("ksense", "callback"): "built-in",
    }.items()
    # However often the demo's order is sent, it is one order.
    assert reached["native", "Big order"][3:] == (1, "49.90 EUR")
