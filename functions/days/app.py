"""days: registers the days of the log's tables ahead, with each deploy that changes them (as a custom resource) and every day."""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from pixelweave_aws.custom_resource import DELETE, ResourceRequest
from pixelweave_aws.day_registration import register_days
from pixelweave_aws.days_settings import DaysSettings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = logging.getLogger()


def handler(event: dict[str, Any], _: LambdaContext) -> None:
    """Register what is not registered: for the schedule, or for CloudFormation, which is answered whatever happens."""
    if "RequestType" not in event:
        register()
        return
    request = ResourceRequest.read(event)
    failure = ""
    try:
        if request.type != DELETE:  # the tables take their partitions with them
            register()
    except Exception as exc:  # without an answer the deploy would hang until its time-out
        logger.exception("the days were not registered")
        failure = str(exc) or type(exc).__name__
    request.answer(failure)


def register() -> None:
    """Register the days of all tables that there are: a first deploy calls before it has made them, and again after it."""
    settings = DaysSettings.from_env(os.environ)
    config = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 4})
    done = register_days(
        boto3.client("glue", config=config), settings.database, settings.first_day, time.time()
    )
    logger.info("registered %s", done)
