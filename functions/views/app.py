"""`views`: makes the views of views/*.sql, and saves the questions of dashboard/questions/*.sql, in Athena whenever CloudFormation says
that they, or the tables below them, have changed.

Composition root of a custom resource; a deploy fails with Athena's own words where a view is wrong. Nothing is dropped when the stack goes.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from pixelweave_aws.custom_resource import DELETE, ResourceRequest
from pixelweave_aws.lake import Lake
from pixelweave_aws.question_file import read_questions
from pixelweave_aws.saved_query import SavedQueries
from pixelweave_aws.view_file import read_views

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_athena import AthenaClient

VIEWS = Path(__file__).parent / "views"
QUESTIONS = Path(__file__).parent / "questions"
# What the answer may need, with all its attempts, before Lambda ends the call.
RESERVE_SECONDS = 30

logger = logging.getLogger()


class DeployError(Exception):
    """A view could not be made; the text goes to whoever deploys."""


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Answer one request of CloudFormation, whatever happens."""
    request = ResourceRequest.read(event)
    failure = ""
    try:
        if request.type != DELETE:
            database, work_group = request.properties["Database"], request.properties["WorkGroup"]
            client = connect()
            make_views(client, database, work_group, context)
            save_questions(client, database, work_group)
    except Exception as exc:  # without an answer the deploy would hang until its time-out
        logger.exception("the views were not made, or the questions not saved")
        failure = str(exc) or type(exc).__name__
    request.answer(failure)


def connect() -> AthenaClient:
    """Return a client whose calls end long before the function does."""
    config = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4})
    return boto3.client("athena", config=config)


def make_views(client: AthenaClient, database: str, work_group: str, context: LambdaContext) -> None:
    """Make every view, those that others read first. Raises DeployError naming the view that failed."""
    for view in read_views(VIEWS):
        seconds = context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS
        try:
            Lake(client, database, work_group, timeout_seconds=max(seconds, 0)).execute(view.statement)
        except Exception as exc:
            raise DeployError(f"view {view.name}: {exc}") from exc
        logger.info("made the view %s", view.name)


def save_questions(client: AthenaClient, database: str, work_group: str) -> None:
    """Save the questions as queries of the workgroup. Raises DeployError."""
    try:
        saved = SavedQueries(client, database, work_group).save(read_questions(QUESTIONS))
    except Exception as exc:
        raise DeployError(f"saved queries: {exc}") from exc
    logger.info("saved %d questions anew, deleted %d", saved.made, saved.deleted)
