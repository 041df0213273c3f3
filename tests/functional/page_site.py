"""A site and a collector on loopback, for commands that read pages."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING

from tests.unit.collecting import Bench

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelweave.pixel import Pixel


class Site:
    """`pages` by path: (status, headers, body); other paths go to the collector of one pixel. `asked` has all of them."""

    def __init__(self, pixel: Pixel) -> None:
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[str] = []
        self.bench = Bench(pixel)
        self.end = Event()
        self.url = ""

    def put(self, body: str, *, path: str = "/page", status: int = 200, **headers: str) -> str:
        """Serve a page; its address. Header names are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, {"content-type": "text/html"} | named, body.encode())
        return self.url + path


@contextmanager
def serve_site(pixel: Pixel) -> Iterator[Site]:
    """Serve until the block ends. The path `/drip` sends a header byte by byte, without end."""
    site = Site(pixel)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["content-length"])))

        def _answer(self, body: bytes | None) -> None:
            site.asked.append(self.path)
            if self.path == "/drip":
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
                with suppress(OSError):
                    while not site.end.wait(0.02):
                        self.wfile.write(b"x")
                return
            if self.path in site.pages:
                status, headers, content = site.pages[self.path]
            else:
                path, _, query = self.path.partition("?")
                sent = {name.lower().replace("-", "_"): value for name, value in self.headers.items()}
                answer = site.bench.send(path, query, method=self.command, body=body, **sent)
                status, headers, content = answer.status, {}, answer.body.encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        site.end.set()
        server.shutdown()
        server.server_close()
        thread.join()
