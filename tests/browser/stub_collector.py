"""A collector that records: the real one over a list, with faults on demand."""

from __future__ import annotations

import base64
import json
import os
import time
from collections import deque
from threading import Condition, Event, Lock
from typing import TYPE_CHECKING, Any

from pixelweave.answer import answer_gif, answer_text
from pixelweave.collector import Collector
from pixelweave.hit import Hit
from pixelweave.pixel import CONSENT_POLICIES, DIALECTS, Pixel

from tests.browser.exchange import Received, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelweave.answer import Answer

type Answering = Callable[[Request], tuple[Reply, list[dict[str, Any]]]]

SCRIPTS = "/t/"
# Faults beside a status: the answer never comes; the connection is closed instead of an answer, before or after the hit is stored.
HANG, CLOSE, LOSE = "hang", "close", "lose"
type Fault = int | str


class StubCollector:
    """Answers a browser's requests to the collector's hosts; a pixel's key is its dialect and policy, such as `native-gpc`."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._released = Event()
        self._received: list[Received] = []
        self._began_at = 0.0
        self._faults: deque[Fault] = deque()
        self.answer_real: Answering = Recorder().answer

    def plan(self, *faults: Fault) -> None:
        """Answer the next hits with these faults, one each, and the ones after them as the real collector does."""
        with self._condition:
            self._faults.extend(faults)

    def reset(self, answer: Answering | None = None) -> None:
        """Forget everything; `answer` takes the real collector's place."""
        self._released.set()
        with self._condition:
            self._released = Event()
            self._received.clear()
            self._began_at = time.time() * 1000
            self._faults.clear()
            self.answer_real = answer or Recorder().answer

    def reply(self, request: Request) -> Reply | None:
        """The answer to `request`, None to close the connection."""
        if request.path.startswith(SCRIPTS) or self._is_of_another_test(request):
            return self.answer_real(request)[0]
        with self._condition:
            fault = self._faults.popleft() if self._faults else None
            released = self._released
        reply, rows = self._fail(request, fault) if fault else self.answer_real(request)
        with self._condition:
            self._received.append(Received(request, reply.status if reply else None, rows))
            self._condition.notify_all()
        if fault == HANG:
            released.wait()
        return reply

    def _is_of_another_test(self, request: Request) -> bool:
        """Whether it happened before everything was forgotten: what a page sends when it is left may come when the next test has begun."""
        moment = Received(request, None).fields.get("occurred_at")
        return moment is not None and float(moment) < self._began_at

    def _fail(self, request: Request, fault: Fault) -> tuple[Reply | None, list[dict[str, Any]]]:
        if fault == LOSE:
            return None, self.answer_real(request)[1]
        if not isinstance(fault, int):
            return None, []
        answer = (
            answer_gif(request.headers, fault)
            if fault == 503
            else answer_text(request.headers, fault, "as planned")
        )
        return write_reply(answer), []

    @property
    def received(self) -> list[Received]:
        """The hits so far, in the order of their arrival."""
        with self._condition:
            return list(self._received)

    def wait_for(self, count: int, seconds: float = 10) -> list[Received]:
        """The hits, as soon as there are `count`; an AssertionError with those that came where there are fewer after `seconds`."""
        deadline = time.monotonic() + seconds
        with self._condition:
            while len(self._received) < count and (left := deadline - time.monotonic()) > 0:
                self._condition.wait(left)
            assert len(self._received) >= count, f"only {self._received} came"
            return list(self._received)


class Recorder:
    """The real collector over a list of rows, with a pixel of every dialect and policy."""

    def __init__(self, *, partitioned: bool = False) -> None:
        self._lock = Lock()
        self._rows: list[dict[str, Any]] = []
        self._pixels = {
            f"{dialect}-{policy}": (dialect, policy) for dialect in DIALECTS for policy in CONSENT_POLICIES
        }
        self._collector = Collector(self._find, self._store, os.urandom, partitioned=partitioned)

    def answer(self, request: Request) -> tuple[Reply, list[dict[str, Any]]]:
        """The collector's answer to `request` and the rows that it wrote."""
        hit = Hit(
            method=request.method,
            path=request.path,
            query=request.query,
            headers=request.headers,
            received_at=int(time.time() * 1000),
            body=request.body or None,
        )
        with self._lock:
            self._rows = []
            answer = self._collector.answer(hit, 10.0)
            return write_reply(answer), self._rows

    def _find(self, key: str, remaining_seconds: float) -> Pixel | None:
        if remaining_seconds <= 0 or key not in self._pixels:
            return None
        dialect, policy = self._pixels[key]
        return Pixel(pixel_id=f"px_{key}", key=key, workspace_id="ws", dialect=dialect, consent_policy=policy)

    def _store(self, records: list[bytes], _bodies: list[str], _remaining_seconds: float) -> int:
        self._rows += [json.loads(record) for record in records]
        return 0


def write_reply(answer: Answer) -> Reply:
    """The collector's answer as HTTP, as API Gateway writes it."""
    headers = [(name, value) for name, value in answer.headers.items() if name.lower() != "content-length"]
    headers += [("Set-Cookie", cookie) for cookie in answer.cookies]
    body = base64.b64decode(answer.body) if answer.is_base64 else answer.body.encode()
    return Reply(answer.status, headers, body)
