"""The demo shop's web server: pages with the demo pixels in them, assets, and the panel's rows, on 127.0.0.1 only.

Run by `shop_process.py`: `python -m pixelweave_local.shop --place FOLDER --port PORT`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError
from pixelweave.cookie import read_visitor, write_visitor
from pixelweave.ident import VISITOR_ID_BYTES, mint_visitor_id
from pixelweave.pixel import DIALECTS
from pixelweave_aws.lake import LakeError

from pixelweave_local import server, shop_panel
from pixelweave_local.cloud import Cloud
from pixelweave_local.pixel import demo_pixels
from pixelweave_local.place import Place, read_json
from pixelweave_local.shop_exchange import CLOSED, Exchange, Reply, answer_text
from pixelweave_local.shop_page import SHOP, ShopPages
from pixelweave_local.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Callable

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
# Why the panel has no rows for a while: the stack is being deployed anew, or is gone.
_OUTAGES = (server.ServerError, LakeError, BotoCoreError, ClientError)


class Shop(ThreadingHTTPServer):
    """Serves the shop on 127.0.0.1:`port` (0: any free one)."""

    daemon_threads = True

    def __init__(
        self,
        port: int,
        pages: ShopPages,
        source: shop_panel.HitSource,
        *,
        assets: Path = SHOP / "assets",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        super().__init__(("127.0.0.1", port), Exchange)
        self._pages = pages
        self._source = source
        self._assets = assets
        self._now = now
        self._random = random

    @property
    def url(self) -> str:
        """Where the shop is."""
        return f"http://127.0.0.1:{self.server_port}"

    def reply(self, target: str, headers: dict[str, str]) -> Reply:
        """The answer to a GET of `target`; the names of `headers` are in lower case."""
        if headers.get("host") != urlsplit(self.url).netloc:
            # By another name the browser would keep other cookies; and a page elsewhere that makes a name lead here gets nothing.
            return answer_text(421, f"the shop is at {self.url}/")
        url = urlsplit(target)
        if url.path == "/panel.json":
            return self._reply_panel(url.query, headers.get("cookie", ""))
        if url.path.startswith("/assets/"):
            return self._reply_asset(url.path.removeprefix("/assets/"), headers.get("if-none-match", ""))
        page = self._pages.find(url.path)
        if page is None:
            return answer_text(404, "no such page")
        made = {
            "Content-Type": "text/html; charset=utf-8",
            "Cache-Control": "no-store",
            "Content-Security-Policy": page.policy,
        }
        return Reply(200, made | self._know_visitor(headers), page.html.encode())

    def _know_visitor(self, headers: dict[str, str]) -> dict[str, str]:
        """The collector's cookie for a browser that has none yet, unless it asks not to be followed.

        A page's first hits leave together: without a cookie each of them would be another visitor's.
        """
        if read_visitor(headers.get("cookie", "")) or "1" in (headers.get("sec-gpc"), headers.get("dnt")):
            return {}
        visitor_id = mint_visitor_id(self._random(VISITOR_ID_BYTES))
        return {"Set-Cookie": write_visitor(visitor_id, same_site=True, partitioned=False)}

    def _reply_panel(self, query: str, cookie: str) -> Reply:
        try:
            look = shop_panel.read_look(query, cookie, self._now())
            answer, status = shop_panel.describe(look, self._source.read_hits(look)), 200
        except shop_panel.PanelError as exc:
            answer, status = {"error": str(exc)}, 400
        except _OUTAGES as exc:
            answer, status = {"error": f"the log cannot be read: {exc}"}, 503
        headers = {
            "Content-Type": "application/json",
            "Cache-Control": "no-store",
            "Content-Security-Policy": CLOSED,
        }
        return Reply(status, headers, json.dumps(answer).encode())

    def _reply_asset(self, name: str, known: str) -> Reply:
        # Names are compared with those that are there, so that no path can lead out of the folder.
        path = next((each for each in self._assets.iterdir() if each.name == name), None)
        if path is None or path.suffix not in TYPES:
            return answer_text(404, "no such file")
        body = path.read_bytes()
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {
            "Content-Type": TYPES[path.suffix],
            "Cache-Control": "no-cache",
            "ETag": etag,
            "Content-Security-Policy": CLOSED,
        }
        return Reply(304, headers, b"") if known == etag else Reply(200, headers, body)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser may leave in the middle of an answer."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def open_shop(place: Place, port: int) -> Shop:
    """The shop of the stack that runs in `place`. Raises ServerError where none does."""
    running, known = server.find(place), read_json(place.deployed)
    if running is None or known.get("pid") != running.pid:
        raise server.ServerError("the embedded AWS is not running: make up")
    keys = {dialect: pixel.key for dialect, pixel in demo_pixels(DIALECTS).items()}
    source = shop_panel.LakeHits(Cloud(running, Stack(known["outputs"])))
    return Shop(port, ShopPages(running.collector_url, keys), source)


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--place", type=Path, required=True, help="the folder of the embedded AWS")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    open_shop(Place(options.place), options.port).serve_forever()


if __name__ == "__main__":
    main()
