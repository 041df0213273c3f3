"""The dashboard as it is served: the page of the clone with the headers of dashboard/headers.json, and documents from memory."""

from __future__ import annotations

import gzip
import json
import mimetypes
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlsplit

from tests.browser.dashboard.documents import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "dashboard" / "page"
HEADERS: dict[str, str] = json.loads((ROOT / "dashboard" / "headers.json").read_text(encoding="utf-8"))


class DashboardSite(ThreadingHTTPServer):
    """Serves until `stop`; `asked` are the paths that were asked for, `sent` the bytes of bodies."""

    daemon_threads = True

    def __init__(self, documents: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.documents = documents
        # Path → status that is answered instead.
        self.statuses: dict[str, int] = {}
        self.asked: list[str] = []
        self.sent = 0
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def address(self) -> str:
        """The page's address, without its fragment."""
        return f"http://127.0.0.1:{self.server_port}/index.html"

    def start(self) -> DashboardSite:
        """Serve in a thread of its own."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """End the serving thread."""
        self.shutdown()
        self._thread.join()
        self.server_close()

    @contextmanager
    def change_index(self) -> Iterator[Any]:
        """The published index, which is served as it is left."""
        index = json.loads(gzip.decompress(self.documents["data/index.json"]))
        yield index
        self.documents["data/index.json"] = json.dumps(index).encode()

    def put_month(self, pixel: str, part: str, month: str, days: dict[str, list[list[Any]]]) -> None:
        """Serve these rows by day as all there is of a part and a month."""
        document = {"version": 1, "part": part, "columns": COLUMNS[part], "days": days}
        self.documents[f"data/{pixel}/{part}/{month}.json"] = json.dumps(document).encode()

    def reply(self, target: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body."""
        path = unquote(urlsplit(target).path).lstrip("/") or "index.html"
        self.asked.append(path)
        status = self.statuses.get(path)
        if status is None and path in self.documents:
            body = self.documents[path]
            encoding = {"Content-Encoding": "gzip"} if body.startswith(b"\x1f\x8b") else {}
            return 200, {"Content-Type": "application/json", "Cache-Control": "no-cache", **encoding}, body
        file = PAGE / path
        if status is None and not path.startswith("data/") and file.is_file():
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            return (
                200,
                {"Content-Type": f"{kind}; charset=utf-8", "Cache-Control": "no-cache"},
                file.read_bytes(),
            )
        return status or 404, {"Content-Type": "text/plain"}, b"no"


class Exchange(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    # Headers and body leave together: apart, the second would wait for the first's acknowledgement.
    wbufsize = -1

    def do_GET(self) -> None:
        """Answer with the site's reply."""
        site = cast("DashboardSite", self.server)
        status, headers, body = site.reply(self.path)
        self.send_response(status)
        for name, value in (HEADERS | headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        site.sent += len(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing: `asked` has what came."""
