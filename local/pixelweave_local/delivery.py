"""Firehose delivery in batches: many records, one call of the transform, one Parquet object.

ministack delivers every record by itself and passes raw data through where a transform fails. This
takes the place of its delivery: records wait in buffers (`buffer.py`), a thread empties what is due,
and `flush` empties everything at once, so that a test never has to sleep.
"""

import contextvars
import json
import logging
import threading
import time
from typing import Any, NamedTuple

from pixelweave_local import shape
from pixelweave_local.buffer import Buffers, Limit, Record
from pixelweave_local.landing import Landing
from pixelweave_local.transform import InvocationError

logger = logging.getLogger("delivery")


class Stream(NamedTuple):
    """A buffer's key: the stream of one account and region."""

    account: str
    region: str
    name: str


class Delivery:
    """The delivery of all streams: `put` collects, a thread or `flush` delivers."""

    def __init__(self, limit: Limit) -> None:
        self._buffers: Buffers[Stream] = Buffers(limit, time.monotonic)
        # The newest description of each stream, and the account scope that its records were put in.
        self._known: dict[Stream, tuple[dict[str, Any], dict[str, Any], contextvars.Context]] = {}
        self._lock = threading.Lock()
        self._delivering = (
            threading.Lock()
        )  # one batch at a time, so that flush returns after the last object
        self._wake = threading.Event()

    def start(self) -> None:
        """Start the thread that delivers what is due."""
        threading.Thread(target=self._run, daemon=True, name="delivery").start()

    def put(
        self, stream: dict[str, Any], destination: dict[str, Any], records: list[tuple[str, bytes]]
    ) -> None:
        """Take records for `stream`; stands in for ministack's delivery of one record."""
        now = int(time.time() * 1000)
        # ministack keeps every record in memory for its own tests; a long run would only grow.
        destination["records"].clear()
        account = shape.member("core.responses", "get_account_id")()
        key = Stream(account, shape.member("core.responses", "get_region")(), stream["name"])
        with self._lock:
            self._known[key] = (stream, destination, contextvars.copy_context())
            self._buffers.add(key, [Record(record_id, data, now) for record_id, data in records])
        self._wake.set()

    def flush(self) -> int:
        """Deliver everything that waits, in the caller's thread; how many records that were."""
        return self._deliver_due(everything=True)

    def _run(self) -> None:
        while True:
            with self._lock:
                wait = self._buffers.wait_seconds()
            self._wake.wait(wait)
            self._wake.clear()
            self._deliver_due(everything=False)

    def _deliver_due(self, *, everything: bool) -> int:
        count = 0
        with self._delivering:
            with self._lock:
                batches = self._buffers.take(everything=everything)
            for key, records in batches:
                stream, destination, context = self._known[key]
                count += len(records)
                try:
                    landing = Landing(stream, destination["config"], invoke)
                    context.copy().run(landing.deliver, records)
                except Exception:  # the thread must outlive a bucket that is gone; the log has the reason
                    logger.exception("%s: %d records were not delivered", key.name, len(records))
        return count


def invoke(function_arn: str, event: dict[str, Any]) -> Any:
    """Call a function of the embedded AWS and wait; InvocationError for whatever is not an answer."""
    name, qualifier = shape.member("services.lambda_svc", "_resolve_name_and_qualifier")(function_arn)
    found, _ = shape.member("services.lambda_svc", "_get_func_record_for_qualifier")(name, qualifier)
    if found is None:
        raise InvocationError(f"The Lambda function {name} does not exist.")
    result = shape.member("services.lambda_svc", "_execute_function")(found, event)
    body = result.get("body")
    if result.get("error"):
        raise InvocationError(f"The Lambda function returned an error result: {body}")
    if isinstance(body, str | bytes):
        try:
            return json.loads(body)
        except ValueError:
            return None
    return body
