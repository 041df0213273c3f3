"""The identify message as `stitch` reads it: docs/identify-message.schema.json, checked to the last key.

A key that this model does not know is a mistake or a newer version: either way the message is not for this reader.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

MAX_IDENTIFIERS = 20
MAX_TRAITS = 100

Text128 = Annotated[str, Field(max_length=128)]
# Ids that Pixelweave made itself.
OwnId = Annotated[str, Field(min_length=1, max_length=64)]
# Unix milliseconds until the year 9999, where dates end.
Instant = Annotated[int, Field(ge=0, le=253_402_300_799_999)]
Text1024 = Annotated[str, Field(max_length=1024)]


class MalformedMessageError(ValueError):
    """The body is not an identify message; the text names places and rules, never a value."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class IdentifierPart(_Part):
    """One identifier as sent; `scheme` says whose normal form of a phone was hashed."""

    type: Literal[
        "email", "email_sha256", "email_md5", "phone", "phone_sha256", "phone_md5", "user_id", "uuid", "fbid",
        "access_token", "idfa", "gaid", "other2", "other4", "other5", "other6", "other7", "other8", "other9", "other10",
    ]  # fmt: skip
    value: Annotated[str, Field(min_length=1, max_length=1024)]
    scheme: Literal["ksense", "rokt"] | None = None


class HitPart(_Part):
    """What one accepted hit says of a person; times in Unix milliseconds."""

    event_id: OwnId
    message_id: Text128 | None = None
    pixel_id: OwnId
    workspace_id: OwnId
    dialect: Literal["ksense", "pitchtarget", "altcraft", "rokt", "sendgrid", "native"]
    type: Literal["page_view", "identify", "conversion", "purchase", "lead", "goal", "custom"]
    name: Annotated[str, Field(max_length=256)] | None = None
    received_at: Instant
    occurred_at: Instant
    session_id: Text128 | None = None
    visitor_id: Text128 | None = None
    consent: Literal["granted"] | None = None
    identifiers: Annotated[list[IdentifierPart], Field(max_length=MAX_IDENTIFIERS)]
    traits: Annotated[dict[Text128, Text1024], Field(max_length=MAX_TRAITS)] | None = None

    @model_validator(mode="after")
    def _say_something(self) -> Self:
        if not self.identifiers and self.traits is None:
            raise ValueError("a hit without identifiers has traits")
        return self


class IdentifyMessage(_Part):
    """One envelope: the identities of one request."""

    format: Annotated[Literal["pixelweave.identify/1"], Field(alias="schema")]
    hits: Annotated[list[HitPart], Field(min_length=1)]


def read_message(body: str) -> IdentifyMessage:
    """The message of an SQS body.

    Raises:
        MalformedMessageError: what the first few problems are, as `place: kind`.
    """
    try:
        return IdentifyMessage.model_validate_json(body)
    except ValidationError as exc:
        problems = exc.errors(include_url=False, include_context=False, include_input=False)
        # Keys that nobody knows may be anything: only places made of known names and numbers are told.
        told = (f"{_place(problem['loc'])}: {problem['type']}" for problem in problems[:3])
        raise MalformedMessageError("; ".join(told)) from None


_KNOWN = frozenset((*HitPart.model_fields, *IdentifierPart.model_fields, "hits", "schema"))


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) if isinstance(part, int) or part in _KNOWN else "?" for part in location)
