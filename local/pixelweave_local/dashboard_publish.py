"""`publish` of the local stack, called and waited for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.config import Config

from pixelweave_local.stack import session

if TYPE_CHECKING:
    from pixelweave_local.cloud import Cloud

PUBLISH_SECONDS = 900  # the longest that a function runs


class PublishError(Exception):
    """Some part of the dashboard was not published; the text says which, and why."""


def publish(cloud: Cloud) -> dict[str, Any]:
    """Publish what is due; what `publish` answered. Raises PublishError."""
    # One try: a second call would only meet the first one's.
    config = Config(read_timeout=PUBLISH_SECONDS, retries={"total_max_attempts": 1, "mode": "standard"})
    client: Any = session().client("lambda", endpoint_url=cloud.server.endpoint, config=config)
    called = client.invoke(FunctionName=cloud.outputs["PublishFunctionName"], Payload=b"{}")
    answer: dict[str, Any] = json.loads(called["Payload"].read())
    if "FunctionError" in called:
        raise PublishError(f"publish failed: {answer.get('errorMessage')}; see make logs")
    failed = [f"{part['part']}: {part['error']}" for part in answer["parts"] if part["error"]]
    if failed:
        raise PublishError("parts of the dashboard were not published: " + "; ".join(failed))
    return answer
