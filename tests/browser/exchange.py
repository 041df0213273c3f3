"""What passes between a browser and the stub: requests, replies, and what the collector made of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Request:
    """One HTTP request; names of headers are in lower case."""

    method: str
    host: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> tuple[str, str, bytes]:
        """What tells this request from others: method, URL and body."""
        return (
            self.method,
            f"https://{self.host}{self.path}" + (f"?{self.query}" if self.query else ""),
            self.body,
        )


@dataclass(frozen=True)
class Reply:
    """One HTTP answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(frozen=True)
class Received:
    """A request to the collector's host, the status it was answered with (None: the connection was closed), and its rows."""

    request: Request
    status: int | None
    rows: list[dict[str, Any]] = field(default_factory=list)

    @cached_property
    def fields(self) -> dict[str, Any]:
        """What the hit says: the JSON of its body, or its query."""
        if self.request.body:
            fields: dict[str, Any] = json.loads(self.request.body)
            return fields
        return dict(parse_qsl(self.request.query, keep_blank_values=True, strict_parsing=True))

    @property
    def is_still(self) -> bool:
        """Whether it came as an image."""
        return self.request.headers.get("sec-fetch-dest") == "image"

    @property
    def row(self) -> dict[str, Any]:
        """Its only row."""
        (row,) = self.rows
        return row
