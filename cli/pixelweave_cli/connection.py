"""Where the tools' stack is, and AWS clients for it: in an account, or on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from pixelweave_aws.function_call import READ_TIMEOUT_SECONDS
from pixelweave_aws.stack import LocalStack, Stack, find_local_stack, read_stack

from pixelweave_cli.failure import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_firehose import FirehoseClient
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

_CONFIG = Config(connect_timeout=5, retries={"mode": "standard", "total_max_attempts": 4})
# For functions that may run as long as any, and once at a time.
_CALL = Config(read_timeout=READ_TIMEOUT_SECONDS, retries={"total_max_attempts": 1})


@dataclass(frozen=True, slots=True)
class Target:
    """Which stack was asked for; `stack_name` None means the local stack of `folder` or a parent."""

    folder: Path
    stack_name: str | None = None
    region: str | None = None
    profile: str | None = None


class Connection:
    """AWS clients for the target, each made when it is first asked for. All raise InputError where there is no stack to work on."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def read_stack(self) -> Stack:
        """The stack's outputs. Raises StackError, InputError, and what botocore raises."""
        if self._local is not None and set(self._local.outputs) > {"CollectorUrl"}:
            return Stack.from_outputs(self._local.name, self._local.outputs)
        name = self._target.stack_name if self._local is None else self._local.name
        assert name is not None  # noqa: S101 - `_local` has raised otherwise
        client = self._session.client("cloudformation", config=_CONFIG, endpoint_url=self._endpoint_url)
        return read_stack(client, name)

    @property
    def is_local(self) -> bool:
        """Whether the stack is on this machine."""
        return self._local is not None

    @cached_property
    def athena(self) -> AthenaClient:
        """Of the event log's queries."""
        return self._session.client("athena", config=_CONFIG, endpoint_url=self._endpoint_url)

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        """Of all tables."""
        return self._session.client("dynamodb", config=_CONFIG, endpoint_url=self._endpoint_url)

    @cached_property
    def firehose(self) -> FirehoseClient:
        """Of both streams."""
        return self._session.client("firehose", config=_CONFIG, endpoint_url=self._endpoint_url)

    @cached_property
    def glue(self) -> GlueClient:
        """Of the catalogue."""
        return self._session.client("glue", config=_CONFIG, endpoint_url=self._endpoint_url)

    @cached_property
    def lambda_(self) -> LambdaClient:
        """Of functions that are called and waited for."""
        return self._session.client("lambda", config=_CALL, endpoint_url=self._endpoint_url)

    @cached_property
    def s3(self) -> S3Client:
        """Of all buckets."""
        return self._session.client("s3", config=_CONFIG, endpoint_url=self._endpoint_url)

    @cached_property
    def sqs(self) -> SQSClient:
        """Of all queues."""
        return self._session.client("sqs", config=_CONFIG, endpoint_url=self._endpoint_url)

    @cached_property
    def _local(self) -> LocalStack | None:
        if self._target.stack_name is not None:
            return None
        local = find_local_stack(self._target.folder)
        if local is None:
            raise InputError(
                "no stack: name one with --stack or PIXELWEAVE_STACK, or work in a folder where `make up` has run"
            )
        return local

    @property
    def _endpoint_url(self) -> str | None:
        return self._local.endpoint_url if self._local else None

    @cached_property
    def _session(self) -> boto3.Session:
        if self._local is None:
            return boto3.Session(region_name=self._target.region, profile_name=self._target.profile)
        # The embedded AWS takes any key; a real one has no business there.
        return boto3.Session(
            aws_access_key_id=self._local.access_key_id,
            aws_secret_access_key="test",  # noqa: S106 - not a secret
            region_name=self._local.region,
        )
