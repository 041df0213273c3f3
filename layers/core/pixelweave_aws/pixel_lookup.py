"""Pixels by their public key, from DynamoDB, remembered for a while."""

from __future__ import annotations

from json import dumps

from pixelweave.errors import PixelOutageError
from pixelweave.pixel import DEFAULT_CONSENT_POLICY, Pixel

from pixelweave_aws.call_error import CallError, RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pixelweave_aws.account import Port
    from pixelweave_aws.clock import Clock

MAX_PIXELS = 1000
# Unknown keys have a cache of their own, so that random ones can neither push out live pixels nor grow
# memory.
MAX_UNKNOWN = 1000
UNKNOWN_SECONDS = 10.0
# During an outage of the table a stale pixel is served this long before the table is asked again.
OUTAGE_SECONDS = 5.0
MAX_KEY_LENGTH = 128
FIND_SECONDS = 2.0
_PROJECTION = {
    "#id": "pixel_id",
    "#key": "key",
    "#workspace": "workspace_id",
    "#dialect": "dialect",
    "#name": "name",
    "#hosts": "allowed_hosts",
    "#policy": "consent_policy",
    "#status": "status",
    "#expiry": "expires_at",
}
_PROJECTED = ",".join(_PROJECTION)


class PixelTableError(PixelOutageError):
    """The table could not be asked and nothing is remembered: the key may well be a live one."""


class PixelLookup:
    """Finds pixels; remembers found ones for `cache_seconds` and unknown keys for `UNKNOWN_SECONDS`, if that
    is less."""

    def __init__(self, client: Port, table: str, clock: Clock, cache_seconds: float) -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._cache_seconds = cache_seconds
        self._unknown_seconds = min(cache_seconds, UNKNOWN_SECONDS)
        self._pixels: dict[str, tuple[Pixel, float]] = {}
        self._unknown: dict[str, float] = {}

    def find(self, key: str, remaining_seconds: float = FIND_SECONDS) -> Pixel | None:
        """The pixel with the public `key`, whatever its status, or None when there is none.

        Costs at most one GetItem, eventually consistent, tried again when the table is busy or silent. Raises
        PixelTableError.
        """
        now = self._clock.monotonic()
        remembered = self._pixels.get(key)
        if remembered is not None and now < remembered[1]:
            return remembered[0]
        if now < self._unknown.get(key, now) or not 0 < len(key) <= MAX_KEY_LENGTH:
            return None
        try:
            item = self._read(key, now + min(remaining_seconds, FIND_SECONDS))
        except CallError as exc:
            if remembered is None:
                raise PixelTableError(f"the pixel table does not answer: {exc.code}") from exc
            self._pixels[key] = (remembered[0], now + OUTAGE_SECONDS)
            return remembered[0]
        if item is None:
            self._pixels.pop(key, None)
            _remember(self._unknown, key, now + self._unknown_seconds, MAX_UNKNOWN)
            return None
        pixel = _to_pixel(item)
        self._unknown.pop(key, None)
        _remember(self._pixels, key, (pixel, now + self._cache_seconds), MAX_PIXELS)
        return pixel

    def _read(self, key: str, deadline: float) -> dict[str, Any] | None:
        request = dumps(
            {
                "TableName": self._table,
                "Key": {"pk": {"S": f"KEY#{key}"}, "sk": {"S": "PIXEL"}},
                "ProjectionExpression": _PROJECTED,
                "ExpressionAttributeNames": _PROJECTION,
            }
        ).encode()
        failure: CallError | None = None
        for _ in self._clock.attempts(deadline):
            try:
                return self._client.call("GetItem", request, deadline).get("Item")
            except RefusedError:
                raise
            except CallError as exc:
                failure = exc
        raise failure or CallError("TimedOut")


def _remember[T](cache: dict[str, T], key: str, value: T, limit: int) -> None:
    """Put `key` at the young end of `cache`, dropping its oldest entry when it is full."""
    cache.pop(key, None)
    if len(cache) >= limit:
        del cache[next(iter(cache))]
    cache[key] = value


def _to_pixel(item: dict[str, Any]) -> Pixel:
    """A pixel from DynamoDB's typed JSON."""

    def text(name: str, default: str = "") -> str:
        value: str = item.get(name, {}).get("S", default)
        return value

    expiry = item.get("expires_at", {}).get("N")
    return Pixel(
        pixel_id=text("pixel_id"),
        key=text("key"),
        workspace_id=text("workspace_id"),
        dialect=text("dialect"),
        name=text("name"),
        allowed_hosts=tuple(host["S"] for host in item.get("allowed_hosts", {}).get("L", ())),
        consent_policy=text("consent_policy", DEFAULT_CONSENT_POLICY),
        status=text("status"),
        expires_at=None if expiry is None else int(expiry),
    )
