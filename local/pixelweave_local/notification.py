"""S3's notifications of new objects, sent before the call that made the object is answered.

ministack sends them in a thread of its own, some time later: who waits for a queue to be empty could not tell that nothing is on its
way to it any more.
"""

from collections.abc import Callable
from typing import Any

from pixelweave_local import shape

type Tell = Callable[..., None]


def telling_at_once(tell: Tell) -> Tell:
    """The stand-in for ministack's `_fire_s3_event_async`: `tell` is its `_fire_s3_event`."""

    def fire_s3_event(bucket: str, key: str, event: str, *facts: Any, **more: Any) -> None:
        sequencer = shape.member("services.s3", "_next_event_sequencer")(event)
        names = ("size", "etag", "deletion_type")
        tell(bucket, key, event, **dict(zip(names, facts, strict=False)), **more, sequencer=sequencer)

    return fire_s3_event
