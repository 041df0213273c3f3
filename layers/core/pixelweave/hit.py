"""A hit: one request of a tag as it came, and what is known of it before any dialect reads it."""

from __future__ import annotations


class Hit:
    """One request, or one entry of a batch.

    `headers` have lower-case names; `query` is the raw query string; `received_at` is the collector's clock in Unix
    milliseconds; `client` is what the row may say of the network: CloudFront's viewer geography or a truncated
    address (ARCHITECTURE.md, «Records between the parts»).
    """

    __slots__ = ("body", "client", "headers", "method", "path", "query", "received_at")

    def __init__(
        self,
        *,
        method: str,
        path: str,
        query: str,
        headers: dict[str, str],
        received_at: int,
        body: bytes | None = None,
        client: dict[str, str] | None = None,
    ) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.received_at = received_at
        self.body = body
        self.client = client
