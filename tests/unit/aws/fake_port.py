"""A port that answers from a script, and a clock that only `sleep` moves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pixelweave_aws.clock import Clock

if TYPE_CHECKING:
    from pixelweave_aws.call_error import CallError


class FakeClock(Clock):
    """Stands at `time` until something sleeps or a test moves it."""

    __slots__ = ("pauses", "time")

    def __init__(self) -> None:
        self.time = 100.0
        self.pauses: list[float] = []
        super().__init__(lambda: self.time, lambda: self.time, self._pass)

    def _pass(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.time += seconds


class FakePort:
    """Plays `script` one entry a call (an error is raised), then answers with `{}`."""

    def __init__(self, *script: CallError | dict[str, Any]) -> None:
        self._script = list(script)
        self.operations: list[str] = []
        self.payloads: list[dict[str, Any]] = []
        self.deadlines: list[float] = []

    def call(self, operation: str, body: bytes, deadline: float) -> dict[str, Any]:
        """Note the call and play the next entry."""
        self.operations.append(operation)
        self.payloads.append(json.loads(body))
        self.deadlines.append(deadline)
        entry = self._script.pop(0) if self._script else {}
        if isinstance(entry, dict):
            return entry
        raise entry
