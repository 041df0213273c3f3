"""The dashboard's web server, over a socket."""

from __future__ import annotations

import gzip
import http.client
import json
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from pixelweave_local.dashboard_server import HEADERS, DashboardServer, Document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKED = gzip.compress(b'{"version":1}', mtime=0)
STORED = {"Content-Type": "application/json", "Content-Encoding": "gzip", "Cache-Control": "no-cache"}

type Answer = tuple[int, dict[str, str], bytes]


class Documents:
    """A bucket with an index and a month, which remembers what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.error: Exception | None = None

    def read(self, key: str) -> Document | None:
        self.asked.append(key)
        if self.error:
            raise self.error
        known = {"data/index.json", "data/px_one/goals/2025-06.json"}
        return Document(PACKED, STORED) if key in known else None


@pytest.fixture
def documents() -> Documents:
    return Documents()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    page = tmp_path / "page"
    (page / "app" / "page").mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html>", encoding="utf-8")
    (page / "app" / "page" / "goals.js").write_text("export {};", encoding="utf-8")
    (page / "app" / "notes.txt").write_text("not served", encoding="utf-8")
    (tmp_path / "secret.js").write_text("secret", encoding="utf-8")
    return page


@pytest.fixture
def dashboard(documents: Documents, folder: Path) -> Iterator[DashboardServer]:
    made = DashboardServer(0, documents, page=folder)
    thread = Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def ask(dashboard: DashboardServer, target: str, method: str = "GET", **headers: str) -> Answer:
    """One request over a connection of its own; header names with `_` for `-`."""
    connection = http.client.HTTPConnection("127.0.0.1", dashboard.server_port, timeout=10)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, headers=named)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


def test_it_listens_on_loopback_alone(dashboard: DashboardServer) -> None:
    assert dashboard.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("target", "kind", "body"),
    [
        ("/", "text/html; charset=utf-8", b"<!doctype html>"),
        ("/?page=goals&from=2025-06-01", "text/html; charset=utf-8", b"<!doctype html>"),
        ("/index.html", "text/html; charset=utf-8", b"<!doctype html>"),
        ("/app/page/goals.js", "text/javascript; charset=utf-8", b"export {};"),
        ("/data/index.json", "application/json", PACKED),
        ("/data/px_one/goals/2025-06.json", "application/json", PACKED),
    ],
)
def test_files_and_documents_come_with_their_type(
    dashboard: DashboardServer, target: str, kind: str, body: bytes
) -> None:
    status, headers, got = ask(dashboard, target)
    assert (status, headers["Content-Type"], got) == (200, kind, body)
    assert headers["Cache-Control"] == "no-cache"


def test_every_answer_of_the_page_has_the_headers_of_the_page(dashboard: DashboardServer) -> None:
    wanted = json.loads(HEADERS.read_text(encoding="utf-8"))
    assert "Content-Security-Policy" in wanted
    for target in ("/", "/app/page/goals.js", "/data/index.json"):
        _, headers, _ = ask(dashboard, target)
        assert wanted.items() <= headers.items()


def test_a_document_is_passed_on_as_it_is_packed(dashboard: DashboardServer) -> None:
    _, headers, body = ask(dashboard, "/data/index.json")
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == b'{"version":1}'


def test_what_a_browser_has_is_not_sent_again(dashboard: DashboardServer, documents: Documents) -> None:
    for target in ("/", "/data/index.json"):
        etag = ask(dashboard, target)[1]["ETag"]
        assert ask(dashboard, target, If_None_Match=etag)[0::2] == (304, b"")
        assert ask(dashboard, target, If_None_Match='"other"')[0] == 200
    assert documents.asked == ["data/index.json"] * 3


def test_a_file_is_read_anew_for_each_request(dashboard: DashboardServer, folder: Path) -> None:
    ask(dashboard, "/")
    (folder / "index.html").write_text("changed", encoding="utf-8")
    assert ask(dashboard, "/")[2] == b"changed"


def test_head_is_a_get_without_its_body(dashboard: DashboardServer) -> None:
    status, headers, body = ask(dashboard, "/data/index.json", "HEAD")
    assert (status, body, int(headers["Content-Length"])) == (200, b"", len(PACKED))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(dashboard: DashboardServer, method: str) -> None:
    status, headers, _ = ask(dashboard, "/", method)
    assert (status, headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("host", ["localhost:{port}", "evil.example:{port}", "evil.example", "127.0.0.1"])
def test_by_another_name_there_is_nothing(
    dashboard: DashboardServer, documents: Documents, host: str
) -> None:
    for target in ("/", "/data/index.json"):
        status, _, body = ask(dashboard, target, Host=host.format(port=dashboard.server_port))
        assert (status, body) == (421, f"the dashboard is at {dashboard.url}/\n".encode())
    assert documents.asked == []


@pytest.mark.parametrize(
    "target",
    [
        "/nowhere.js",
        "/app",
        "/app/notes.txt",
        "/../secret.js",
        "/app/../../secret.js",
        "/%2e%2e/secret.js",
        "/..%2fsecret.js",
        "//secret.js",
    ],
)
def test_no_path_leads_out_of_the_page(dashboard: DashboardServer, target: str) -> None:
    assert ask(dashboard, target)[0] == 404


@pytest.mark.parametrize(
    "target",
    [
        "/data/",
        "/data/index.html",
        "/data/../events/dt=2025-06-01/a.json",
        "/data/px_one/../../index.json",
        "/data/a/b/c/d.json",
        "/data/index.json%0a",
    ],
)
def test_nothing_but_a_document_is_asked_of_the_bucket(
    dashboard: DashboardServer, documents: Documents, target: str
) -> None:
    assert ask(dashboard, target)[0] == 404
    assert documents.asked == []


def test_a_document_that_is_not_there_is_404(dashboard: DashboardServer, documents: Documents) -> None:
    assert ask(dashboard, "/data/px_one/goals/2025-07.json")[0] == 404
    assert documents.asked == ["data/px_one/goals/2025-07.json"]


def test_a_bucket_that_does_not_answer_is_said(dashboard: DashboardServer, documents: Documents) -> None:
    documents.error = ClientError({"Error": {"Code": "NoSuchBucket", "Message": "gone"}}, "GetObject")
    status, _, body = ask(dashboard, "/data/index.json")
    assert status == 503
    assert b"NoSuchBucket" in body
