"""What commands about audiences work with: definitions, evaluation by Athena, and what lies in the lake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from pixelweave_aws.audience_definition import AudienceDefinitions
from pixelweave_aws.audience_evaluation import AudienceEvaluation
from pixelweave_aws.audience_object import AudienceObjects
from pixelweave_aws.view_text import ViewTexts

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client
    from pixelweave_aws.lake import Lake
    from pixelweave_aws.stack import Stack


@dataclass(frozen=True, slots=True)
class AudienceTools:
    """The adapters of one stack."""

    definitions: AudienceDefinitions
    evaluation: AudienceEvaluation
    objects: AudienceObjects

    @classmethod
    def connect(
        cls, stack: Stack, lake: Lake, dynamodb: DynamoDBClient, s3: S3Client, glue: GlueClient
    ) -> Self:
        """The adapters over these clients; nothing is called yet."""
        return cls(
            AudienceDefinitions(stack.pixel_table_name, dynamodb),
            AudienceEvaluation(
                lake,
                ViewTexts(glue, stack.database_name),
                database=stack.database_name,
                table=stack.events_table_name,
            ),
            AudienceObjects(s3, stack.lake_bucket_name),
        )
