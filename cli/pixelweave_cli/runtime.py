"""Where a command works: the stack it was pointed at, AWS clients for it, the clock.

The composition root of the tools.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from random import uniform
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from pixelweave_aws.compact_call import CompactCall
from pixelweave_aws.drained_queue import DrainedQueue
from pixelweave_aws.error_store import ErrorStore
from pixelweave_aws.function_call import READ_TIMEOUT_SECONDS
from pixelweave_aws.funnel_definition import FunnelDefinitions
from pixelweave_aws.goal_definition import GoalDefinitions, read_clock
from pixelweave_aws.goal_message import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS
from pixelweave_aws.goal_publication import GoalPublication
from pixelweave_aws.goal_table import GoalTable
from pixelweave_aws.lake import Lake
from pixelweave_aws.lake_object import LakeObjects
from pixelweave_aws.link_stream import LinkStream
from pixelweave_aws.log_retention import read_retention
from pixelweave_aws.packed_log import PackedLog
from pixelweave_aws.page_upload import PageUpload
from pixelweave_aws.person_eraser import PersonEraser
from pixelweave_aws.person_store import PersonStore
from pixelweave_aws.pixel_table import PixelTable
from pixelweave_aws.publish_call import PublishCall
from pixelweave_aws.redelivery import Redelivery
from pixelweave_aws.stack import LocalStack, Stack, find_local_stack, read_stack

from pixelweave_cli.audience_tool import AudienceTools
from pixelweave_cli.failure import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client

CONFIG = Config(connect_timeout=5, retries={"mode": "standard", "total_max_attempts": 4})


@dataclass(frozen=True, slots=True)
class Target:
    """Which stack was asked for; `stack_name` None means the local stack of `folder` or a parent."""

    folder: Path
    stack_name: str | None = None
    region: str | None = None
    profile: str | None = None


class Runtime:
    """Adapters for the target, made when a command first needs one."""

    def __init__(
        self,
        target: Target,
        *,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._target = target
        self.now = now
        self.sleep = sleep

    @cached_property
    def stack(self) -> Stack:
        """The stack's outputs. Raises StackError, InputError, and what botocore raises."""
        if self._local is None:
            assert self._target.stack_name is not None  # noqa: S101 - `_local` has raised otherwise
            return read_stack(self._session.client("cloudformation", config=CONFIG), self._target.stack_name)
        if set(self._local.outputs) > {"CollectorUrl"}:
            return Stack.from_outputs(self._local.name, self._local.outputs)
        client = self._session.client("cloudformation", config=CONFIG, endpoint_url=self._local.endpoint_url)
        return read_stack(client, self._local.name)

    @cached_property
    def is_local(self) -> bool:
        """Whether this is the local stack, whose pages are on this machine."""
        return self._local is not None

    @cached_property
    def pixels(self) -> PixelTable:
        """The pixels of the stack."""
        return PixelTable(self.stack.pixel_table_name, self._dynamodb)

    @cached_property
    def lake(self) -> Lake:
        """The event log of the stack."""
        client = self._session.client("athena", config=CONFIG, endpoint_url=self._endpoint_url)
        return Lake(client, self.stack.database_name, self.stack.work_group_name, sleep=self.sleep)

    @cached_property
    def people(self) -> PersonStore:
        """The persons of the stack."""
        return PersonStore(self.stack.identity_table_name, self._dynamodb, now=self.now, sleep=self.sleep)

    @cached_property
    def eraser(self) -> PersonEraser:
        """What makes a person forgotten, in the table and in the links log."""
        firehose = self._session.client("firehose", config=CONFIG, endpoint_url=self._endpoint_url)
        stream = LinkStream(firehose, self.stack.links_stream_name, self.sleep)
        return PersonEraser(
            self.people,
            self._dynamodb,
            self.stack.identity_table_name,
            tell=stream.put,
            now=self.now,
        )

    @cached_property
    def errors(self) -> ErrorStore:
        """What Firehose could not deliver."""
        return ErrorStore(self._s3, self.stack.lake_bucket_name)

    @cached_property
    def goal_definitions(self) -> GoalDefinitions:
        """The goals of the stack's pixels."""
        return GoalDefinitions(self.stack.pixel_table_name, self._dynamodb)

    @cached_property
    def funnel_definitions(self) -> FunnelDefinitions:
        """The funnels of the stack's pixels."""
        return FunnelDefinitions(self.stack.pixel_table_name, self._dynamodb)

    @cached_property
    def goals(self) -> GoalTable:
        """What was counted."""
        return GoalTable(self.stack.goals_table_name, self._dynamodb, sleep=self.sleep)

    @cached_property
    def publication(self) -> GoalPublication:
        """Where the views see definitions."""
        return GoalPublication(self._s3, self.stack.lake_bucket_name)

    @cached_property
    def log_objects(self) -> LakeObjects:
        """The event log's objects."""
        stack = self.stack
        glue = self._session.client("glue", config=CONFIG, endpoint_url=self._endpoint_url)
        where = (stack.lake_bucket_name, stack.database_name, stack.events_table_name)
        return LakeObjects(self._s3, stack.lake_bucket_name, PackedLog.connect(self._s3, glue, *where))

    @cached_property
    def publish_call(self) -> PublishCall:
        """What publishes the dashboard."""
        return PublishCall(self._lambda, self.stack.publish_function_name)

    @cached_property
    def compact_call(self) -> CompactCall:
        """What packs the log."""
        return CompactCall(self._lambda, self.stack.compact_function_name)

    @cached_property
    def page_upload(self) -> PageUpload:
        """What brings the dashboard's page to its bucket."""
        return PageUpload(self._s3, self.stack.dashboard_bucket_name)

    @cached_property
    def audiences(self) -> AudienceTools:
        """The audiences of the stack's workspaces."""
        glue = self._session.client("glue", config=CONFIG, endpoint_url=self._endpoint_url)
        return AudienceTools.connect(self.stack, self.lake, self._dynamodb, self._s3, glue)

    def pause(self, attempt: int) -> None:
        """Wait after a conflict, by chance and longer after each attempt, the first being 0: who collided does not do so again."""
        self.sleep(uniform(0, min(FIRST_PAUSE_SECONDS * 2**attempt, LONGEST_PAUSE_SECONDS)))  # noqa: S311 - no secret

    def read_clock(self) -> int:
        """The time of the stack's side, in Unix milliseconds: see `goal_definition.read_clock`."""
        return read_clock(self._dynamodb)

    def read_retention(self) -> int | None:
        """After how many days the log's objects expire; None: never."""
        return read_retention(self._s3, self.stack.lake_bucket_name)

    @cached_property
    def spill_queues(self) -> dict[str, DrainedQueue]:
        """The spill queue and its dead letters."""
        client = self._session.client("sqs", config=CONFIG, endpoint_url=self._endpoint_url)
        return {
            "spill": DrainedQueue(client, self.stack.spill_queue_url),
            "spill dead letters": DrainedQueue(client, self.stack.spill_dead_letter_queue_url),
        }

    @cached_property
    def identify_dead_letters(self) -> DrainedQueue:
        """What `stitch` could not do, or set aside as malformed."""
        client = self._session.client("sqs", config=CONFIG, endpoint_url=self._endpoint_url)
        return DrainedQueue(client, self.stack.identify_dead_letter_queue_url)

    @cached_property
    def redelivery(self) -> Redelivery:
        """The way back into the stream and the identify queue."""
        return Redelivery(
            self._session.client("firehose", config=CONFIG, endpoint_url=self._endpoint_url),
            self._session.client("sqs", config=CONFIG, endpoint_url=self._endpoint_url),
            hits_stream=self.stack.hits_stream_name,
            identify_queue_url=self.stack.identify_queue_url,
            sleep=self.sleep,
        )

    @cached_property
    def _lambda(self) -> LambdaClient:
        """For functions that may run as long as any, and once at a time."""
        config = Config(read_timeout=READ_TIMEOUT_SECONDS, retries={"total_max_attempts": 1})
        return self._session.client("lambda", config=config, endpoint_url=self._endpoint_url)

    @cached_property
    def _s3(self) -> S3Client:
        return self._session.client("s3", config=CONFIG, endpoint_url=self._endpoint_url)

    @cached_property
    def _dynamodb(self) -> DynamoDBClient:
        return self._session.client("dynamodb", config=CONFIG, endpoint_url=self._endpoint_url)

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
