"""The demo shop's web server, over a socket and by its replies."""

from __future__ import annotations

import http.client
import json
from datetime import UTC, datetime
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from pixelweave_aws.lake import QueryFailedError
from pixelweave_local.shop import Shop
from pixelweave_local.shop_page import ShopPages
from pixelweave_local.shop_panel import Hit, Look

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COLLECTOR = "http://127.0.0.1:4567"
DIALECTS = ("ksense", "pitchtarget", "altcraft", "rokt", "sendgrid", "native")
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
VISITOR = "0f" * 16
HIT = Hit("e1", 1, "rokt", "page_view", None, ("a",), "/", "accepted", None, None, None, None, False, False)


class Hits:
    """Knows one hit, and remembers who asked."""

    def __init__(self) -> None:
        self.looks: list[Look] = []
        self.error: Exception | None = None

    def read_hits(self, look: Look) -> list[Hit]:
        self.looks.append(look)
        if self.error:
            raise self.error
        return [HIT]


@pytest.fixture
def hits() -> Hits:
    return Hits()


@pytest.fixture
def shop(hits: Hits) -> Iterator[Shop]:
    pages = ShopPages(COLLECTOR, {dialect: f"key-{dialect}" for dialect in DIALECTS})
    made = Shop(0, pages, hits, now=lambda: NOW, random=lambda count: b"\x0f" * count)
    thread = Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


type Answer = tuple[int, dict[str, str], bytes]


def ask(shop: Shop, target: str, method: str = "GET", **headers: str) -> Answer:
    """One request over a connection of its own; header names with `_` for `-`."""
    connection = http.client.HTTPConnection("127.0.0.1", shop.server_port, timeout=10)
    try:
        connection.request(
            method, target, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


def test_it_listens_on_loopback_alone(shop: Shop) -> None:
    assert shop.server_address[0] == "127.0.0.1"


def test_a_page_is_not_kept_and_shows_its_whole_address_to_the_collector(shop: Shop) -> None:
    status, headers, body = ask(shop, "/listing?utm_source=x")
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer-when-downgrade"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert f"script-src 'self' {COLLECTOR} 'sha256-" in headers["Content-Security-Policy"]
    assert b"sid=key-ksense" in body


def test_head_is_a_get_without_its_body(shop: Shop) -> None:
    status, headers, body = ask(shop, "/", "HEAD")
    _, wanted, page = ask(shop, "/")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) == len(page)
    assert {**headers, "Date": ""} == {**wanted, "Date": ""}


def test_after_a_head_the_connection_goes_on_with_the_next_answer(shop: Shop) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", shop.server_port, timeout=10)
    try:
        bodies = []
        for method in ("HEAD", "GET"):
            connection.request(method, "/assets/catalogue.json")
            bodies.append(connection.getresponse().read())
        assert bodies[0] == b""
        assert json.loads(bodies[1])
    finally:
        connection.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(shop: Shop, method: str) -> None:
    status, headers, _ = ask(shop, "/", method)
    assert (status, headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "target",
    [
        "/nowhere",
        "/assets/",
        "/assets/nothing.js",
        "/assets/../pages/home.html",
        "/assets/%2e%2e/pages/home.html",
        "/assets/..%2fpages%2fhome.html",
        "/assets//etc/passwd",
        "/product/../checkout",
        "/pages/home.html",
    ],
)
def test_what_is_not_there_is_404_and_no_path_leads_out_of_the_folder(shop: Shop, target: str) -> None:
    status, headers, body = ask(shop, target)
    assert (status, headers["Cache-Control"]) == (404, "no-store")
    assert body.startswith(b"no such ")


