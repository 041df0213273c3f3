"""What a command works with: adapters for the stack it was pointed at, and the clock.

The composition root of the tools.
"""

from __future__ import annotations

import time
from functools import cached_property
from random import uniform
from typing import TYPE_CHECKING

from pixelweave_aws.compact_call import CompactCall
from pixelweave_aws.drained_queue import DrainedQueue
from pixelweave_aws.error_store import ErrorStore
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

from pixelweave_cli.audience_tool import AudienceTools
from pixelweave_cli.connection import Connection

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelweave_aws.stack import Stack

    from pixelweave_cli.connection import Target


class Runtime:
    """Adapters for the target, made when a command first needs one."""

    def __init__(
        self,
        target: Target,
        *,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._connection = Connection(target)
        self.now = now
        self.sleep = sleep

    @cached_property
    def stack(self) -> Stack:
        """The stack's outputs. Raises StackError, InputError, and what botocore raises."""
        return self._connection.read_stack()

    @cached_property
    def is_local(self) -> bool:
        """Whether this is the local stack, whose pages are on this machine."""
        return self._connection.is_local

    @cached_property
    def pixels(self) -> PixelTable:
        """The pixels of the stack."""
        return PixelTable(self.stack.pixel_table_name, self._connection.dynamodb)

    @cached_property
    def lake(self) -> Lake:
        """The event log of the stack."""
        return Lake(
            self._connection.athena, self.stack.database_name, self.stack.work_group_name, sleep=self.sleep
        )

    @cached_property
    def people(self) -> PersonStore:
        """The persons of the stack."""
        return PersonStore(
            self.stack.identity_table_name, self._connection.dynamodb, now=self.now, sleep=self.sleep
        )

    @cached_property
    def eraser(self) -> PersonEraser:
        """What makes a person forgotten, in the table and in the links log."""
        stream = LinkStream(self._connection.firehose, self.stack.links_stream_name, self.sleep)
        return PersonEraser(
            self.people,
            self._connection.dynamodb,
            self.stack.identity_table_name,
            tell=stream.put,
            now=self.now,
        )

    @cached_property
    def errors(self) -> ErrorStore:
        """What Firehose could not deliver."""
        return ErrorStore(self._connection.s3, self.stack.lake_bucket_name)

    @cached_property
    def goal_definitions(self) -> GoalDefinitions:
        """The goals of the stack's pixels."""
        return GoalDefinitions(self.stack.pixel_table_name, self._connection.dynamodb)

    @cached_property
    def funnel_definitions(self) -> FunnelDefinitions:
        """The funnels of the stack's pixels."""
        return FunnelDefinitions(self.stack.pixel_table_name, self._connection.dynamodb)

    @cached_property
    def goals(self) -> GoalTable:
        """What was counted."""
        return GoalTable(self.stack.goals_table_name, self._connection.dynamodb, sleep=self.sleep)

    @cached_property
    def publication(self) -> GoalPublication:
        """Where the views see definitions."""
        return GoalPublication(self._connection.s3, self.stack.lake_bucket_name)

    @cached_property
    def log_objects(self) -> LakeObjects:
        """The event log's objects."""
        stack = self.stack
        where = (stack.lake_bucket_name, stack.database_name, stack.events_table_name)
        return LakeObjects(
            self._connection.s3,
            stack.lake_bucket_name,
            PackedLog.connect(self._connection.s3, self._connection.glue, *where),
        )

    @cached_property
    def publish_call(self) -> PublishCall:
        """What publishes the dashboard."""
        return PublishCall(self._connection.lambda_, self.stack.publish_function_name)

    @cached_property
    def compact_call(self) -> CompactCall:
        """What packs the log."""
        return CompactCall(self._connection.lambda_, self.stack.compact_function_name)

    @cached_property
    def page_upload(self) -> PageUpload:
        """What brings the dashboard's page to its bucket."""
        return PageUpload(self._connection.s3, self.stack.dashboard_bucket_name)

    @cached_property
    def audiences(self) -> AudienceTools:
        """The audiences of the stack's workspaces."""
        connection = self._connection
        return AudienceTools.connect(
            self.stack, self.lake, connection.dynamodb, connection.s3, connection.glue
        )

    def pause(self, attempt: int) -> None:
        """Wait after a conflict, by chance and longer after each attempt, the first being 0: who collided does not do so again."""
        self.sleep(uniform(0, min(FIRST_PAUSE_SECONDS * 2**attempt, LONGEST_PAUSE_SECONDS)))  # noqa: S311 - no secret

    def read_clock(self) -> int:
        """The time of the stack's side, in Unix milliseconds: see `goal_definition.read_clock`."""
        return read_clock(self._connection.dynamodb)

    def read_retention(self) -> int | None:
        """After how many days the log's objects expire; None: never."""
        return read_retention(self._connection.s3, self.stack.lake_bucket_name)

    @cached_property
    def spill_queues(self) -> dict[str, DrainedQueue]:
        """The spill queue and its dead letters."""
        return {
            "spill": DrainedQueue(self._connection.sqs, self.stack.spill_queue_url),
            "spill dead letters": DrainedQueue(self._connection.sqs, self.stack.spill_dead_letter_queue_url),
        }

    @cached_property
    def identify_dead_letters(self) -> DrainedQueue:
        """What `stitch` could not do, or set aside as malformed."""
        return DrainedQueue(self._connection.sqs, self.stack.identify_dead_letter_queue_url)

    @cached_property
    def redelivery(self) -> Redelivery:
        """The way back into the stream and the identify queue."""
        return Redelivery(
            self._connection.firehose,
            self._connection.sqs,
            hits_stream=self.stack.hits_stream_name,
            identify_queue_url=self.stack.identify_queue_url,
            sleep=self.sleep,
        )
