"""collect: answers every hit with the GIF and leaves one row and at most one identify message.

Composition root. SnapStart stays off and nothing heavy is imported: see docs/benchmarks.md.
"""

from __future__ import annotations

from os import environ, urandom

from pixelweave.answer import answer_gif
from pixelweave.collector import Collector
from pixelweave_aws.account import Account
from pixelweave_aws.collect_settings import Settings
from pixelweave_aws.firehose import HitsStream
from pixelweave_aws.http_api import read_hit, write_response
from pixelweave_aws.pixel_lookup import PixelLookup
from pixelweave_aws.queue import Queue
from pixelweave_aws.sink import Sink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class App:
    """The collector wired to the AWS account of its settings; `close` drops its connections."""

    def __init__(self, settings: Settings) -> None:
        account = Account(settings)
        queues = account.client("sqs")
        pixels = PixelLookup(
            account.client("dynamodb"), settings.pixel_table, account.clock, settings.pixel_cache_seconds
        )
        sink = Sink(
            HitsStream(account.client("firehose"), settings.hits_stream, account.clock),
            Queue(queues, settings.identify_queue_url, account.clock),
            Queue(queues, settings.spill_queue_url, account.clock),
            account.clock,
        )
        self.close = account.close
        self._origin_secret = settings.origin_secret
        self._collector = Collector(
            pixels.find,
            lambda records, bodies, seconds: sink.store(records, bodies, seconds).lost,
            urandom,
            partitioned=settings.cookie_partitioned,
        )

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer one request of the HTTP API."""
        remaining_seconds = context.get_remaining_time_in_millis() / 1000
        try:
            answer = self._collector.answer(read_hit(event, self._origin_secret), remaining_seconds)
        except Exception as exc:
            # The visitor gets the GIF and the sender is asked to come again; the message might quote the hit, so only
            # the kind and place of the fault are logged.
            place = exc.__traceback__
            while place is not None and place.tb_next is not None:
                place = place.tb_next
            where = place and f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}"
            print(f"ERROR collect failed: {type(exc).__name__} at {where}")
            answer = answer_gif({}, 503)
        return write_response(answer)


def build(env: Mapping[str, str]) -> App:
    """The app of an environment; raises SettingsError."""
    return App(Settings.from_env(env))


# In Lambda the init phase runs on a full CPU, and is where settings and TLS belong; elsewhere the import does nothing.
_app = build(environ) if "AWS_LAMBDA_FUNCTION_NAME" in environ else None


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Lambda's entry."""
    return (_app or build(environ))(event, context)