def test_an_asset_of_no_known_type_is_not_served(hits: Hits, tmp_path: Path) -> None:
    for name in ("a.css", "a.py"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    made = Shop(0, ShopPages(COLLECTOR, {}), hits, assets=tmp_path)
    try:
        headers = {"host": f"127.0.0.1:{made.server_port}"}
        assert [made.reply(f"/assets/{name}", headers).status for name in ("a.css", "a.py")] == [200, 404]
    finally:
        made.server_close()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("shop.js", "text/javascript; charset=utf-8"),
        ("shop.css", "text/css; charset=utf-8"),
        ("mark.svg", "image/svg+xml"),
        ("catalogue.json", "application/json"),
    ],
)
def test_an_asset_is_asked_for_again_and_sent_once(shop: Shop, name: str, kind: str) -> None:
    status, headers, body = ask(shop, f"/assets/{name}")
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, kind, "no-cache")
    assert body
    again = ask(shop, f"/assets/{name}", If_None_Match=headers["ETag"])
    assert (again[0], again[1]["ETag"], again[2]) == (304, headers["ETag"], b"")
    assert ask(shop, f"/assets/{name}", If_None_Match='"other"')[0] == 200


def test_a_new_browser_gets_the_collectors_cookie_and_a_known_one_keeps_its_own(shop: Shop) -> None:
    made = ask(shop, "/")[1]["Set-Cookie"]
    assert made.startswith(f"pw_vid={VISITOR}; ")
    assert made.endswith("Path=/; Secure; HttpOnly; SameSite=Lax")
    assert "Set-Cookie" not in ask(shop, "/", Cookie=f"pw_vid={'a' * 32}")[1]
    assert "Set-Cookie" in ask(shop, "/", Cookie="pw_vid=broken")[1]


@pytest.mark.parametrize("signal", ["Sec_GPC", "DNT"])
def test_a_browser_that_asks_not_to_be_followed_gets_no_cookie(shop: Shop, signal: str) -> None:
    assert "Set-Cookie" not in ask(shop, "/", **{signal: "1"})[1]
    assert "Set-Cookie" in ask(shop, "/", **{signal: "0"})[1]


@pytest.mark.parametrize("host", ["evil.example", "localhost", "127.0.0.1", "127.0.0.1:1"])
def test_by_another_name_there_is_no_shop(shop: Shop, hits: Hits, host: str) -> None:
    for target in ("/", "/panel.json"):
        status, headers, body = ask(shop, target, Host=host)
        assert (status, body.decode()) == (421, f"the shop is at {shop.url}/\n")
        assert "Set-Cookie" not in headers
    assert not hits.looks


def test_the_panel_gets_the_hits_of_its_browser(shop: Shop, hits: Hits) -> None:
    status, headers, body = ask(
        shop, "/panel.json?session=s1&since=1782903600000", Cookie=f"pw_vid={VISITOR}"
    )
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (
        200,
        "application/json",
        "no-store",
    )
    assert json.loads(body) == {
        "visitor_id": VISITOR,
        "is_cut": False,
        "hits": [HIT._asdict() | {"details": ["a"]}],
    }
    assert hits.looks == [Look(VISITOR, ("s1",), datetime(2026, 7, 1, 11, tzinfo=UTC))]


def test_a_panel_that_asks_for_nonsense_is_told_so(shop: Shop, hits: Hits) -> None:
    status, _, body = ask(shop, "/panel.json?since=now")
    assert (status, json.loads(body)) == (400, {"error": "since is in Unix milliseconds"})
    assert not hits.looks


def test_a_log_that_cannot_be_read_is_an_outage(shop: Shop, hits: Hits) -> None:
    hits.error = QueryFailedError("the query failed: no table")
    status, _, body = ask(shop, "/panel.json")
    assert status == 503
    assert json.loads(body) == {"error": "the log cannot be read: the query failed: no table"}


def test_what_nobody_foresaw_is_told_to_the_browser_and_to_the_log(
    shop: Shop, hits: Hits, capfd: pytest.CaptureFixture[str]
) -> None:
    hits.error = ZeroDivisionError("unforeseen")
    status, _, body = ask(shop, "/panel.json")
    assert (status, body) == (500, b"the server failed; its log says why\n")
    assert "unforeseen" in capfd.readouterr().err
