"""The dashboard on this machine: the page of the clone and the documents of the dashboard bucket, on 127.0.0.1 only.

It stands in for CloudFront: the same paths, and the response headers of `dashboard/headers.json`. Run by `dashboard_process.py`:
`python -m pixelweave_local.dashboard_server --place FOLDER --port PORT`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from pixelweave_local import server
from pixelweave_local.cloud import Cloud
from pixelweave_local.place import ROOT, Place, read_json
from pixelweave_local.shop_exchange import Exchange, Reply, answer_text
from pixelweave_local.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE = ROOT / "dashboard" / "page"
HEADERS = ROOT / "dashboard" / "headers.json"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
# data/index.json, data/PIXEL/PART/YYYY-MM.json
_DOCUMENT = re.compile(r"/(data/(?:[A-Za-z0-9_-]+/){0,2}[A-Za-z0-9_-]+\.json)\Z")


class Document(NamedTuple):
    """An object of the bucket: its bytes as they lie there, and the headers that it is stored with."""

    body: bytes
    headers: dict[str, str]


class DocumentSource(Protocol):
    """Knows the published documents."""

    def read(self, key: str) -> Document | None:
        """The document at `key`, None where there is none."""
        ...


class BucketDocuments:
    """The documents of a bucket."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def read(self, key: str) -> Document | None:
        """The document at `key`, None where there is none. Raises ClientError, BotoCoreError."""
        try:
            found = self._s3.get_object(Bucket=self._bucket, Key=key)
        except self._s3.exceptions.NoSuchKey:
            return None
        headers = {"Content-Type": found["ContentType"]}
        for header, name in (("Content-Encoding", "ContentEncoding"), ("Cache-Control", "CacheControl")):
            if found.get(name):
                headers[header] = found[name]
        return Document(found["Body"].read(), headers)


class DashboardServer(ThreadingHTTPServer):
    """Serves the dashboard on 127.0.0.1:`port` (0: any free one); `page` and `headers` are read anew for each request."""

    daemon_threads = True

    def __init__(
        self, port: int, source: DocumentSource, *, page: Path = PAGE, headers: Path = HEADERS
    ) -> None:
        super().__init__(("127.0.0.1", port), Exchange)
        self._source = source
        self._page = page
        self._headers = headers

    @property
    def url(self) -> str:
        """Where the dashboard is."""
        return f"http://127.0.0.1:{self.server_port}"

    def reply(self, target: str, headers: Mapping[str, str]) -> Reply:
        """The answer to a GET of `target`; the names of `headers` are in lower case."""
        if headers.get("host") != urlsplit(self.url).netloc:
            # A page elsewhere that makes a name of its own lead here gets nothing.
            return answer_text(421, f"the dashboard is at {self.url}/")
        path = urlsplit(target).path
        found = self._find_document(path) if path.startswith("/data/") else self._find_file(path)
        if isinstance(found, Reply):
            return found
        etag = f'"{hashlib.sha256(found.body).hexdigest()[:32]}"'
        everywhere: dict[str, str] = json.loads(self._headers.read_text(encoding="utf-8"))
        made = {"Cache-Control": "no-cache", "ETag": etag} | found.headers | everywhere
        return Reply(304, made, b"") if headers.get("if-none-match") == etag else Reply(200, made, found.body)

    def _find_file(self, path: str) -> Document | Reply:
        name = path.removeprefix("/") or "index.html"
        # Names are compared with those that are there, so that no path can lead out of the folder.
        files = (each for each in self._page.rglob("*") if each.is_file() and each.suffix in TYPES)
        file = next((each for each in files if each.relative_to(self._page).as_posix() == name), None)
        if file is None:
            return answer_text(404, "no such file")
        return Document(file.read_bytes(), {"Content-Type": TYPES[file.suffix]})

    def _find_document(self, path: str) -> Document | Reply:
        named = _DOCUMENT.match(path)
        try:
            document = self._source.read(named[1]) if named else None
        except (ClientError, BotoCoreError) as exc:
            return answer_text(503, f"the documents cannot be read: {exc}")
        return document or answer_text(404, "no such document")

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser may leave in the middle of an answer."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def open_dashboard(place: Place, port: int) -> DashboardServer:
    """The dashboard of the stack that runs in `place`. Raises ServerError where none does."""
    running, known = server.find(place), read_json(place.deployed)
    if running is None or known.get("pid") != running.pid:
        raise server.ServerError("the embedded AWS is not running: make up")
    cloud = Cloud(running, Stack(known["outputs"]))
    return DashboardServer(port, BucketDocuments(cloud.client("s3"), cloud.outputs["DashboardBucketName"]))


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--place", type=Path, required=True, help="the folder of the embedded AWS")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    open_dashboard(Place(options.place), options.port).serve_forever()


if __name__ == "__main__":
    main()
