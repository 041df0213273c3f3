"""What a tag costs the page that carries it: bytes, and time of Chromium's main thread with its processor slowed down.

`python -m bench.page` prints the table. All tags are measured in one run against a server on loopback that answers everything.
"""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median
from threading import Thread
from typing import TYPE_CHECKING, Any, cast

from pixelweave_local.chromium import find_chromium
from playwright.sync_api import sync_playwright

from bench.page_tag import FOLDER, Tag, list_tags
from bench.page_trace import CATEGORIES, PageCost, read_trace

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGES = 15
SLOWDOWN = 4
# After `load`, for what tags put off.
SETTLE_MS = 300
NO_TAG = Tag("no tag", b"", "/public.js", "")
# zlib's and brotli's own best, from Node, which the tags' packages need in any case.
COMPRESS = """
const { brotliCompressSync, gzipSync } = require('zlib');
const text = require('fs').readFileSync(0);
console.log(JSON.stringify([text.length, gzipSync(text, { level: 9 }).length, brotliCompressSync(text).length]));
"""


class Stub(ThreadingHTTPServer):
    """Serves a page with `tag`, its script, Segment's settings, and 204 to anything else, which it counts as a hit."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.tag = NO_TAG
        self.hits = 0

    @property
    def origin(self) -> str:
        """A name that Chromium keeps on loopback and takes for a secure context."""
        return f"http://shop.localhost:{self.server_port}"

    def reply(self, path: str) -> tuple[str, bytes]:
        """Content type and body."""
        if path == "/":
            script = f'<script src="{self.tag.path}"></script><script>{self.tag.calls}</script>'
            return "text/html", f"<!doctype html><title>Shop</title>{script}<h1>Shop</h1>".encode()
        if path == self.tag.path:
            return "text/javascript", self.tag.script
        if path.endswith("/settings"):
            return "application/json", b'{"integrations":{"Segment.io":{"apiKey":"key"}},"plan":{}}'
        self.hits += path != "/favicon.ico"
        return "text/plain", b""


class Exchange(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        """Read the request, and write the stub's answer."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kind, body = ("", b"") if self.command == "OPTIONS" else cast("Stub", self.server).reply(self.path)
        self.send_response(200 if body or "javascript" in kind else 204)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        # A tab may close before its last answer comes.
        with suppress(OSError):
            self.wfile.write(body)

    do_GET = do_POST = do_OPTIONS = answer  # noqa: N815 - the base class calls them by the method's name

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


def measure_page(browser: Browser, stub: Stub) -> PageCost:
    """Open the stub's page once, as a new visitor in a new tab."""
    agent = f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{browser.version} Safari/537.36"
    context = browser.new_context(user_agent=agent)
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    browser.start_tracing(page=page, categories=list(CATEGORIES))
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{stub.origin}/")
    page.wait_for_timeout(SETTLE_MS)
    trace = browser.stop_tracing()
    context.close()
    assert not errors, f"{stub.tag.name}: {errors}"
    return read_trace(trace, stub.origin)


def weigh(script: bytes) -> list[int]:
    """Bytes: plain, gzip -9, brotli 11."""
    done = subprocess.run(["node", "-e", COMPRESS], input=script, check=True, capture_output=True)
    return cast("list[int]", json.loads(done.stdout))


def main() -> None:
    """Print the table."""
    stub = Stub()
    Thread(target=stub.serve_forever, daemon=True).start()
    arguments = [
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
        "--no-proxy-server",
        "--disable-blink-features=AutomationControlled",  # tags do not count what says that it is driven
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(os.environ), args=arguments)
        print(
            f"page: Chromium {browser.version}, processor {SLOWDOWN} × slower, medians of {PAGES} pages; ms"
        )
        print(
            f"  packages of {FOLDER.name}/package-lock.json; not measured: Umami (on npm as source), Snowplow's sp.js (not on npm)"
        )
        for tag in (NO_TAG, *list_tags()):
            stub.tag, stub.hits = tag, 0
            costs = [measure_page(browser, stub) for _ in range(PAGES)]
            evaluation, longest, blocking = (median(each) for each in zip(*costs, strict=True))
            plain, packed, brotli = weigh(tag.script)
            print(
                f"  {tag.name:36} {plain:>8,} {packed:>7,} {brotli:>7,} bytes  evaluation {evaluation:7.2f}"
                f"  longest task {longest:7.2f}  blocking {blocking:6.2f}  hits a page {stub.hits / PAGES:.1f}",
                flush=True,
            )
        browser.close()
    stub.shutdown()


if __name__ == "__main__":
    main()
