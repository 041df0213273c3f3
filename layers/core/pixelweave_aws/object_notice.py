"""What S3 says of new objects: the body of one message on the goals queue.

Source: Amazon S3 user guide, «Event message structure» (keys are URL-encoded as in a form, so a blank is a plus).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple
from urllib.parse import unquote_plus

from pydantic import BaseModel, ConfigDict, Field, ValidationError

CREATED = "ObjectCreated:"
TEST_EVENT = "s3:TestEvent"


class MalformedNoticeError(ValueError):
    """The body is not a message of S3; the text names places and rules, never a value."""


class ObjectNotice(NamedTuple):
    """An object that was created."""

    bucket: str
    key: str


class _Part(BaseModel):
    # S3 adds fields with each version of its messages.
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Bucket(_Part):
    name: str


class _Object(_Part):
    key: Annotated[str, Field(min_length=1)]


class _Place(_Part):
    bucket: _Bucket
    object: _Object


class _Record(_Part):
    event_name: Annotated[str, Field(alias="eventName")]
    s3: _Place


class _Message(_Part):
    # A bucket sends a test event, which has no records, when its notifications are configured.
    event: Annotated[str | None, Field(alias="Event")] = None
    records: Annotated[list[_Record] | None, Field(alias="Records", min_length=1)] = None


def read_notices(body: str) -> list[ObjectNotice]:
    """The objects that a message says were created; none where it is a test event, or tells of other things than creation.

    Raises:
        MalformedNoticeError: it is no message of S3.
    """
    try:
        message = _Message.model_validate_json(body)
    except ValidationError as exc:
        first = exc.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise MalformedNoticeError(f"{place}: {first['type']}") from exc
    if message.records is None:
        if message.event == TEST_EVENT:
            return []
        raise MalformedNoticeError("Records: missing")
    return [
        ObjectNotice(record.s3.bucket.name, unquote_plus(record.s3.object.key))
        for record in message.records
        if record.event_name.startswith(CREATED)
    ]
