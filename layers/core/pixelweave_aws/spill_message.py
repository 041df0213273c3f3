"""Spill messages as the tools and redrive read them (ARCHITECTURE.md, «Records between the parts»)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class SpillMessageError(ValueError):
    """A message on the queue is not a spill message."""


class SpillMessage(BaseModel):
    """Records that a target did not take; each is the text that the target would have received."""

    model_config = ConfigDict(frozen=True)

    format: Literal["pixelweave.spill/1"] = Field(alias="schema")
    target: Literal["hits", "identify"]
    records: tuple[str, ...]

    @classmethod
    def read(cls, body: str) -> SpillMessage:
        """Return the message of an SQS body. Raises SpillMessageError; its text holds nothing of the body."""
        try:
            return cls.model_validate_json(body)
        except ValidationError as exc:
            raise SpillMessageError("not a message of the form pixelweave.spill/1") from exc
