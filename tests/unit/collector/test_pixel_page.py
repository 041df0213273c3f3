"""The page of a pixel as collect serves it: whom it answers, what it shows, and what it allows itself."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from base64 import b64decode, b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pixelweave.collector import Collector
from pixelweave.errors import PixelOutageError
from pixelweave.hit import Hit
from pixelweave.pixel import CONSENT_POLICIES, DIALECTS
from pixelweave.pixel_page.markup import NAMES, POLICIES, TITLES
from pixelweave.route import find_page, find_route, write_page_path
from pixelweave.snippet import PARTS, TagScript, write_snippet
from pixelweave.tag_script import INTEGRITY, VERSION

from tests.unit.collecting import KEY, NOW_MS, Bench, make_pixel

if TYPE_CHECKING:
    from pixelweave.answer import Answer
    from pixelweave.pixel import Pixel

ROOT = Path(__file__).resolve().parents[3]
PATH = f"/debug/{KEY}"
HOST = "c.example"


class Parsed(HTMLParser):
    """A page's texts by the id of their element, its styles and scripts, and every address in an attribute."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}
        self.inline: dict[str, list[str]] = {"style": [], "script": []}
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.data: dict[str, str | None] = {}
        self._open = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.addresses += [found[name] or "" for name in ("href", "src", "action") if name in found]
        self.handlers += [name for name in found if name.startswith("on") or name == "style"]
        if tag == "main":
            self.data = found
        self._open = tag
        if tag == "pre":
            self._open = found["id"] or ""
            self.texts[self._open] = ""
        if tag in self.inline:
            self.inline[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in self.texts:
            self.texts[self._open] += data
        if self._open in self.inline:
            self.inline[self._open][-1] += data


def show(bench: Bench, query: str = "", **headers: str) -> Answer:
    return bench.send(PATH, query, **{"host": HOST} | headers)


def read(answer: Answer) -> str:
    assert (answer.status, answer.is_base64) == (200, True)
    return b64decode(answer.body).decode()


@pytest.mark.parametrize("own", DIALECTS)
@pytest.mark.parametrize("shown", DIALECTS)
def test_the_tags_of_each_language_are_those_that_the_snippets_are(own: str, shown: str) -> None:
    bench = Bench(make_pixel(own, consent_policy="require"))
    page = Parsed(read(show(bench, f"dialect={shown}")))
    script = TagScript(VERSION, INTEGRITY)
    assert page.texts == write_snippet(shown, f"https://{HOST}", KEY, script, consent_policy="require")
    route = find_route(str(page.data["data-json-path"]))
    assert route is not None
    # Of its own language the neutral alias, which no list of ad-blockers knows.
    assert (route.dialect, route.key) == (None if own == shown else shown, KEY)


@pytest.mark.parametrize("query", ["", "dialect=", "dialect=facebook", "dialect=Rokt", "xdialect=rokt"])
def test_the_pixels_own_language_is_shown_first(query: str) -> None:
    html = read(show(Bench(make_pixel("sendgrid")), query))
    assert 'href="?dialect=sendgrid" aria-current="page"' in html
    assert html.count('aria-current="page"') == 1
    links = re.findall(r'href="\?dialect=(\w+)"', html)
    assert (links[0], sorted(links)) == ("sendgrid", sorted(DIALECTS))


@pytest.mark.parametrize("policy", CONSENT_POLICIES)
def test_the_heading_says_dialect_key_and_consent_policy_and_nothing_of_the_owner(policy: str) -> None:
    pixel = make_pixel("rokt", consent_policy=policy, name="Secret launch", allowed_hosts=("shop.example",))
    html = read(show(Bench(pixel)))
    assert "<h1>Rokt / mParticle pixel</h1>" in html
    assert f"<strong>{policy}</strong>" in html
    assert KEY in html
    for hidden in (pixel.workspace_id, pixel.pixel_id, pixel.name, "shop.example"):
        assert hidden not in html


def test_every_part_dialect_and_policy_has_its_words() -> None:
    assert (tuple(TITLES), set(NAMES), set(POLICIES)) == (PARTS, set(DIALECTS), set(CONSENT_POLICIES))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_nothing_is_stored_and_no_cookie_is_set(method: str) -> None:
    bench = Bench()
    answer = bench.send(PATH, method=method, host=HOST)
    assert (answer.status, bench.stores, answer.cookies) == (200, 0, [])


def test_only_what_the_page_itself_has_may_run_or_be_asked() -> None:
    answer = show(Bench())
    page = Parsed(read(answer))
    (style,), (script,) = page.inline["style"], page.inline["script"]
    digests = [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in (script, style)]
    assert answer.headers["Content-Security-Policy"] == (
        f"default-src 'none'; script-src {digests[0]}; style-src {digests[1]}; connect-src 'self'; "
        "img-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert [address for address in page.addresses if not address.startswith(("?dialect=", "#"))] == []
    assert page.handlers == []


def test_the_page_is_kept_by_nobody_and_known_to_nobody() -> None:
    headers = show(Bench(), origin="https://evil.example").headers
    headers.pop("Content-Security-Policy")
    assert headers == {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5, deflate", True),
        ("gzip;q=1.0,br", True),
        ("deflate , gzip", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.00, br", False),
        ("x-gzip-not", False),
        ("gzipped", False),
    ],
)
def test_the_page_is_packed_for_whom_takes_gzip(accepted: str, *, is_packed: bool) -> None:
    plain = b64decode(show(Bench()).body)
    answer = show(Bench(), accept_encoding=accepted)
    body = b64decode(answer.body)
    assert (answer.headers.get("Content-Encoding") == "gzip", body == plain) == (is_packed, not is_packed)
    assert (gzip.decompress(body) if is_packed else body) == plain


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_page_is_below_20_kb_without_the_tags_and_below_10_kb_on_its_way(dialect: str) -> None:
    bench = Bench(make_pixel(dialect))
    html = read(show(bench))
    assert len(html.encode()) - sum(map(len, Parsed(html).texts.values())) < 20_000
    assert len(b64decode(show(bench, accept_encoding="gzip").body)) < 10_000


@pytest.mark.parametrize("accepted", ["", "gzip"])
def test_a_head_has_the_headers_alone(accepted: str) -> None:
    got = show(Bench(), accept_encoding=accepted)
    head = Bench().send(PATH, method="HEAD", host=HOST, accept_encoding=accepted)
    assert (head.status, head.body) == (200, "")
    assert head.headers == got.headers | {"Content-Length": str(len(b64decode(got.body)))}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_page_is_only_fetched(method: str) -> None:
    answer = Bench().send(PATH, method=method, host=HOST, body="{}")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("path", ["/debug/unknown", "/debug/", "/debug", "/debug/a.gif", f"/debugs/{KEY}"])
def test_what_names_no_pixel_is_404(path: str) -> None:
    answer = Bench().send(path, host=HOST)
    assert (answer.status, answer.body) == (404, "no such pixel\n")


@pytest.mark.parametrize(
    ("pixel", "status"),
    [
        (make_pixel(status="disabled"), 404),
        (make_pixel(expires_at=NOW_MS // 1000), 404),
        (make_pixel(expires_at=NOW_MS // 1000 + 1), 200),
    ],
)
def test_a_key_that_takes_no_hits_has_no_page(pixel: Pixel, status: int) -> None:
    assert show(Bench(pixel)).status == status


def test_a_pixel_that_cannot_be_looked_up_is_asked_for_again() -> None:
    def fail(key: str, remaining_seconds: float) -> None:
        raise PixelOutageError(f"{key} {remaining_seconds}")

    collector = Collector(fail, lambda *_: 0, bytes)
    hit = Hit(method="GET", path=PATH, query="", headers={"host": HOST}, received_at=NOW_MS)
    answer = collector.answer(hit, 10.0)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("host", "forwarded", "base"),
    [
        (HOST, "", f"https://{HOST}"),
        (HOST, "https", f"https://{HOST}"),
        ("127.0.0.1:4567", "http", "http://127.0.0.1:4567"),
        (HOST, "javascript", f"https://{HOST}"),
    ],
)
def test_the_tags_have_the_host_that_was_asked(host: str, forwarded: str, base: str) -> None:
    page = Parsed(read(show(Bench(), host=host, x_forwarded_proto=forwarded)))
    assert page.data["data-base"] == base
    assert f"{base}/t/pixel.js" in page.texts["tag"]


@pytest.mark.parametrize(
    "host",
    [
        "",
        '"><script>alert(1)</script>',
        "c.example/path",
        "c.example?x",
        "a b",
        "c.example:port",
        "[::1]",
        "é.example",
    ],
)
def test_a_host_that_is_none_is_refused(host: str) -> None:
    answer = show(Bench(), host=host)
    assert (answer.status, answer.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert answer.body == "the Host header names no host\n"


def test_the_page_and_the_validator_have_paths_of_their_own() -> None:
    assert (find_page(write_page_path(KEY)), find_page(f"/debug/{KEY}/")) == (KEY, KEY)
    for path in (f"/debug/e/{KEY}", f"/debug/{KEY}/event.gif", f"/e/{KEY}", f"/{KEY}", "/debug/" + "a" * 65):
        assert find_page(path) is None
    assert find_route(PATH) is None


def test_no_hit_pays_for_the_page() -> None:
    code = "import sys, functions.collect.app; print([name for name in sys.modules if 'pixel_page' in name or 'snippet' in name])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, check=True)
    assert done.stdout.strip() == "[]"
