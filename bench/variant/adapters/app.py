"""The price of AWS alone: collect's adapters around a row that is always the same, without its domain."""

from __future__ import annotations

import os

from pixelweave_aws.account import Account
from pixelweave_aws.collect_settings import Settings
from pixelweave_aws.firehose import HitsStream
from pixelweave_aws.pixel_lookup import PixelLookup
from pixelweave_aws.queue import Queue
from pixelweave_aws.sink import Sink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ROW = b'{"event_id":"%s","dialect":"rokt","type":"page_view"}\n' % (b"x" * 800)

_settings = Settings.from_env(os.environ)
_account = Account(_settings)
_clock = _account.clock
_sqs = _account.client("sqs")
_pixels = PixelLookup(
    _account.client("dynamodb"), _settings.pixel_table, _clock, _settings.pixel_cache_seconds
)
_sink = Sink(
    HitsStream(_account.client("firehose"), _settings.hits_stream, _clock),
    Queue(_sqs, _settings.identify_queue_url, _clock),
    Queue(_sqs, _settings.spill_queue_url, _clock),
    _clock,
)


def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """Look the pixel up and store the row."""
    pixel = _pixels.find(event["rawPath"].split("/")[2])
    stored = _sink.store([ROW], [], 5.0)
    return {"statusCode": 200 if pixel and stored.stored == 1 else 500}
