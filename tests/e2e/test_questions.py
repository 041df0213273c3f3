"""The saved queries of the deployed workgroup, asked by somebody who has no more than the policy for readers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from pixelweave_aws.lake import Lake
from pixelweave_aws.question_file import read_questions
from pixelweave_aws.saved_query import title_query
from pixelweave_local.place import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pixelweave_local.cloud import Cloud

QUESTIONS = read_questions(Path(__file__).parents[2] / "dashboard" / "questions")
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    ],
}


class Reader:
    """Clients with the credentials of a role that has the policy and nothing else."""

    def __init__(self, cloud: Cloud) -> None:
        self._endpoint = cloud.server.endpoint
        self._cloud = cloud

    def __enter__(self) -> Reader:
        iam = self._cloud.client("iam")
        role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
        iam.attach_role_policy(RoleName="reader", PolicyArn=self._cloud.outputs["ReaderPolicyArn"])
        assumed = self._cloud.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="reader")
        self._credentials = assumed["Credentials"]
        return self

    def __exit__(self, *_: object) -> None:
        iam = self._cloud.client("iam")
        iam.detach_role_policy(RoleName="reader", PolicyArn=self._cloud.outputs["ReaderPolicyArn"])
        iam.delete_role(RoleName="reader")

    def client(self, service: Any) -> Any:
        session = boto3.Session(
            self._credentials["AccessKeyId"],
            self._credentials["SecretAccessKey"],
            self._credentials["SessionToken"],
            region_name=REGION,
        )
        return session.client(service, endpoint_url=self._endpoint)


@pytest.fixture(scope="module")
def reader(cloud: Cloud) -> Iterator[Reader]:
    with Reader(cloud) as reader:
        yield reader


def test_every_question_is_a_saved_query_that_its_reader_can_run(cloud: Cloud, reader: Reader) -> None:
    athena, work_group = reader.client("athena"), cloud.outputs["WorkGroupName"]
    ids = athena.list_named_queries(WorkGroup=work_group)["NamedQueryIds"]
    saved = {
        query["Name"]: query for query in athena.batch_get_named_query(NamedQueryIds=ids)["NamedQueries"]
    }
    assert sorted(saved) == [title_query(question) for question in QUESTIONS]
    for question in QUESTIONS:
        query = saved[title_query(question)]
        assert query["QueryString"] == question.text
        assert query["Database"] == cloud.outputs["DatabaseName"]
        Lake(athena, query["Database"], work_group).query(query["QueryString"])


def test_a_deploy_again_saves_nothing_twice(cloud: Cloud) -> None:
    names = cloud.client("athena").list_named_queries(WorkGroup=cloud.outputs["WorkGroupName"])[
        "NamedQueryIds"
    ]
    assert len(names) == len(QUESTIONS)


def test_a_reader_reaches_neither_persons_nor_the_right_to_change_anything(
    cloud: Cloud, reader: Reader
) -> None:
    outputs = cloud.outputs
    s3, dynamodb, athena = (reader.client(service) for service in ("s3", "dynamodb", "athena"))
    lake = {"Bucket": outputs["LakeBucketName"]}
    query = {"QueryString": "SELECT 1", "WorkGroup": outputs["WorkGroupName"]}
    refused: list[tuple[Callable[..., object], Mapping[str, object]]] = [
        (dynamodb.scan, {"TableName": outputs["IdentityTableName"]}),
        (dynamodb.scan, {"TableName": outputs["PixelTableName"]}),
        (s3.get_object, lake | {"Key": "audiences/any"}),
        (s3.get_object, lake | {"Key": "errors/any"}),
        (s3.put_object, lake | {"Key": "events/any", "Body": b""}),
        (s3.delete_object, lake | {"Key": "events/any"}),
        (reader.client("glue").delete_table, {"DatabaseName": outputs["DatabaseName"], "Name": "events"}),
        (athena.create_named_query, query | {"Name": "any", "Database": "any"}),
        (athena.start_query_execution, query | {"WorkGroup": "primary"}),
    ]
    for call, parameters in refused:
        with pytest.raises(ClientError) as refusal:
            call(**parameters)
        assert "AccessDenied" in refusal.value.response["Error"]["Code"]
