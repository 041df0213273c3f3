"""A stack by its outputs."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from pixelweave_aws.stack import Stack, StackNotFoundError, StackOutputError, read_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_cloudformation import CloudFormationClient

OUTPUTS = {field.name.title().replace("_", ""): field.name for field in fields(Stack)}


@pytest.fixture
def client() -> CloudFormationClient:
    return boto3.client(
        "cloudformation", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b"
    )


@pytest.fixture
def stub(client: CloudFormationClient) -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber


def answer(stub: Stubber, outputs: dict[str, str]) -> None:
    listed = [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()]
    found = {
        "StackName": "prod",
        "CreationTime": "2025-06-30",
        "StackStatus": "CREATE_COMPLETE",
        "Outputs": listed,
    }
    stub.add_response("describe_stacks", {"Stacks": [found]}, {"StackName": "prod"})


def test_each_output_of_the_template_has_its_field(client: CloudFormationClient, stub: Stubber) -> None:
    answer(stub, OUTPUTS | {"More": "x"})
    stack = read_stack(client, "prod")
    assert stack.spill_dead_letter_queue_url == "spill_dead_letter_queue_url"
    assert {"CollectorUrl", "SpillDeadLetterQueueUrl", "WorkGroupName", "EventsTableName"} <= OUTPUTS.keys()


def test_missing_outputs_are_named(client: CloudFormationClient, stub: Stubber) -> None:
    answer(stub, {"CollectorUrl": "https://a.example", "PixelTableName": ""})
    with pytest.raises(StackOutputError, match="stack prod has no output PixelTableName, IdentityTableName"):
        read_stack(client, "prod")


def test_an_unknown_stack_is_told_with_its_region(client: CloudFormationClient, stub: Stubber) -> None:
    stub.add_client_error("describe_stacks", "ValidationError", "Stack with id prod does not exist")
    with pytest.raises(StackNotFoundError, match="there is no stack 'prod' in eu-central-1"):
        read_stack(client, "prod")


def test_a_refusal_of_aws_stays_one(client: CloudFormationClient, stub: Stubber) -> None:
    stub.add_client_error("describe_stacks", "AccessDenied", "no")
    with pytest.raises(ClientError):
        read_stack(client, "prod")
