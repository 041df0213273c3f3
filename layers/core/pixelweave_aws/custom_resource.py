"""What CloudFormation asks of a custom resource, and the answer it waits for.

It asks by an event and waits for a JSON document at a URL of S3 («Custom resource reference», CloudFormation user guide): until
then, or its time-out, the whole deploy stands still. So an answer is tried several times, and its reason is cut to what fits.

CustomResourceError   the answer could not be delivered
"""

from __future__ import annotations

import http.client
import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DELETE = "Delete"

ATTEMPTS = 3
TIMEOUT_SECONDS = 5.0
# The whole document may have 4,096 bytes; a letter may take four, or six once it is escaped.
REASON_LIMIT = 500


class CustomResourceError(Exception):
    """CloudFormation could not be answered."""


class ResourceRequest(NamedTuple):
    """A request of CloudFormation: `type` is Create, Update or Delete; `properties` are those of the template."""

    type: str
    properties: Mapping[str, Any]
    physical_id: str
    stack_id: str
    request_id: str
    logical_id: str
    response_url: str

    @classmethod
    def read(cls, event: Mapping[str, Any]) -> Self:
        """Read CloudFormation's event; a resource that is being created is called by its logical id from now on."""
        return cls(
            type=event["RequestType"],
            properties=event.get("ResourceProperties", {}),
            physical_id=event.get("PhysicalResourceId") or event["LogicalResourceId"],
            stack_id=event["StackId"],
            request_id=event["RequestId"],
            logical_id=event["LogicalResourceId"],
            response_url=event["ResponseURL"],
        )

    def answer(self, failure: str = "", *, sleep: Callable[[float], None] = time.sleep) -> None:
        """Tell CloudFormation that the request is done, or why not. Raises CustomResourceError after three attempts."""
        document = {
            "Status": "FAILED" if failure else "SUCCESS",
            "Reason": failure[:REASON_LIMIT],
            "PhysicalResourceId": self.physical_id,
            "StackId": self.stack_id,
            "RequestId": self.request_id,
            "LogicalResourceId": self.logical_id,
        }
        body = json.dumps(document, ensure_ascii=False).encode(errors="replace")
        for attempt in range(1, ATTEMPTS + 1):
            try:
                _put(self.response_url, body)
            except (OSError, http.client.HTTPException) as exc:
                if attempt == ATTEMPTS:
                    raise CustomResourceError(f"CloudFormation took no answer: {exc!r}") from exc
                sleep(attempt)
            else:
                return


def _put(url: str, body: bytes) -> None:
    """PUT `body` to a presigned URL. Raises OSError or HTTPException unless it is taken."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=TIMEOUT_SECONDS)
    try:
        # The signature is over an empty content type.
        connection.request("PUT", f"{parts.path}?{parts.query}", body, {"Content-Type": ""})
        status = connection.getresponse().status
    finally:
        connection.close()
    if status >= 300:
        raise http.client.HTTPException(f"status {status}")
