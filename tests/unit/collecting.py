"""What the collector's tests share: pixels, requests, and a collector whose sink is a list."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

from pixelweave.collector import Collector
from pixelweave.hit import Hit
from pixelweave.pixel import Pixel

if TYPE_CHECKING:
    from pixelweave.answer import Answer

# 2026-07-01T12:00:00.123Z
NOW_MS = 1_782_907_200_123
KEY = "52fb5565a7b23ec66fad3988"
BROWSER = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)


def make_pixel(dialect: str = "native", **changes: Any) -> Pixel:
    """A live pixel with `KEY`."""
    fields: dict[str, Any] = {
        "pixel_id": f"px_{dialect}",
        "key": KEY,
        "workspace_id": "ws_shop",
        "dialect": dialect,
    }
    return Pixel(**fields | changes)


class Bench:
    """A collector over one pixel; it keeps what it stored, and its randomness counts up."""

    def __init__(self, pixel: Pixel | None = None, *, lost: int = 0, partitioned: bool = False) -> None:
        self.pixel = pixel or make_pixel()
        self.rows: list[dict[str, Any]] = []
        self.identify_bodies: list[str] = []
        self.stores = 0
        self._lost = lost
        self._counter = count(1)
        self.collector = Collector(self._find, self._store, self._random, partitioned=partitioned)

    def _find(self, key: str, remaining_seconds: float) -> Pixel | None:
        assert remaining_seconds > 0
        return self.pixel if key == self.pixel.key else None

    def _store(self, records: list[bytes], bodies: list[str], remaining_seconds: float) -> int:
        assert remaining_seconds > 0
        self.stores += 1
        self.rows += [json.loads(record) for record in records]
        self.identify_bodies += bodies
        return self._lost

    def _random(self, size: int) -> bytes:
        return next(self._counter).to_bytes(size)

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The identify messages of all bodies."""
        return [message for body in self.identify_bodies for message in json.loads(body)["hits"]]

    def send(
        self,
        path: str,
        query: str = "",
        *,
        method: str = "GET",
        body: bytes | str | None = None,
        **headers: str,
    ) -> Answer:
        """Send one request; header names are written with underscores."""
        hit = Hit(
            method=method,
            path=path,
            query=query,
            headers={"user-agent": BROWSER}
            | {name.replace("_", "-"): value for name, value in headers.items()},
            received_at=NOW_MS,
            body=body.encode() if isinstance(body, str) else body,
            client={"network": "203.0.113.0"},
        )
        return self.collector.answer(hit, 10.0)

    def row(self, path: str, query: str = "", **request: Any) -> dict[str, Any]:
        """Send one request and return the one row that it left."""
        before = len(self.rows)
        answer = self.send(path, query, **request)
        assert answer.status == 200
        assert len(self.rows) == before + 1
        return self.rows[-1]


def identifiers(message: dict[str, Any]) -> set[tuple[str, str]]:
    """The (type, value) pairs of an identify message."""
    return {(each["type"], each["value"]) for each in message["identifiers"]}
