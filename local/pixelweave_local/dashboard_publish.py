"""`publish` of the local stack, called and waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.config import Config
from pixelweave_aws.function_call import READ_TIMEOUT_SECONDS
from pixelweave_aws.publish_call import PublishCall

from pixelweave_local.stack import session

if TYPE_CHECKING:
    from datetime import date

    from pixelweave_aws.publish_call import PublishedPart

    from pixelweave_local.cloud import Cloud


class PartError(Exception):
    """Some part of the dashboard was not published; the text says which, and why."""


def publish(cloud: Cloud, wanted: date | None = None) -> list[PublishedPart]:
    """Publish what is due, and the days from `wanted` on; what became of each part. Raises PartError, FunctionCallError."""
    config = Config(read_timeout=READ_TIMEOUT_SECONDS, retries={"total_max_attempts": 1, "mode": "standard"})
    client: Any = session().client("lambda", endpoint_url=cloud.server.endpoint, config=config)
    return hold(PublishCall(client, cloud.outputs["PublishFunctionName"]).run(wanted))


def hold(parts: list[PublishedPart]) -> list[PublishedPart]:
    """The parts of a run, if all were published. Raises PartError."""
    failed = [f"{part.part}: {part.error}" for part in parts if part.error]
    if failed:
        raise PartError("parts of the dashboard were not published: " + "; ".join(failed))
    return parts
